"""What is done in class, and who may do it."""
