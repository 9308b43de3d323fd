"""From a question and a seed to a variant: draws, dealing, telling, replaying."""
