"""The grading queue: the submission row is the queue, a message is only a hint."""
