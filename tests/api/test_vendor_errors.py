"""What a vendor's error code means stands beside the fault."""

from typing import Any

from ampline.v1.charge_point_pb2 import ListChargePointsRequest
from ampline.v1.event_pb2 import ListEventsRequest
from ampline.v1.evse_pb2 import ListEvsesRequest
from ampline.v1.vendor_error_code_pb2 import VendorErrorCode
from server.domain.facts import EvseStatus, EvseStatusReported, StationStatus, StationStatusReported
from server.store.models import ChargePoint
from server.work.stations import reports
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, VENDOR_ERROR_CODES


async def make_code(client: Client, vendor: str, code: str, text: str) -> Any:
    resource = VendorErrorCode(vendor_id=vendor, error_code=code, severity=VendorErrorCode.ERROR)
    resource.title.add(language_code="en", text=text)
    return await VENDOR_ERROR_CODES.create(client, resource)


async def report(api: Api, vendor_id: str, code: str) -> None:
    """An EVSE and its charge point are faulted."""
    error = {"error_code": "OtherError", "vendor_id": vendor_id, "vendor_error_code": code}
    evse = EvseStatusReported(evse=1, connector=1, status=EvseStatus.FAULTED, time=None, **error)
    station = StationStatusReported(status=StationStatus.FAULTED, time=None, **error)
    await api.lane.write(lambda unit: reports.evse_status(unit, "chargePoints/CP1", evse))
    await api.lane.write(lambda unit: reports.station_status(unit, "chargePoints/CP1", station))


async def texts(client: Client) -> list[str]:
    """What EVSE and charge point say, read alone and in their lists."""
    points = await client.charge_points.ListChargePoints(ListChargePointsRequest())
    evses = await client.evses.ListEvses(ListEvsesRequest(parent="chargePoints/-"))
    alone = await CHARGE_POINTS.get(client, "chargePoints/CP1")
    found = [*points.charge_points, *evses.evses, alone]
    return [each.vendor_error.title[0].text for each in found if each.HasField("vendor_error")]


async def test_a_fault_has_its_meaning(api: Api, client: Client) -> None:
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    await report(api, "Acme", "e7")
    assert await texts(client) == []
    code = await make_code(client, "ACME", "E7", "Cooling has failed")
    await make_code(client, "Other", "E7", "Something else")
    assert await texts(client) == ["Cooling has failed"] * 3
    evse = (await client.evses.ListEvses(ListEvsesRequest(parent="chargePoints/-"))).evses[0]
    assert evse.vendor_error.vendor_error_code == code.name
    assert evse.vendor_error.severity == VendorErrorCode.ERROR
    code.title[0].text = "No coolant"
    await VENDOR_ERROR_CODES.update(client, code, "title")
    assert await texts(client) == ["No coolant"] * 3
    await VENDOR_ERROR_CODES.delete(client, code.name)
    assert await texts(client) == []


async def test_who_does_not_say_its_vendor_is_of_its_maker(api: Api, client: Client) -> None:
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    await api.lane.write(lambda unit: unit.execute(ChargePoint.update(vendor="Acme")))
    await make_code(client, "acme", "E7", "Cooling has failed")
    await report(api, "", "E7")
    assert await texts(client) == ["Cooling has failed"] * 3
    found = await client.events.ListEvents(ListEventsRequest(types=["*hardware_status_changed"]))
    told = [event.evse_hardware_status_changed.vendor_error for event in found.events[:1]]
    told += [e.charge_point_hardware_status_changed.vendor_error for e in found.events[1:]]
    assert [each.title[0].text for each in told] == ["Cooling has failed"] * 2


async def test_a_code_means_one_thing_to_a_vendor(client: Client) -> None:
    await make_code(client, "ACME", "E7", "Cooling has failed")
    refusal = await refused(make_code(client, "acme", "e7", "Another"))
    assert refusal.metadata == {"field": "vendor_error_code.error_code", "value": "e7"}
    other = await make_code(client, "Other", "E7", "Another")
    other.vendor_id = "Acme"
    refusal = await refused(VENDOR_ERROR_CODES.update(client, other, "vendor_id"))
    assert refusal.reason == "ALREADY_EXISTS"
