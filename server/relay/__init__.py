"""Out of the log: events to those who follow them, and the jobs that a clock starts."""
