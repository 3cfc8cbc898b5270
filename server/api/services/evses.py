"""EVSEs, which stand below their charge points."""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from functools import partial
from typing import Any, TypeVar

from google.protobuf.empty_pb2 import Empty

from ampline.v1 import evse_pb2 as pb
from ampline.v1.evse_pb2_grpc import EvseServiceServicer
from server.api import charging_needs, vendor_errors
from server.api.changes import Change, Particulars, Place
from server.api.crud import Crud
from server.api.lanes import Call, acting, reading, writing
from server.api.listing import together
from server.api.references import check, exists
from server.domain.errors import RefusedError, invalid_field, not_found
from server.resources.evses import MAPPING
from server.store.lane import WriteLane
from server.store.models import ChargePoint, Evse, Session
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.balancing import needs
from server.work.ports import Stations
from server.work.stations.connector_numbers import numbers_of

T = TypeVar("T")
MOST_AT_ONCE = 1_000
_CHARGE_POINT = "ampline.app/ChargePoint"
_ALL = "chargePoints/-"
_PLACE = Statement(
    ChargePoint.select(ChargePoint.location, ChargePoint.partner).where(
        ChargePoint.name == param("name")
    )
)
_SIBLINGS = Statement(
    Evse.select(Evse.name, Evse.number, Evse.connectors)
    .where(Evse.charge_point == param("charge_point"))
    .order_by(Evse.number)
)


def _charge_point(change: Change[pb.Evse]) -> str:
    if change.before is None and change.request is not None:
        return str(change.request.parent)
    return change.after.name.partition("/evses/")[0]


def _prepare(change: Change[pb.Evse]) -> None:
    """Puts a new EVSE into its charge point; lets no two connectors there have one OCPP 1.6 id."""
    if change.before is None:
        _settle(change)
    if "connectors" in change.changed:
        _require_own_connector_ids(change)


def _settle(change: Change[pb.Evse]) -> None:
    parent = change.request.parent
    if not exists(change.unit, _CHARGE_POINT, parent, change.caller.partner):
        raise not_found(parent)
    location, change.partner = change.unit.one(_PLACE, name=parent) or (None, None)
    told = change.request.evse_id
    number = int(told) if told else _next_number(change)
    change.columns |= {"charge_point": parent, "number": number, "location": location}


def _next_number(change: Change[pb.Evse]) -> int:
    siblings = change.unit.all(_SIBLINGS, charge_point=change.request.parent)
    return max((number for _, number, _ in siblings), default=0) + 1


def _new_name(change: Change[pb.Evse]) -> str:
    return f"{change.columns['charge_point']}/evses/{change.columns['number']}"


def _require_own_connector_ids(change: Change[pb.Evse]) -> None:
    siblings = change.unit.all(_SIBLINGS, charge_point=_charge_point(change))
    used = {
        connector.ocpp16_connector_id
        for name, _, connectors in siblings
        if name != change.after.name
        for connector in pb.Evse.FromString(bytes(connectors or b"")).connectors
    }
    for place, connector in enumerate(change.after.connectors):
        number = connector.ocpp16_connector_id
        if number and number in used:
            field = f"evse.connectors[{place}].ocpp16_connector_id"
            raise invalid_field(field, f"{number} is another connector's at this charge point")
        used.add(number)


def _place(change: Change[pb.Evse]) -> Place:
    charge_point = _charge_point(change)
    location, _ = change.unit.one(_PLACE, name=charge_point) or (None, None)
    return Place(charge_point, location)


def _powers(rows: Rows, names: Sequence[str]) -> Map[str, bytes]:
    """The power that the session on each of the EVSEs takes now."""
    running = Evse.select(Evse.name, Session.power_w).join(
        Session, on=(Session.name == Evse.active_session)
    )
    powers = running.where(Evse.name.in_(names)).tuples().execute(rows.database)
    return {name: pb.Evse(power_w=power).SerializeToString() for name, power in powers}


evses = Crud(
    MAPPING,
    pb.ListEvsesRequest,
    pb.ListEvsesResponse,
    orders=("name", "hardware_status_time"),
    own_orders={"name": ("charge_point", "number")},
    parent=Evse.charge_point,
    particulars=Particulars(
        prepare=_prepare,
        new_name=_new_name,
        place=_place,
        addition=together(_powers, vendor_errors.of_evses(MAPPING), charging_needs.of_evses),
        unique={"physical_reference": ("physical_reference",)},
        removed=lambda change: needs.forget(change.unit, change.after.name),
    ),
)


def _named(unit: Unit, request: pb.BulkAssignTariffGroupRequest, partner: str | None) -> list[str]:
    """The EVSEs that are meant, each once; a charge point that is none of the caller's stands for
    itself."""
    if not request.evses and not request.charge_points:
        raise invalid_field("evses", "either `evses` or `charge_points` is needed")
    names = list(request.evses)
    for charge_point in request.charge_points:
        if exists(unit, _CHARGE_POINT, charge_point, partner):
            names += [name for name, *_ in unit.all(_SIBLINGS, charge_point=charge_point)]
        else:
            names.append(charge_point)
    names = list(dict.fromkeys(names))
    if len(names) > MOST_AT_ONCE:
        raise invalid_field("evses", f"are more than {MOST_AT_ONCE}, with those of charge_points")
    return names


class EvseService(EvseServiceServicer):
    """Keeps EVSEs."""

    GetEvse = evses.get

    def __init__(self, lane: WriteLane, stations: Stations) -> None:
        self._lane = lane
        self._stations = stations

    @acting
    async def CreateEvse(self, request: Any, call: Call) -> bytes:
        """Adds an EVSE."""
        return await self._counted(request.parent, partial(evses.create, request, call))

    @acting
    async def UpdateEvse(self, request: Any, call: Call) -> bytes:
        """Changes an EVSE."""
        charge_point = request.evse.name.partition("/evses/")[0]
        return await self._counted(charge_point, partial(evses.update, request, call))

    @acting
    async def DeleteEvse(self, request: Any, call: Call) -> Empty:
        """Deletes an EVSE."""
        charge_point = request.name.partition("/evses/")[0]
        return await self._counted(charge_point, partial(evses.delete, request, call))

    async def _counted(self, charge_point: str, work: Callable[[Unit], T]) -> T:
        """Does the work. A charger whose connectors are counted in another way after it comes back,
        for it was let in by the old numbers."""

        def job(unit: Unit) -> tuple[T, bool]:
            before = numbers_of(unit, charge_point)
            done = work(unit)
            return done, numbers_of(unit, charge_point) != before

        answer, renumbered = await self._lane.write(job)
        if renumbered:
            await self._stations.disconnect(charge_point, "its connectors have other numbers")
        return answer

    @writing
    def BulkAssignTariffGroup(
        self, request: pb.BulkAssignTariffGroupRequest, call: Call, unit: Unit
    ) -> pb.BulkAssignTariffGroupResponse:
        """Gives EVSEs a tariff group, one after another; a refusal is the result of its EVSE."""
        check(unit, request, ("tariff_group",), "", call.caller.partner)
        given = pb.Evse(tariff_group=request.tariff_group)
        results, refusals = pb.BulkAssignTariffGroupResponse(), []
        for name in _named(unit, request, call.caller.partner):
            reason = ""
            try:
                evses.revise(request, call, unit, name, ["tariff_group"], given)
            except RefusedError as error:
                refusals.append(error)
                reason = error.reason
            results.results.add(name=name, reason=reason)
        if refusals and len(refusals) == len(results.results):
            raise refusals[0]
        return results

    @reading
    def ListEvses(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of the EVSEs of one charge point, or of all."""
        partner = call.caller.partner
        if request.parent == _ALL:
            return evses.listing.page(request, rows, partner)
        if not exists(rows, _CHARGE_POINT, request.parent, partner):
            raise not_found(request.parent)
        return evses.listing.page(request, rows, partner, request.parent)
