"""What can be said about questions before a student sees them."""
