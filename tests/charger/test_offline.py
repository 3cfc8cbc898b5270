"""What a station does without a connection, and tells afterwards."""

from datetime import datetime

import pytest

from clients.charger import CallError, Disconnected, Station
from tests.charger.central_system import CentralSystem, Payload


async def test_messages_wait_and_come_in_order(central: CentralSystem, station: Station) -> None:
    await station.boot()
    await station.cut()
    session = await station.start(1, "TAG", meter_start=100)
    assert await session.meter(energy_wh=500) is None
    assert await session.stop(energy_wh=900) is None
    assert (session.transaction_id, len(station.outbox)) == (None, 3)
    queued = station.clock.now()
    await station.connect()
    await station.flush()
    assert central.actions[1:] == ["StartTransaction", "MeterValues", "StopTransaction"]
    [values], [stop] = central.payloads("MeterValues"), central.payloads("StopTransaction")
    assert values["transactionId"] == stop["transactionId"] == session.transaction_id == 1
    assert stop["meterStop"] == 1000
    assert datetime.fromisoformat(stop["timestamp"]) <= queued


async def test_a_message_lost_on_the_way_is_sent_again_as_it_was(
    central: CentralSystem, station: Station
) -> None:
    central.answers["StartTransaction"] = lambda _: None
    station.timeout = 0.05
    with pytest.raises(TimeoutError):
        await station.start(1, "TAG")
    assert len(station.outbox) == 0, "under a test's hand a message is given up at once"

    station.timeout = 10
    session = station.start(2, "TAG", message_id="mine")
    station.spawn(session)
    await central.called("StartTransaction", 2)
    await station.cut()
    del central.answers["StartTransaction"]
    central.answers["StartTransaction"] = lambda _: {
        "transactionId": 9,
        "idTagInfo": {"status": "Accepted"},
    }
    await station.connect()
    await station.flush()
    sent = [frame for frame in central.frames if frame[2] == "StartTransaction"]
    assert sent[1] == sent[2]
    assert sent[2][1] == "mine"
    active = station.connectors[2].session
    assert active is not None
    assert active.transaction_id == 9


async def test_a_lost_connection_ends_a_call(central: CentralSystem, station: Station) -> None:
    def hang_up(_: Payload) -> None:
        central.connections[-1].transport.abort()

    central.answers["Heartbeat"] = hang_up
    with pytest.raises(Disconnected):
        await station.heartbeat()
    with pytest.raises(Disconnected):
        await station.heartbeat()
    assert not station.online


async def test_a_refused_call_says_why(central: CentralSystem, station: Station) -> None:
    central.answers["Authorize"] = lambda _: ["InternalError", "broken", {"at": 1}]
    with pytest.raises(CallError) as caught:
        await station.authorize("TAG")
    assert (caught.value.code, caught.value.description) == ("InternalError", "broken")
    assert caught.value.details == {"at": 1}


async def test_a_close_tells_its_reason(central: CentralSystem, station: Station) -> None:
    await central.connections[-1].close(1008, "go away")
    assert station.link is not None
    end = await station.link.ended
    assert (end.code, end.reason) == (1008, "go away")


async def test_the_status_is_told_on_return(central: CentralSystem, station: Station) -> None:
    await station.announce()
    await station.cut()
    await station.plug_in(2)
    await station.connect()
    await station.announce()
    assert central.payloads("StatusNotification")[3:] == [
        {
            "connectorId": 2,
            "status": "Preparing",
            "errorCode": "NoError",
            "timestamp": central.payloads("StatusNotification")[3]["timestamp"],
        }
    ]
