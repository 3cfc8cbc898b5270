"""The gate: who may connect, in which version, and how many at a time."""
