"""Firmware that a station fetched."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Firmware:
    """A firmware that was fetched."""

    size: int
    sha256: str
    version: str | None
    """What it calls itself, if it does."""
