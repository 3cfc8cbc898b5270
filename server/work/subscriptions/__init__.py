"""Subscriptions: begun, renewed by the clock, and ended."""
