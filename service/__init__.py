"""The grading service: it carries requests, jobs and rows, and computes nothing."""
