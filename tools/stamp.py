"""Tells whether a made thing is still made of the same inputs."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(files: Iterable[Path], facts: Iterable[str] = ()) -> str:
    """A digest (64 hexadecimal digits) of the files' names and contents, and of further facts."""
    parts = [fact.encode() for fact in facts]
    for file in files:
        parts += [file.name.encode(), file.read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def matches(stamp: Path, expected: str) -> bool:
    """Whether the stamp holds the expected digest; a missing stamp holds none."""
    return stamp.is_file() and stamp.read_text() == expected
