"""The run as a whole: it stops in order and in time, comes back with its data, fails together."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path

import psutil
import pytest

from tests.rest.conftest import LOCATION
from tests.rest.rest import Rest
from tests.running import Running, free_ports
from tests.whole_platform import WholePlatform, start_platform
from tools.run.platform import PORTS


@pytest.fixture
def own_platform(tmp_path: Path, fresh_database_url: Callable[[], str]) -> Iterator[WholePlatform]:
    """A platform that the test may stop."""
    started = start_platform(tmp_path, fresh_database_url())
    yield started
    started.running.stop()


def part(platform: WholePlatform, module: str) -> psutil.Process:
    """One of the launcher's processes."""
    children = psutil.Process(platform.running.process.pid).children()
    return next(each for each in children if module in each.cmdline())


def test_it_stops_in_time_tells_its_streams_and_keeps_its_data(
    own_platform: WholePlatform,
) -> None:
    rest = Rest(own_platform.address, own_platform.key)
    created = rest.post("/v1/locations", LOCATION).json
    children = psutil.Process(own_platform.running.process.pid).children(recursive=True)
    with rest.opened("GET", "/v1/events:stream") as stream:
        stream.readline()
        begun = time.monotonic()
        own_platform.running.process.send_signal(signal.SIGINT)
        lines = stream.read().splitlines()
    assert own_platform.running.process.wait(10) == 0
    assert time.monotonic() - begun < 5
    last = json.loads(lines[-1])
    assert last["streamEnd"] == {"reason": "SHUTTING_DOWN", "cursor": last["cursor"]}
    assert not [child for child in children if child.is_running()]

    again = start_platform(own_platform.data, own_platform.database_url)
    try:
        assert Rest(again.address, again.key).get(f"/v1/{created['name']}").json == created
    finally:
        again.running.stop()


def test_when_one_part_dies_all_stop_with_its_code(own_platform: WholePlatform) -> None:
    part(own_platform, "server").kill()
    assert own_platform.running.process.wait(10) == 128 + signal.SIGKILL
    assert "The server ended with exit code 137" in own_platform.running.log.read_text()


def test_a_taken_port_is_named(own_platform: WholePlatform, tmp_path: Path) -> None:
    settings = {"AMPLINE_DATA": str(tmp_path / "other"), "AMPLINE_PORT": str(own_platform.port)}
    for name in PORTS.keys() - {"AMPLINE_PORT"}:
        settings[name] = str(free_ports(1)[0])
    second = Running.start(["tools.run"], settings, tmp_path / "second.log")
    assert second.process.wait(20) == 1
    expected = f"something else listens at port {own_platform.port} (AMPLINE_PORT) already"
    assert expected in second.last_words()


def test_only_the_public_port_is_public(own_platform: WholePlatform) -> None:
    """With AMPLINE_LISTEN as it comes, nothing listens but on loopback."""
    processes = [psutil.Process(own_platform.running.process.pid)]
    processes += processes[0].children(recursive=True)
    listening = [
        ip_address(connection.laddr.ip.removeprefix("::ffff:"))
        for process in processes
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 4
    assert all(address.is_loopback for address in listening), listening
