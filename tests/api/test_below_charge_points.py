"""What stands below a charge point: history, configuration keys, charging profiles, messages."""

from typing import Any

import grpc
import pytest

from ampline.v1.charging_profile_pb2 import ChargingProfile, ListChargingProfilesRequest
from ampline.v1.configuration_key_pb2 import ConfigurationKey, ListConfigurationKeysRequest
from ampline.v1.ocpp_message_pb2 import ListOcppMessagesRequest
from ampline.v1.status_log_pb2 import ListStatusLogEntriesRequest, StatusLogEntry
from ampline.v1.vendor_error_code_pb2 import VendorErrorCode
from server.domain.access import Role
from server.domain.device_model import Mutability, Setting, Told
from server.domain.facts import EvseStatus, EvseStatusReported, StationStatus, StationStatusReported
from server.resources import charging_profiles
from server.store import models
from server.store.clock import to_datetime
from server.work.stations import configuration, reports, status_log
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, PARTNERS, VENDOR_ERROR_CODES

CP1 = "chargePoints/CP1"
METHODS = (
    ("status_log", "ListStatusLogEntries", ListStatusLogEntriesRequest),
    ("configuration_keys", "ListConfigurationKeys", ListConfigurationKeysRequest),
    ("charging_profiles", "ListChargingProfiles", ListChargingProfilesRequest),
    ("messages", "ListOcppMessages", ListOcppMessagesRequest),
)


@pytest.fixture
async def charge_point(api: Api, client: Client) -> str:
    """CP1, with a history, a configuration and two charging profiles."""
    await CHARGE_POINTS.make(client, charge_point_id="CP1")

    def live(unit: Any) -> None:
        status_log.network(unit, CP1, 1, 2)
        reports.station_status(unit, CP1, StationStatusReported(StationStatus.AVAILABLE))
        for word, code in ((EvseStatus.AVAILABLE, ""), (EvseStatus.FAULTED, "e7")):
            fact = EvseStatusReported(1, 1, word, vendor_error_code=code)
            reports.evse_status(unit, CP1, fact)
        status_log.network(unit, CP1, 2, 3, "hung up")
        told = [
            Told(Setting("Beta"), "2", Mutability.READ_ONLY),
            Told(Setting("AlphaPassword"), "hidden", Mutability.READ_WRITE),
        ]
        configuration.reported(unit, CP1, told)
        for number in (7, 3):
            unit.execute(models.ChargingProfile.insert(**profile(number)))

    await api.lane.write(live)
    return CP1


def profile(number: int) -> dict[str, Any]:
    message = ChargingProfile()
    message.schedule.rate_unit = ChargingProfile.AMPERE
    period = message.schedule.periods.add(limit=16.5, phases=3)
    period.start.seconds = 60
    return {
        "name": charging_profiles.profile_name(CP1, number),
        "charge_point": CP1,
        "profile_id": number,
        "evse": 1 if number == 3 else 0,
        "stack_level": 2,
        "purpose": ChargingProfile.TX_DEFAULT,
        "kind": ChargingProfile.ABSOLUTE,
        "schedule": message.SerializeToString(),
        "source": ChargingProfile.OPERATOR,
        "install_time": 1,
    }


async def history(client: Client, **wanted: Any) -> list[StatusLogEntry]:
    request = ListStatusLogEntriesRequest(parent=CP1, page_size=2, **wanted)
    found: list[StatusLogEntry] = []
    while True:
        page = await client.status_log.ListStatusLogEntries(request)
        found += page.status_log_entries
        request.page_token = page.next_page_token
        if not request.page_token:
            return found


async def test_history_comes_newest_first_each_in_its_words(
    client: Client, charge_point: str
) -> None:
    away, faulted, available, ready, connected = await history(client)
    assert (away.kind, away.old_network_status, away.network_status) == (
        StatusLogEntry.NETWORK,
        2,
        3,
    )
    assert (away.reason, away.HasField("vendor_error")) == ("hung up", False)
    assert (faulted.kind, faulted.evse) == (StatusLogEntry.EVSE_HARDWARE, f"{CP1}/evses/1")
    assert (faulted.old_evse_hardware_status, faulted.evse_hardware_status) == (1, 9)
    assert faulted.vendor_error_code == "e7"
    assert available.old_evse_hardware_status == 0
    assert (ready.kind, ready.hardware_status) == (StatusLogEntry.CHARGE_POINT_HARDWARE, 1)
    assert (connected.old_network_status, connected.network_status) == (1, 2)
    assert connected.name.startswith(f"{CP1}/statusLog/")
    assert len({each.name for each in (away, faulted, available, ready, connected)}) == 5


async def test_history_by_kind_evse_and_time(api: Api, client: Client, charge_point: str) -> None:
    of_network = await history(client, kind=StatusLogEntry.NETWORK)
    assert [entry.network_status for entry in of_network] == [3, 2]
    of_evse = await history(client, evse=f"{CP1}/evses/1")
    assert [entry.evse_hardware_status for entry in of_evse] == [9, 1]
    moved = models.StatusLogEntry.update(time=5_000_000).where(models.StatusLogEntry.status == 3)
    await api.lane.write(lambda unit: unit.execute(moved))
    (old,) = await history(client, before=to_datetime(6_000_000))
    assert old.network_status == 3
    assert len(await history(client, since=to_datetime(6_000_000))) == 4


async def test_history_says_what_a_vendors_code_means(
    api: Api, client: Client, charge_point: str
) -> None:
    code = VendorErrorCode(vendor_id="Acme", error_code="E7", severity=VendorErrorCode.ERROR)
    code.title.add(language_code="en", text="Too hot")
    await VENDOR_ERROR_CODES.create(client, code)
    (nothing,) = [entry for entry in await history(client) if entry.vendor_error_code]
    assert not nothing.HasField("vendor_error")
    named = models.ChargePoint.update(vendor="ACME")
    await api.lane.write(lambda unit: unit.execute(named))
    (entry,) = [entry for entry in await history(client) if entry.vendor_error_code]
    assert entry.vendor_error.title[0].text == "Too hot"


async def test_configuration_comes_by_key_without_secrets(
    client: Client, charge_point: str
) -> None:
    request = ListConfigurationKeysRequest(parent=CP1)
    page = await client.configuration_keys.ListConfigurationKeys(request)
    alpha, beta = page.configuration_keys
    assert (alpha.key, alpha.value, alpha.is_secret) == ("AlphaPassword", "", True)
    assert (beta.key, beta.value, beta.readonly) == ("Beta", "2", True)
    assert beta.mutability == ConfigurationKey.READ_ONLY
    assert beta.report_time.seconds > 0
    request.key = "Beta"
    page = await client.configuration_keys.ListConfigurationKeys(request)
    assert list(page.configuration_keys) == [beta]


async def test_charging_profiles_come_by_evse(client: Client, charge_point: str) -> None:
    request = ListChargingProfilesRequest(parent=CP1)
    page = await client.charging_profiles.ListChargingProfiles(request)
    whole, single = page.charging_profiles
    assert (whole.name, whole.profile_id, whole.evse) == (f"{CP1}/chargingProfiles/7", 7, 0)
    assert (single.profile_id, single.evse, single.stack_level) == (3, 1, 2)
    assert single.schedule.rate_unit == ChargingProfile.AMPERE
    (period,) = single.schedule.periods
    assert (period.start.seconds, period.limit, period.phases) == (60, 16.5, 3)
    assert (single.purpose, single.source) == (ChargingProfile.TX_DEFAULT, ChargingProfile.OPERATOR)
    for evse, number in ((0, 7), (1, 3)):
        request = ListChargingProfilesRequest(parent=CP1, evse=evse)
        page = await client.charging_profiles.ListChargingProfiles(request)
        assert [each.profile_id for each in page.charging_profiles] == [number]


async def test_all_of_it_goes_with_the_charge_point(client: Client, charge_point: str) -> None:
    await CHARGE_POINTS.delete(client, CP1)
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    for service, method, request in METHODS:
        page = await getattr(getattr(client, service), method)(request(parent=CP1))
        assert not page.ListFields()


@pytest.mark.parametrize(("service", "method", "request_type"), METHODS)
async def test_what_stands_below_is_whose_the_charge_point_is(
    api: Api, client: Client, charge_point: str, service: str, method: str, request_type: Any
) -> None:
    partner = (await PARTNERS.make(client)).name
    theirs = api.client(await api.key_of(Role.PARTNER_VIEWER, partner))
    call = getattr(getattr(theirs, service), method)
    refusal = await refused(call(request_type(parent=CP1)))
    assert (refusal.code, refusal.metadata["name"]) == (grpc.StatusCode.NOT_FOUND, CP1)
    await CHARGE_POINTS.update(client, CHARGE_POINTS.message(name=CP1, partner=partner))
    await call(request_type(parent=CP1))
    await theirs.close()
