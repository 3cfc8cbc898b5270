"""What there is to compare with: the same transport, and nothing done with what comes in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.processes import Server, free_port, serving


@contextmanager
def baseline(name: str, folder: Path, *arguments: str) -> Iterator[Server]:
    """The server `name` of this package."""
    port = free_port()
    module, log = f"{__name__}.{name}", folder / f"{name}.log"
    with serving(module, str(port), *arguments, ports=(port,), log=log) as process:
        yield Server(port, process)
