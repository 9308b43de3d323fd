"""What every request passes before and after its work: who it is, limits, logs, problems."""
