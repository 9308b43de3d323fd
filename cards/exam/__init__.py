"""From a plan, a roster and a secret to sittings, papers and keys."""
