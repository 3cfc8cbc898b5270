"""The command, and the profiles that it offers."""

import asyncio
import shlex
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clients.charger import Clock, Station
from clients.charger.__main__ import parser, residents
from clients.charger.behaviours import PROFILES
from clients.charger.fleet import Resident, run_fleet
from clients.charger.life import Backoff
from tests.charger.central_system import DEADLINE, CentralSystem, Payload
from tests.charger.test_life import HASTY
from tests.ocpp.authority import Authority

ROOT = Path(__file__).parents[2]


async def test_the_command_runs_until_it_is_told_to_stop(central: CentralSystem) -> None:
    arguments = ["--url", central.url, "--id", "CP", "--stations", "2", "--visits", "lively"]
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "clients.charger", *arguments, "--speed", "600", cwd=ROOT
    )
    try:
        await central.called("StartTransaction")
        command.send_signal(signal.SIGTERM)
        async with asyncio.timeout(DEADLINE):
            assert await command.wait() == 0
    finally:
        with suppress(ProcessLookupError):
            command.kill()
    assert sorted(one.path for one in central.requests) == ["/ocpp/CP-1", "/ocpp/CP-2"]
    actions = central.actions
    assert actions.count("StartTransaction") == actions.count("StopTransaction")


@pytest.mark.parametrize("name", ["offline_and_back", "flapping"])
async def test_a_profile_with_a_bad_network_loses_nothing(
    central: CentralSystem, name: str
) -> None:
    await befall(central, name, lambda: len(central.connections) >= 3)
    assert central.actions.count("BootNotification") < 3  # once, unless its answer got lost
    ids = [stop["transactionId"] for stop in told(central, "StopTransaction")]
    starts = len(told(central, "StartTransaction"))
    assert len(set(ids)) == len(ids)
    assert starts - len(ids) in (0, 1)


def told(central: CentralSystem, action: str) -> list[Payload]:
    """The payloads of an action, each once however often a bad line had it sent."""
    calls = [frame for frame in central.frames if frame[0] == 2 and frame[2] == action]
    return list({frame[1]: frame[3] for frame in calls}.values())


async def test_a_faulty_station_breaks_and_mends(central: CentralSystem) -> None:
    def statuses() -> list[str]:
        return [one["status"] for one in central.payloads("StatusNotification")]

    await befall(
        central,
        "faulty",
        lambda: "Faulted" in statuses() and statuses()[-1] in ("Available", "Preparing"),
    )
    [broken, *_] = [
        one for one in central.payloads("StatusNotification") if one["status"] == "Faulted"
    ]
    assert broken["errorCode"] != "NoError"
    assert broken["vendorErrorCode"].startswith("E-")


async def befall(central: CentralSystem, name: str, until: Callable[[], bool]) -> None:
    """Lets a station live with a profile, an hour in a second, until something is so."""
    profile = PROFILES[name]
    station = Station(central.url, "CP-1", clock=Clock(3600))
    resident = Resident(station, profile, HASTY, Backoff(0.01, 0.02))
    life = asyncio.create_task(run_fleet([resident]))
    try:
        await central.until(until)
    finally:
        life.cancel()
        with suppress(asyncio.CancelledError):
            await life


def test_options_make_stations() -> None:
    line = (
        "--id A B --stations 2 --profile normal faulty --dc --power-kw 150 --visits none"
        " --timestamps simulated --begin-hours-ago 5 --speed 60 --meter-interval 15 --ocpp 1.6 2.1"
    )
    options = parser().parse_args(shlex.split(line))
    fleet = list(residents(options))
    assert [one.station.identity for one in fleet] == ["A-1", "A-2", "B-1", "B-2"]
    assert [one.profile for one in fleet[:2]] == [PROFILES["normal"], PROFILES["faulty"]]
    spoken = [one.station.address.subprotocols for one in fleet]
    assert spoken == [("ocpp1.6",), ("ocpp2.1",)] * 2
    station = fleet[0].station
    assert station.connectors[1].outlet.power_w == 150_000
    assert station.configuration["MeterValueSampleInterval"] == "15"
    assert fleet[0].habits is None
    age = datetime.now(UTC) - station.clock.now()
    assert age == pytest.approx(timedelta(hours=5), abs=timedelta(minutes=10))


def test_the_command_takes_keys_and_certificates(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own = authority.charger("CP")
    files = ["--trust", authority.file, "--certificate", own.certificate, "--key", own.key]
    options = parser().parse_args(["--url", "wss://127.0.0.1:1", "--id", "CP", *map(str, files)])
    (resident,) = residents(options)
    context = resident.station.address.ssl
    assert context is not None
    assert [each["serialNumber"] for each in context.get_ca_certs()] == [
        f"{authority.certificate.serial_number:X}".zfill(40)
    ]
    assert resident.station.security.chain == own.certificate.read_text()
