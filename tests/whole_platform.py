"""The whole platform as a test's surroundings: what `make run` starts, on ports of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.running import Running, free_ports
from tools.run.readiness import answers

KEY = "a-key-for-tests-0123456789"
USERNAME, PASSWORD = "admin", "a password for tests"


@dataclass(frozen=True)
class WholePlatform:
    """Where everything is, and what opens it."""

    running: Running
    data: Path
    database_url: str
    port: int
    """The public one: REST, gRPC, gRPC-web, chargers, portal."""
    grpc_port: int
    ocpp_port: int
    portal_port: int
    key: str = KEY
    """An API key of an administrator."""
    username: str = USERNAME
    """Of an administrator of the portal."""
    password: str = PASSWORD

    @property
    def address(self) -> str:
        """host:port of the public port."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Of the portal; REST is below /v1."""
        return f"http://{self.address}"

    @property
    def charger_url(self) -> str:
        """Where chargers connect, without the identity."""
        return f"ws://{self.address}/ocpp"


def start_platform(folder: Path, database_url: str, **settings: str) -> WholePlatform:
    """Starts everything and waits until it answers; `settings` as in the environment."""
    port, grpc_port, ocpp_port, portal_port, files_port, payments_port = free_ports(6)
    environment = {
        "AMPLINE_DATA": str(folder),
        "AMPLINE_DATABASE": database_url,
        "AMPLINE_PORT": str(port),
        "AMPLINE_GRPC_PORT": str(grpc_port),
        "AMPLINE_OCPP_PORT": str(ocpp_port),
        "AMPLINE_PORTAL_PORT": str(portal_port),
        "AMPLINE_FILES_PORT": str(files_port),
        "AMPLINE_PAYMENTS_PORT": str(payments_port),
        "AMPLINE_BOOTSTRAP_KEY": KEY,
        "AMPLINE_BOOTSTRAP_OPERATOR": f"{USERNAME}:{PASSWORD}",
        "AMPLINE_DEMO": "0",
        "AMPLINE_CALLS_AT_ONCE": "50000",  # all tests call with one key, from one address
        "AMPLINE_ANONYMOUS_CALLS_AT_ONCE": "5000",
        **settings,
    }
    running = Running.start(["tools.run"], environment, folder / "platform.log")
    ready = "Ampline runs at"
    try:
        running.until(lambda: ready in running.log.read_text(errors="replace"))
        assert "AMPLINE_TLS" in settings or answers(f"127.0.0.1:{port}", "/v1/caller", KEY)
    except BaseException:
        running.stop()
        raise
    return WholePlatform(running, folder, database_url, port, grpc_port, ocpp_port, portal_port)


@pytest.fixture(scope="session")
def platform(
    tmp_path_factory: pytest.TempPathFactory, fresh_database_url: Callable[[], str]
) -> Iterator[WholePlatform]:
    """A platform that tests share: each makes what it needs under names of its own."""
    folder = tmp_path_factory.mktemp("platform")
    started = start_platform(
        folder, fresh_database_url(), AMPLINE_CORS_ORIGINS="https://app.example"
    )
    yield started
    code = started.running.stop()
    assert code == 0, started.running.last_words()
