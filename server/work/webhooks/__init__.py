"""Webhooks: which events are to be sent where, who sends them, what came of it."""
