"""Sharing circuits: what is in a tree, what each EVSE is told, what became of it."""
