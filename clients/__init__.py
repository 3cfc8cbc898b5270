"""Clients of Ampline."""
