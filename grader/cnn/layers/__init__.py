"""What the layers of a network are made of, and the lines that each writes."""
