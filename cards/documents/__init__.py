"""What questions, plans and networks stand on: strict YAML, entries with a place, prose."""
