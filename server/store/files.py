"""Files: in a folder, each under a key of its own, and only when it is whole.

What comes in is written beside the files, synced, and then renamed to its key; the row that refers
to it is committed after that. So no row ever refers to a part of a file, and what a crash leaves
behind is a file that no row refers to: the sweep removes it. Nodes share the folder.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from server.store.ids import new_id


class StoredFile(NamedTuple):
    """A file that is whole and on the disk; hashes in hex."""

    key: str
    size: int
    sha256: str
    md5: str
    """No protection: OCPP's PublishFirmware wants it."""


class FileFolder:
    """Where files are kept. Everything here waits for the disk: not for an event loop."""

    def __init__(self, folder: Path) -> None:
        self._kept = folder / "kept"
        self._incoming = folder / "incoming"

    def prepare(self) -> None:
        """Makes the folders; nobody but us reads in them."""
        for folder in (self._kept, self._incoming):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def receive(self) -> "IncomingFile":
        """A new file, empty and unseen."""
        return IncomingFile(self._incoming, self._kept)

    def path(self, key: str) -> Path:
        """Where the file of that key is."""
        return self._kept / key

    def remove(self, key: str) -> None:
        """Removes a file, if it is there."""
        self.path(key).unlink(missing_ok=True)

    def keys_unchanged_for(self, seconds: float) -> Iterator[str]:
        """The files that are so old."""
        return (path.name for path in _unchanged(self._kept, seconds))

    def remove_unfinished(self, seconds: float) -> None:
        """Removes what nobody has written on for so long: whoever did is gone."""
        for path in _unchanged(self._incoming, seconds):
            path.unlink(missing_ok=True)


class IncomingFile:
    """A file on its way in. Ends with `keep` or with `drop`."""

    def __init__(self, incoming: Path, kept: Path) -> None:
        self.size = 0
        """Bytes so far."""
        self._key = new_id()
        self._path = incoming / self._key
        self._kept = kept
        self._file = self._path.open("xb", buffering=0)
        self._sha256 = hashlib.sha256()
        self._md5 = hashlib.md5(usedforsecurity=False)

    def write(self, data: bytes) -> None:
        """Adds what came. OSError if the disk is full."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._sha256.update(data)
        self._md5.update(data)
        self.size += len(data)

    def keep(self) -> StoredFile:
        """The file is whole: from now on it is there, also after a power cut."""
        os.fsync(self._file.fileno())
        self._file.close()
        self._path.rename(self._kept / self._key)
        _sync_folder(self._kept)
        return StoredFile(self._key, self.size, self._sha256.hexdigest(), self._md5.hexdigest())

    def drop(self) -> None:
        """Nothing came of it; after `keep` it changes nothing."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unchanged(folder: Path, seconds: float) -> Iterator[Path]:
    before = time.time() - seconds
    for entry in os.scandir(folder):
        try:
            if entry.stat().st_mtime < before:
                yield Path(entry.path)
        except FileNotFoundError:  # another node was quicker
            continue
