"""Rows as the messages that clients see: one file a noun."""
