"""Runs the whole platform on one machine: `make run`, or `python -m tools.run`."""
