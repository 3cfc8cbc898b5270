"""Stations that are left alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random

from clients.charger import Clock, Fault, Station
from clients.charger.behaviours import PROFILES, Profile
from clients.charger.fleet import Resident, run_fleet
from clients.charger.life import Backoff
from clients.charger.visits import Driver, Habits
from tests.charger.central_system import CentralSystem, Payload, boot_answer, start_answer

SOON = Backoff(first=0.01, longest=0.05)
HASTY = Habits(pause=(1, 5), linger=(0, 5), fumble=(0.1, 1), energy_wh=(500, 2000))


def quick(central: CentralSystem, identity: str = "CP-1", **configuration: str) -> Station:
    """A station for which a minute lasts a tenth of a second."""
    settings = {"MeterValueSampleInterval": "20", **configuration}
    return Station(central.url, identity, clock=Clock(600), configuration=settings)


@asynccontextmanager
async def living(*stations: Station, habits: Habits | None = None) -> AsyncIterator[None]:
    """The stations live while the block runs, and are switched off after it."""
    fleet = [Resident(station, Profile(), habits, SOON) for station in stations]
    life = asyncio.create_task(run_fleet(fleet))
    try:
        yield
    finally:
        life.cancel()
        with suppress(asyncio.CancelledError):
            await life


async def test_it_boots_and_tells_its_statuses(central: CentralSystem) -> None:
    async with living(quick(central)):
        await central.called("StatusNotification", 2)
    assert central.actions == ["BootNotification", "StatusNotification", "StatusNotification"]


async def test_it_boots_until_it_is_accepted(central: CentralSystem) -> None:
    statuses = iter(["Rejected", "Pending"])
    central.answers["BootNotification"] = lambda _: boot_answer(
        next(statuses, "Accepted"), interval=1
    )
    station = quick(central)
    async with living(station, habits=HASTY):
        await central.called("StatusNotification", 2)
    boots = central.actions.index("StatusNotification")
    assert central.actions[:boots] == ["BootNotification"] * 3


async def test_a_pending_station_may_be_told_to_boot(central: CentralSystem) -> None:
    statuses = iter(["Pending"])
    central.answers["BootNotification"] = lambda _: boot_answer(
        next(statuses, "Accepted"), interval=3600
    )
    async with living(quick(central)):
        await central.called("BootNotification")
        await central.call("TriggerMessage", {"requestedMessage": "BootNotification"})
        await central.called("StatusNotification", 2)
    assert central.actions.count("BootNotification") == 2


async def test_heartbeats_keep_the_interval_they_are_given(central: CentralSystem) -> None:
    async with living(quick(central)):
        await central.called("StatusNotification", 2)
        change = {"key": "HeartbeatInterval", "value": "1"}
        await central.call("ChangeConfiguration", change)
        await central.called("Heartbeat", 2)
    assert central.actions.count("Heartbeat") >= 2


async def test_it_comes_back_without_booting_again(central: CentralSystem) -> None:
    station = quick(central)
    async with living(station):
        await station.until(lambda: station.connectors[1].told is not None)
        await station.cut()
        await central.until(lambda: len(central.connections) == 2)
        await station.until(lambda: station.online)
        await central.call("TriggerMessage", {"requestedMessage": "Heartbeat"})
        await central.called("Heartbeat")
    assert central.actions == [
        "BootNotification",
        "StatusNotification",
        "StatusNotification",
        "Heartbeat",
    ]


async def test_a_remote_start_meters_by_itself(central: CentralSystem) -> None:
    station = quick(central)
    async with living(station):
        await central.called("StatusNotification", 2)
        await central.call("RemoteStartTransaction", {"idTag": "TAG"})
        await central.called("MeterValues", 2)
        session = station.connectors[1].session
        assert session is not None
        assert session.energy_wh > 0
        await central.call("RemoteStopTransaction", {"transactionId": 1})
        await central.called("StopTransaction")
        await station.until(lambda: station.connectors[1].car is None)
    registers = [register(one) for one in central.payloads("MeterValues")]
    [stop] = central.payloads("StopTransaction")
    assert registers == sorted(registers)
    assert stop["meterStop"] >= registers[-1] > registers[0] > 0


async def test_a_session_goes_on_through_a_lost_network(central: CentralSystem) -> None:
    station = quick(central)
    async with living(station):
        await central.called("StatusNotification", 2)
        await central.call("RemoteStartTransaction", {"idTag": "TAG"})
        await central.called("MeterValues")
        await station.go_offline()
        told = len(central.payloads("MeterValues"))
        await station.until(lambda: len(station.outbox) >= 3)
        assert len(central.connections) == 1
        station.go_online()
        await central.called("MeterValues", told + 3)
    registers = [register(one) for one in central.payloads("MeterValues")]
    assert registers == sorted(registers)


async def test_a_refused_tag_is_stopped(central: CentralSystem) -> None:
    central.answers["StartTransaction"] = lambda _: start_answer(5, "Invalid")
    async with living(quick(central)):
        await central.called("StatusNotification", 2)
        await central.call("RemoteStartTransaction", {"idTag": "TAG"})
        stop = await central.called("StopTransaction")
    assert (stop["transactionId"], stop["reason"]) == (5, "DeAuthorized")


async def test_a_start_that_fails_is_repeated_as_configured(central: CentralSystem) -> None:
    failures = iter([["InternalError", "", {}], ["InternalError", "", {}]])
    central.answers["StartTransaction"] = lambda _: next(failures, start_answer(5))
    station = quick(central, TransactionMessageRetryInterval="6")
    async with living(station):
        await central.called("StatusNotification", 2)
        await central.call("RemoteStartTransaction", {"idTag": "TAG"})
        await central.called("MeterValues")
    starts = [frame for frame in central.frames if frame[2] == "StartTransaction"]
    assert len(starts) == 3
    assert starts[0] == starts[1] == starts[2]


async def test_cars_come_charge_and_leave(central: CentralSystem) -> None:
    async with living(quick(central), habits=HASTY):
        await central.called("StopTransaction", 2)
    for start, stop in zip(
        central.payloads("StartTransaction"), central.payloads("StopTransaction"), strict=False
    ):
        assert stop["reason"] == "Local"
        assert 499 <= stop["meterStop"] - start["meterStart"] <= 2001
    told = [one["status"] for one in central.payloads("StatusNotification")[2:7]]
    assert told == ["Preparing", "Charging", "SuspendedEV", "Finishing", "Available"]


async def test_the_same_seed_brings_the_same_cars(central: CentralSystem) -> None:
    drivers = [Driver(quick(central), 1, HASTY, Random(7)) for _ in range(2)]
    first, second = ([driver.car() for _ in range(5)] for driver in drivers)
    assert first == second


async def test_a_card_that_does_not_count_charges_nothing(central: CentralSystem) -> None:
    central.answers["Authorize"] = lambda _: {"idTagInfo": {"status": "Expired"}}
    async with living(quick(central), habits=HASTY):
        await central.called("Authorize", 2)
    assert "StartTransaction" not in central.actions


async def test_a_fault_ends_the_session_and_mends(central: CentralSystem) -> None:
    station = quick(central)
    async with living(station):
        await central.called("StatusNotification", 2)
        await central.call("RemoteStartTransaction", {"idTag": "TAG"})
        await central.called("MeterValues")
        await station.fail(1, Fault(vendor_id="Ampline", vendor_error_code="E-1"))
        assert (await central.called("StopTransaction"))["reason"] == "Other"
        fault = central.payloads("StatusNotification")[-1]
        assert (fault["status"], fault["vendorErrorCode"]) == ("Faulted", "E-1")
        refused = await central.call("RemoteStartTransaction", {"idTag": "TAG"})
        assert refused[2] == {"status": "Rejected"}
        await station.recover(1)
        assert central.payloads("StatusNotification")[-1]["status"] == "Preparing"


async def test_a_reset_reboots_a_living_station(central: CentralSystem) -> None:
    async with living(quick(central)):
        await central.called("StatusNotification", 2)
        await central.call("Reset", {"type": "Hard"})
        await central.called("StatusNotification", 4)
    assert central.actions[3:] == ["BootNotification", "StatusNotification", "StatusNotification"]


async def test_switching_off_ends_sessions_and_leaves_no_car(central: CentralSystem) -> None:
    async with living(quick(central)):
        await central.called("StatusNotification", 2)
        await central.call("RemoteStartTransaction", {"idTag": "TAG"})
        await central.called("MeterValues")
    assert central.payloads("StopTransaction")[0]["reason"] == "PowerLoss"
    told = [one["status"] for one in central.payloads("StatusNotification")]
    assert told[-2:] == ["Finishing", "Available"]


async def test_a_crowd_connects_at_once(central: CentralSystem) -> None:
    stations = [quick(central, f"CP-{number}") for number in range(50)]
    async with living(*stations):
        await central.called("StatusNotification", 100)
    assert central.actions.count("BootNotification") == 50


async def test_a_wrong_clock_stays_wrong(central: CentralSystem) -> None:
    clock = PROFILES["clock_of_1970"].clock(1, None)
    async with Station(central.url, "CP-1", clock=clock) as station:
        await station.boot()
        await station.start(1)
    assert central.payloads("StartTransaction")[0]["timestamp"].startswith("1970-01-01T00:0")


def register(values: Payload) -> int:
    """The register that a MeterValues tells, in Wh."""
    return int(values["meterValue"][0]["sampledValue"][0]["value"])
