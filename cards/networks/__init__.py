"""Networks for the command line: files, tables, worked steps and the engine's reference."""
