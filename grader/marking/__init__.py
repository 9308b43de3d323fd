"""From a student's texts to a verdict, and from verdicts to grades."""
