"""The demo: users with known passwords, a class whose answers are marked, the course's exercise."""
