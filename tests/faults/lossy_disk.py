"""A file layer under SQLite that knows what a power cut would leave.

`LossyDisk(folder)` puts itself between this process's SQLite and its files, as its
default VFS (https://www.sqlite.org/vfs.html). Whatever is written goes to the real
file at once, and to a copy in `folder` only when SQLite has synced the file: so at
any moment the folder holds what would be there after a power cut, with nothing of
what was written and not synced. Whoever holds the lock of `folder/gate` makes every
sync wait, and `folder/waiting` says that one does.
"""

import fcntl
import shutil
from collections import defaultdict
from pathlib import Path
from typing import Any

import apsw

Change = tuple[int, bytes | None]
_KEPT = apsw.SQLITE_OPEN_MAIN_DB | apsw.SQLITE_OPEN_WAL


class LossyDisk(apsw.VFS):
    """The layer. It must live as long as the process; make it before any database is opened."""

    def __init__(self, folder: Path) -> None:
        self.real = apsw.vfs_names()[0]
        super().__init__("lossy", self.real, makedefault=True)
        self._folder = folder
        self._gate = (folder / "gate").open("a")
        self._unsynced: defaultdict[Path, list[Change]] = defaultdict(list)

    def xOpen(  # noqa: N802 - SQLite's name
        self, name: Any, flags: list[int]
    ) -> apsw.VFSFile:
        """Opens a file; a database and its log by way of `LossyFile`."""
        if flags[0] & _KEPT:
            path = Path(name if isinstance(name, str) else name.filename())
            return LossyFile(self, path, name, flags)
        return apsw.VFSFile(self.real, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - likewise
        """Deletes a file, and what is kept of it."""
        super().xDelete(filename, syncdir)
        self._copy_of(Path(filename)).unlink(missing_ok=True)

    def opened(self, path: Path) -> None:
        """A file is as it was found."""
        if not self._copy_of(path).exists():
            shutil.copyfile(path, self._copy_of(path))

    def changed(self, path: Path, offset: int, written: bytes | None) -> None:
        """Something is written to a file at that place; None = it ends there."""
        self._unsynced[path].append((offset, written))

    def synced(self, path: Path) -> None:
        """A file is synced, whoever wrote to it: the copy becomes what the file is."""
        changes = self._unsynced.pop(path, [])
        with self._copy_of(path).open("r+b") as copy:
            for offset, written in changes:
                if written is None:
                    copy.truncate(offset)
                else:
                    copy.seek(offset)
                    copy.write(written)

    def pass_the_gate(self) -> None:
        """Waits until nobody holds the gate."""
        waiting = self._folder / "waiting"
        try:
            fcntl.flock(self._gate, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting.touch()
            fcntl.flock(self._gate, fcntl.LOCK_SH)
            waiting.unlink()
        fcntl.flock(self._gate, fcntl.LOCK_UN)

    def _copy_of(self, path: Path) -> Path:
        return self._folder / path.name


class LossyFile(apsw.VFSFile):
    """A file of which only what is synced is kept."""

    def __init__(self, disk: LossyDisk, path: Path, name: Any, flags: list[int]) -> None:
        super().__init__(disk.real, name, flags)
        self._disk, self._path = disk, path
        disk.opened(path)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's name
        """Writes to the file alone."""
        super().xWrite(data, offset)
        self._disk.changed(self._path, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - likewise
        """Shortens the file alone."""
        super().xTruncate(newsize)
        self._disk.changed(self._path, newsize, None)

    def xSync(self, flags: int) -> None:  # noqa: N802 - likewise
        """Syncs the file, once the gate is open."""
        self._disk.pass_the_gate()
        super().xSync(flags)
        self._disk.synced(self._path)
