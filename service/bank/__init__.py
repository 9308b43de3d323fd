"""Questions as the service sees them, and the door to the bank."""
