"""Convolutional networks: what a network comes to, as numbers and as a worksheet of its lines."""

from grader.cnn.network_lines import network_worksheet

__all__ = ["network_worksheet"]
