"""From YAML to questions: strict reading, every fault at once, with its line."""
