"""What runs in which process: the web server, workers and their tasks."""
