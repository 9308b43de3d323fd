"""Mathematics in texts and worked steps: read into a tree, written as MathML and plain text."""
