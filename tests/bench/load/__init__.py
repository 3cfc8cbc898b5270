"""Chargers and callers, so lean that the server is always the one that is busy."""
