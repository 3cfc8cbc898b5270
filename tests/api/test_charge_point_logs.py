"""Logs that chargers are asked for, and what becomes of them."""

from datetime import UTC, datetime

import grpc
import pytest

from ampline.v1 import charge_point_log_pb2 as pb
from ampline.v1 import charge_point_maintenance_pb2 as maintenance
from ampline.v1 import event_pb2
from server.domain.commands import CommandAnswer, GetDiagnostics, GetLog
from server.domain.errors import Outcome, RefusedError
from server.domain.facts import Transfer, TransferReported
from server.store.files import StoredFile
from server.work.rules import Rules
from server.work.stations import logs, transfers
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS

CP = "chargePoints/CP1"
SECURITY = maintenance.GetLogRequest.SECURITY
Log = pb.ChargePointLog


@pytest.fixture
async def charger(api: Api, client: Client) -> None:
    """A charge point that is online."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP, lambda _: CommandAnswer("", True, file_name="log.zip"))


async def all_logs(client: Client) -> list[Log]:
    request = pb.ListChargePointLogsRequest(charge_point=CP)
    return list((await client.charge_point_logs.ListChargePointLogs(request)).charge_point_logs)


async def told(api: Api, word: str, number: int | None = None) -> None:
    fact = TransferReported(Transfer.LOG, word, number)
    await api.lane.write(lambda unit: transfers.reported(unit, CP, fact))


async def diagnostics(client: Client, **fields: object) -> str:
    request = maintenance.GetDiagnosticsRequest(charge_point=CP, **fields)  # type: ignore[arg-type]
    answer = await client.maintenance.GetDiagnostics(request)
    return str(answer.charge_point_log)


async def get_log(client: Client) -> maintenance.GetLogResponse:
    request = maintenance.GetLogRequest(charge_point=CP, kind=SECURITY)
    answer: maintenance.GetLogResponse = await client.maintenance.GetLog(request)
    return answer


async def test_a_charger_is_given_a_url_of_ours(api: Api, client: Client, charger: None) -> None:
    since = datetime(2026, 1, 1, tzinfo=UTC)
    name = await diagnostics(client, oldest_time=since)
    ((_, sent),) = api.stations.sent
    assert isinstance(sent, GetDiagnostics)
    assert sent.uri.startswith(f"{Rules().files_url}/")
    assert sent.uri.endswith("/")
    assert sent.oldest == since
    (log,) = await all_logs(client)
    assert log == await client.charge_point_logs.GetChargePointLog(
        pb.GetChargePointLogRequest(name=name)
    )
    assert (log.state, log.kind, log.command) == (Log.REQUESTED, Log.DIAGNOSTICS, "GetDiagnostics")
    assert (log.file_name, log.uri) == ("log.zip", "")
    assert log.oldest_time.ToDatetime(UTC) == since


async def test_or_one_of_the_callers(api: Api, client: Client, charger: None) -> None:
    await diagnostics(client, uri="ftp://files.example/logs/")
    ((_, sent),) = api.stations.sent
    assert isinstance(sent, GetDiagnostics)
    assert sent.uri == "ftp://files.example/logs/"
    await told(api, "Uploaded")
    (log,) = await all_logs(client)
    assert (log.state, log.uri) == (Log.UPLOADED, sent.uri)
    assert not log.HasField("size_bytes")


@pytest.mark.parametrize("connected", [True, False])
async def test_what_the_charger_refuses_is_no_log(
    api: Api, client: Client, charger: None, connected: bool
) -> None:
    api.stations.connect(CP, lambda _: CommandAnswer("Rejected", False))
    if not connected:
        api.stations.disconnect_all()
    error = await refused(get_log(client))
    assert error.reason == ("CHARGER_REJECTED" if connected else "CHARGER_OFFLINE")
    assert await all_logs(client) == []


async def test_what_was_sent_and_not_answered_may_still_come(
    api: Api, client: Client, charger: None
) -> None:
    def too_slow(_: object) -> CommandAnswer:
        raise RefusedError(
            Outcome.DEADLINE_EXCEEDED, "CHARGER_TIMEOUT", "too slow", {"sent": "true"}
        )

    api.stations.connect(CP, too_slow)
    assert (await refused(get_log(client))).code == grpc.StatusCode.DEADLINE_EXCEEDED
    (log,) = await all_logs(client)
    assert log.state == Log.REQUESTED
    await told(api, "Uploading", log.transfer_number)
    assert [each.state for each in await all_logs(client)] == [Log.UPLOADING]


async def test_words_find_their_log(api: Api, client: Client, charger: None) -> None:
    first, second = await get_log(client), await get_log(client)
    await told(api, "Uploading", first.transfer_number)
    await told(api, "UploadFailure", second.transfer_number)
    await told(api, "Idle", first.transfer_number)
    states = {log.name: log.state for log in await all_logs(client)}
    assert states == {first.charge_point_log: Log.UPLOADING, second.charge_point_log: Log.FAILED}
    events = await client.events.ListEvents(
        event_pb2.ListEventsRequest(types=["charge_point.log_status"])
    )
    last = events.events[-1].charge_point_transfer_status
    assert (last.status, last.charge_point_log.state) == ("Idle", Log.UPLOADING)
    assert last.charge_point_log.name == first.charge_point_log


async def test_a_word_without_a_number_is_on_the_last(
    api: Api, client: Client, charger: None
) -> None:
    await diagnostics(client)
    last = await diagnostics(client)
    await told(api, "UploadFailed")
    assert {log.name: log.state for log in await all_logs(client)}[last] == Log.FAILED


async def test_a_charger_that_says_it_brought_what_is_not_here(
    api: Api, client: Client, charger: None
) -> None:
    name = await diagnostics(client)
    await told(api, "Uploaded")
    assert [log.state for log in await all_logs(client)] == [Log.FAILED]
    await api.lane.write(
        lambda unit: logs.came(unit, name, StoredFile("key", 3, "ab" * 32, ""), "")
    )
    await told(api, "UploadFailed")
    (log,) = await all_logs(client)
    assert (log.state, log.file_name, log.size_bytes) == (Log.UPLOADED, "log.zip", 3)


@pytest.mark.parametrize("before", [True, False])
async def test_a_charger_is_heard_to_the_end(
    api: Api, client: Client, charger: None, before: bool
) -> None:
    name = await diagnostics(client)
    if before:
        await told(api, "Uploading")
    await api.lane.write(
        lambda unit: logs.came(unit, name, StoredFile("key", 3, "ab" * 32, ""), "")
    )
    await told(api, "Uploaded")
    await told(api, "Idle")
    (log,) = await all_logs(client)
    assert (log.state, log.charger_status) == (Log.UPLOADED, "Uploaded")
    events = await client.events.ListEvents(
        event_pb2.ListEventsRequest(types=["charge_point.log_status"])
    )
    last, idle = (each.charge_point_transfer_status for each in events.events[-2:])
    assert last.charge_point_log.name == name
    assert not idle.HasField("charge_point_log")


async def test_a_charger_with_nothing_to_tell(api: Api, client: Client, charger: None) -> None:
    api.stations.connect(CP, lambda _: CommandAnswer("", True))
    name = await diagnostics(client)
    assert [log.state for log in await all_logs(client)] == [Log.EMPTY]
    request = pb.DownloadChargePointLogRequest(name=name)
    error = await refused(client.charge_point_logs.DownloadChargePointLog(request))
    assert (error.reason, error.metadata["state"]) == ("NO_FILE", "EMPTY")


async def test_one_upload_takes_the_place_of_the_others(
    api: Api, client: Client, charger: None
) -> None:
    first = await get_log(client)
    api.stations.connect(CP, lambda _: CommandAnswer("AcceptedCanceled", True))
    second = await get_log(client)
    assert isinstance(api.stations.sent[-1][1], GetLog)
    states = {log.name: log.state for log in await all_logs(client)}
    assert states == {first.charge_point_log: Log.CANCELED, second.charge_point_log: Log.REQUESTED}


async def test_who_is_silent_for_a_day_is_given_up(api: Api, client: Client, charger: None) -> None:
    await diagnostics(client)
    assert not await api.lane.write(lambda unit: logs.expire(unit, unit.now + 1, 10))
    assert [log.state for log in await all_logs(client)] == [Log.EXPIRED]
