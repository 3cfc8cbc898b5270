"""Charging stations: who may connect, what they report, what was said."""
