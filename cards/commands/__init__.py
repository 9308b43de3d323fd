"""One module for each command of `gradeck`."""
