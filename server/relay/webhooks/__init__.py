"""Sends events to webhook endpoints."""
