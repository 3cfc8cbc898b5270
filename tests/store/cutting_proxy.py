"""Stands between a client and PostgreSQL, and can cut a commit off from its answer."""

import socket
import threading
from contextlib import suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict


class CuttingProxy:
    """Hands bytes on both ways. When armed, the server hears the next COMMIT, and the client
    never hears what became of it: the connection ends instead.
    """

    def __init__(self, folder: Path, url: str) -> None:
        parts = conninfo_to_dict(url)
        self._target = f"{parts['host']}/.s.PGSQL.{parts.get('port') or 5432}"
        self.url = f"postgresql:///{parts['dbname']}?host={folder}&user={parts['user']}"
        self._address = folder / ".s.PGSQL.5432"
        self.armed = threading.Event()
        self.cut = threading.Event()
        self.open()

    def open(self) -> None:
        """Takes connections."""
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(self._address))
        self._door.listen()
        threading.Thread(target=self._welcome, args=(self._door,), daemon=True).start()

    def close(self) -> None:
        """Takes no more connections."""
        self._address.unlink()
        _hang_up(self._door)

    def _welcome(self, door: socket.socket) -> None:
        while True:
            try:
                client, _ = door.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._target)
            for work, one, other in (
                (self._to_server, client, server),
                (self._to_client, server, client),
            ):
                threading.Thread(target=work, args=(one, other), daemon=True).start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        while data := _received(client):
            if self.armed.is_set() and b"COMMIT" in data:
                self.cut.set()
            server.sendall(data)
        _hang_up(server)

    def _to_client(self, server: socket.socket, client: socket.socket) -> None:
        while data := _received(server):
            if self.cut.is_set() and self.armed.is_set():
                self.armed.clear()
                self.cut.clear()
                break
            client.sendall(data)
        _hang_up(client)
        _hang_up(server)


def _received(source: socket.socket) -> bytes:
    try:
        return source.recv(65_536)
    except OSError:
        return b""


def _hang_up(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)  # wakes who waits for it, as close() does not
    end.close()
