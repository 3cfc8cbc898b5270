"""`python -m server events`, against a whole platform."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from google.protobuf.json_format import ParseDict

from ampline import Client
from ampline.v1.location_pb2 import CreateLocationRequest
from server import events_command
from tests.api.sample_bodies import LOCATION
from tests.running import ROOT
from tests.whole_platform import WholePlatform

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def tail(platform: WholePlatform, *arguments: str, key: str) -> "subprocess.Popen[str]":
    """The command, as somebody types it."""
    return subprocess.Popen(
        [sys.executable, "-m", "server", "events", "--address", platform.address, *arguments],
        env={"AMPLINE_KEY": key, "PATH": "/usr/bin"},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def make_location(client: Client, name: str) -> str:
    request = CreateLocationRequest()
    ParseDict({**LOCATION, "displayName": name}, request.location)
    return client.locations.CreateLocation(request).name


def test_it_prints_what_happened_and_what_happens(platform: WholePlatform) -> None:
    with Client(platform.address, key=platform.key) as client:
        name = make_location(client, "Told")
        first = tail(
            platform, "--since", "2020-01-01T00:00:00Z", "--subjects", name,
            "--types", "location.*", "--limit", "1", key=platform.key,
        )  # fmt: skip
        told, _ = first.communicate(timeout=30)
        assert told.rstrip().endswith(f"Z location.created {name}")
        after = next(iter(client.events(["location.created"], start_time=LONG_AGO))).cursor
        more = tail(platform, "--after", after, "--types", "*.created", "--json", key=platform.key)
        assert more.stdout is not None
        later = make_location(client, "Later")
        while (event := json.loads(more.stdout.readline()))["subject"] != later:
            assert event["type"].endswith(".created")
        assert event["resourceChanged"]["location"]["displayName"] == "Later"
        more.terminate()
        more.communicate(timeout=30)


def test_it_says_what_is_wrong(platform: WholePlatform) -> None:
    process = tail(platform, key="nobody's")
    _, problem = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "key" in problem
    process = tail(platform, "--since", "yesterday", key=platform.key)
    process.communicate(timeout=30)
    assert process.returncode == 2


def test_it_finds_the_launchers_key(tmp_path: Path) -> None:
    environment = {"AMPLINE_DATA": str(tmp_path)}
    assert events_command.key_in(environment) is None
    (tmp_path / "credentials.json").write_text('{"key": "kept", "operator": "x:y"}')
    assert events_command.key_in(environment) == "kept"
    assert events_command.key_in({**environment, "AMPLINE_KEY": "mine"}) == "mine"


def test_a_time_needs_its_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        events_command.moment("2026-03-01T00:00:00")
