"""The server under test: `python -m server` on SQLite, in a folder on the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.processes import Server, free_port, serving

KEY = "bench-key-0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Ampline(Server):
    """Our server; `port` is the chargers'."""

    grpc_port: int


def database_in(folder: Path) -> Path:
    """Where the server of a folder keeps its database."""
    return folder / "ampline.db"


@contextmanager
def ampline(folder: Path) -> Iterator[Ampline]:
    """The server on the database of that folder; settings as they come, but for the pace.

    Chargers may speak as fast as they can: what one may say is bounded in real life.
    """
    ocpp_port, grpc_port = free_port(), free_port()
    environment = {
        "AMPLINE_DATA": str(folder),
        "AMPLINE_OCPP_PORT": str(ocpp_port),
        "AMPLINE_GRPC_PORT": str(grpc_port),
        "AMPLINE_FILES_PORT": "0",
        "AMPLINE_PAYMENTS_PORT": "0",
        "AMPLINE_BOOTSTRAP_KEY": KEY,
        "AMPLINE_MESSAGES_PER_SECOND": "100000",
        "AMPLINE_CALLS_PER_SECOND": "0",
        "AMPLINE_READ_CONFIGURATION": "never",  # its stations have none
    }
    ports = (ocpp_port, grpc_port)
    log = folder / "server.log"
    with serving("server", ports=ports, log=log, environment=environment) as process:
        yield Ampline(ocpp_port, process, grpc_port)
