"""A file layer under SQLite that knows what a power cut would leave.

`lose_what_is_not_synced(folder)` puts itself between this process's SQLite and its
files. Whatever is written goes to the real file at once, and to a copy in `folder`
only when SQLite has synced the file: so at any moment the folder holds what would be
there after a power cut, with nothing of what was written and not synced. Whoever
holds the lock of `folder/gate` makes every sync wait, and `folder/waiting` says that
one does.

It replaces a few pointers of the default VFS, the struct through which SQLite calls
the operating system (https://www.sqlite.org/vfs.html), in the library that Python's
`sqlite3` uses.
"""

import _sqlite3
import ctypes
import fcntl
import os
import shutil
from collections import defaultdict
from collections.abc import Callable
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from pathlib import Path
from typing import Any, ClassVar

_OK = 0
_KEPT_FILES = 0x00000100 | 0x00080000  # SQLITE_OPEN_MAIN_DB, SQLITE_OPEN_WAL

# Names are pointers here, not bytes: SQLite goes on using the very memory that it passed.
Open = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
Delete = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
Close = CFUNCTYPE(c_int, c_void_p)
Write = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
Truncate = CFUNCTYPE(c_int, c_void_p, c_int64)
Sync = CFUNCTYPE(c_int, c_void_p, c_int)


class Vfs(Structure):
    """The beginning of `sqlite3_vfs`."""

    _fields_: ClassVar = [
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", Open),
        ("xDelete", Delete),
    ]


class Methods(Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_: ClassVar = [
        ("iVersion", c_int),
        ("xClose", Close),
        ("xRead", c_void_p),
        ("xWrite", Write),
        ("xTruncate", Truncate),
        ("xSync", Sync),
        ("others", c_void_p * 13),
    ]


class OpenFile(Structure):
    """`sqlite3_file`."""

    _fields_: ClassVar = [("pMethods", POINTER(Methods))]


class LossyDisk:
    """The layer. What is passed to SQLite must live as long as the process: `_alive`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._gate = (folder / "gate").open("a")
        self._paths: dict[int, Path] = {}
        self._unsynced: defaultdict[Path, list[tuple[int, bytes | None]]] = defaultdict(list)
        self._replaced: dict[int, Methods] = {}
        self._alive: list[Any] = []
        self._vfs = _default_vfs()
        self._open, self._delete = _as_it_is(self._vfs.xOpen), _as_it_is(self._vfs.xDelete)
        self._vfs.xOpen = self._kept(Open(self._on_open))
        self._vfs.xDelete = self._kept(Delete(self._on_delete))

    def _on_open(self, vfs: int, name: int, file: int, flags: int, out: int) -> int:
        code: int = self._open(vfs, name, file, flags, out)
        if code == _OK and flags & _KEPT_FILES:
            path = _path(name)
            self._paths[file] = path
            if not self._copy(path).exists():
                shutil.copyfile(path, self._copy(path))
            opened = OpenFile.from_address(file)
            opened.pMethods = ctypes.pointer(self._methods(opened.pMethods.contents))
        return code

    def _methods(self, real: Methods) -> Methods:
        """SQLite's own way with files of a kind, and ours in between."""
        address = ctypes.addressof(real)
        if address not in self._replaced:
            ours = Methods.from_buffer_copy(real)
            ours.xClose = self._kept(Close(self._on_close(real.xClose)))
            ours.xWrite = self._kept(Write(self._on_write(real.xWrite)))
            ours.xTruncate = self._kept(Truncate(self._on_truncate(real.xTruncate)))
            ours.xSync = self._kept(Sync(self._on_sync(real.xSync)))
            self._replaced[address] = ours
        return self._replaced[address]

    def _on_close(self, real: Callable[..., int]) -> Callable[[int], int]:
        def close(file: int) -> int:
            self._paths.pop(file, None)
            return real(file)

        return close

    def _on_write(self, real: Callable[..., int]) -> Callable[[int, int, int, int], int]:
        def write(file: int, data: int, length: int, offset: int) -> int:
            code = real(file, data, length, offset)
            if code == _OK:
                written = ctypes.string_at(data, length)
                self._unsynced[self._paths[file]].append((offset, written))
            return code

        return write

    def _on_truncate(self, real: Callable[..., int]) -> Callable[[int, int], int]:
        def truncate(file: int, size: int) -> int:
            code = real(file, size)
            if code == _OK:
                self._unsynced[self._paths[file]].append((size, None))
            return code

        return truncate

    def _on_sync(self, real: Callable[..., int]) -> Callable[[int, int], int]:
        def sync(file: int, flags: int) -> int:
            self._pass_the_gate()
            code = real(file, flags)
            if code == _OK:
                self._keep(self._paths[file])
            return code

        return sync

    def _on_delete(self, vfs: int, name: int, sync_folder: int) -> int:
        code: int = self._delete(vfs, name, sync_folder)
        if code == _OK:
            self._copy(_path(name)).unlink(missing_ok=True)
        return code

    def _pass_the_gate(self) -> None:
        waiting = self._folder / "waiting"
        try:
            fcntl.flock(self._gate, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting.touch()
            fcntl.flock(self._gate, fcntl.LOCK_SH)
            waiting.unlink()
        fcntl.flock(self._gate, fcntl.LOCK_UN)

    def _keep(self, path: Path) -> None:
        """The file is synced: the copy becomes what the file is."""
        changes = self._unsynced.pop(path, [])
        with self._copy(path).open("r+b") as copy:
            for offset, written in changes:
                if written is None:
                    copy.truncate(offset)
                else:
                    copy.seek(offset)
                    copy.write(written)

    def _copy(self, path: Path) -> Path:
        return self._folder / path.name

    def _kept(self, function: Any) -> Any:
        self._alive.append(function)
        return function


def lose_what_is_not_synced(folder: Path) -> LossyDisk:
    """From now on `folder` holds what a power cut would leave. Before any database is opened."""
    return LossyDisk(folder)


def _default_vfs() -> Vfs:
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_vfs_find.restype = POINTER(Vfs)
    library.sqlite3_initialize()
    vfs: Vfs = library.sqlite3_vfs_find(None).contents
    return vfs


def _path(name: int) -> Path:
    return Path(os.fsdecode(ctypes.string_at(name)))


def _as_it_is(function: Any) -> Any:
    """The function that a field points to now, whatever the field will point to."""
    return type(function)(ctypes.cast(function, c_void_p).value)
