"""What students' answers say about the questions."""
