"""The theory of convolutional networks: a sentence each, its formula, unit and source."""
