"""The commands of `gradeck` that belong to the service."""
