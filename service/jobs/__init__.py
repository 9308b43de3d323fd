"""What takes longer than a request: decks, papers, regrades and statistics, done as tasks."""
