"""The README's examples work, as they stand there, against a platform with the demo's data."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ampline import Client
from ampline.v1 import webhook_endpoint_pb2 as webhooks
from clients.demo.balances import top_up
from clients.demo.registration import network, register
from tests.running import ROOT, Running, free_ports
from tests.whole_platform import WholePlatform, start_platform

README = (ROOT / "README.md").read_text()
CURL = re.findall(r"```sh\n(curl .*?)```", README, re.DOTALL)
SHELL = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
ADDRESS = "127.0.0.1:8080"


@pytest.fixture(scope="module")
def demo_platform(
    tmp_path_factory: pytest.TempPathFactory, fresh_database_url: Callable[[], str]
) -> Iterator[WholePlatform]:
    """A platform with the demo's data, and nobody who charges."""
    started = start_platform(tmp_path_factory.mktemp("readme"), fresh_database_url())
    with Client(started.address, started.key) as client:
        assert register(client) == len(network())
        assert register(client) == 0, "a second start of the demo makes nothing"
        users = [name for name in network() if name.startswith("users/")]
        assert top_up(client, users) == len(users)
        assert top_up(client, users) == 0
    yield started
    started.running.stop()


@pytest.mark.parametrize("commands", [each for each in CURL if "stream" not in each])
def test_curl(demo_platform: WholePlatform, commands: str) -> None:
    script = commands.replace(ADDRESS, demo_platform.address).replace(
        "curl ", "curl --silent --show-error --fail-with-body --max-time 10 "
    )
    environment = {**os.environ, "KEY": demo_platform.key}
    ran = subprocess.run(
        ["sh", "-e", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("{")


def test_curl_follows_the_events(demo_platform: WholePlatform) -> None:
    (command,) = [each for each in CURL if "stream" in each]
    script = command.replace(ADDRESS, demo_platform.address).replace("curl ", "exec curl -s ")
    environment = {**os.environ, "KEY": demo_platform.key}
    with subprocess.Popen(
        ["sh", "-c", script], env=environment, stdout=subprocess.PIPE, text=True
    ) as following:
        assert following.stdout is not None
        assert "cursor" in following.stdout.readline()
        following.terminate()


def test_python_calls(demo_platform: WholePlatform, tmp_path: Path) -> None:
    assert "RESOURCE_NOT_FOUND locations/nowhere" in run(PYTHON[0], demo_platform, tmp_path)


def test_python_follows_the_events(demo_platform: WholePlatform, tmp_path: Path) -> None:
    asked = 'types=["session.*", "evse.hardware_status_changed"]'
    assert asked in PYTHON[1]
    once = (
        PYTHON[1].replace(asked, "start_time=datetime(2020, 1, 1, tzinfo=UTC)") + "        break\n"
    )
    assert "tariff.created tariffs/ac-public" in run(
        f"from datetime import UTC, datetime\n{once}", demo_platform, tmp_path
    )


def test_a_receiver_verifies_what_the_platform_sends_and_what_curl_does(
    demo_platform: WholePlatform, tmp_path: Path
) -> None:
    client = Client(demo_platform.address, demo_platform.key)
    (port,) = free_ports(1)
    there = f"127.0.0.1:{port}"
    endpoint = webhooks.WebhookEndpoint(url=f"http://{there}/", types=["nothing.*"])
    created = client.webhook_endpoints.CreateWebhookEndpoint(
        webhooks.CreateWebhookEndpointRequest(webhook_endpoint=endpoint)
    )
    script = tmp_path / "receiver.py"
    code = PYTHON[2].replace('"127.0.0.1", 9000', f'"127.0.0.1", {port}')
    script.write_text(f"SECRET = {created.secret!r}\n{code}")
    receiver = Running.start_script(script, tmp_path / "receiver.log").until(
        lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0
    )
    trial = webhooks.TestWebhookEndpointRequest(name=created.name)
    assert client.webhook_endpoints.TestWebhookEndpoint(trial).delivered
    (shell,) = [each for each in SHELL if "openssl" in each]
    told = sh(shell.replace("127.0.0.1:9000", there), SECRET=created.secret)
    assert " 204 " in told.splitlines()[0]
    assert " 401 " in sh(shell.replace("127.0.0.1:9000", there), SECRET="whsec_b3RoZXI=")
    receiver.kill()
    lines = (tmp_path / "receiver.log").read_text()
    assert f"webhook_endpoint.test {created.name} " in lines
    assert "events/1 session.started sessions/1 now" in lines
    client.close()


def sh(script: str, **environment: str) -> str:
    """What a script of the README's prints."""
    ran = subprocess.run(
        ["sh", "-e", "-c", script.replace("curl ", "curl -sS ")],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def run(code: str, platform: WholePlatform, folder: Path) -> str:
    """What an example prints."""
    script = folder / "example.py"
    script.write_text(f"KEY = {platform.key!r}\n{code.replace(ADDRESS, platform.address)}")
    command = [sys.executable, str(script)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout
