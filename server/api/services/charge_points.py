"""Charge points."""

from typing import Any

from google.protobuf.empty_pb2 import Empty

from ampline.v1 import charge_point_pb2 as pb
from ampline.v1.charge_point_pb2_grpc import ChargePointServiceServicer
from server.api import vendor_errors
from server.api.bulk import Bulk
from server.api.changes import Change, Particulars, Place
from server.api.crud import Crud
from server.api.filters import at_least, contains
from server.api.lanes import Call, acting
from server.api.services.evses import evses
from server.api.written_rows import taken
from server.resources.charge_points import MAPPING
from server.resources.circuits import membership_faults_of
from server.resources.time_zones import is_time_zone
from server.store.lane import WriteLane
from server.store.models import ChargePoint, ChargingProfile, Evse
from server.store.statements import Statement, param
from server.work.access.passwords import hash_charger_password
from server.work.circuits import require_room, to_member
from server.work.ports import Stations
from server.work.sessions import early_steps
from server.work.stations import (
    certificates,
    configuration,
    display_messages,
    firmware_updates,
    local_lists,
    logs,
    monitoring,
    status_log,
    unknown_chargers,
)

_EVSES = Statement(Evse.select(Evse.name).where(Evse.charge_point == param("charge_point")))
_TAKE_EVSES_ALONG = Statement(
    Evse.update(location=param("location"), partner=param("partner")).where(
        Evse.charge_point == param("charge_point")
    )
)
_FORGET_PROFILES = Statement(
    ChargingProfile.delete().where(ChargingProfile.charge_point == param("charge_point"))
)
_SETTLED_AT_THE_DOOR = frozenset(
    {
        "allowed_ocpp_versions",
        "clock_time_zone",
        "default_ocpp_version",
        "ocpp_identity",
        "password",
        "pinged",
        "security_profile",
        "state",
        "strict_ocpp",
    }
)
"""What a connection is let in by, and so begun with."""

_WITH_IDENTITY = Statement(
    ChargePoint.select(ChargePoint.name).where(
        (ChargePoint.ocpp_identity == param("identity")) | (ChargePoint.name == param("name"))
    )
)


def _faults(charge_point: pb.ChargePoint) -> dict[str, str]:
    if charge_point.kind == pb.ChargePoint.PERSONAL and not charge_point.owner:
        return {"owner": "is required where the kind is PERSONAL"}
    if charge_point.owner and charge_point.kind != pb.ChargePoint.PERSONAL:
        return {"owner": "must be empty where the kind is not PERSONAL"}
    allowed, default = charge_point.allowed_ocpp_versions, charge_point.default_ocpp_version
    if default and allowed and default not in allowed:
        return {"default_ocpp_version": "must be one of the allowed_ocpp_versions"}
    if charge_point.clock_time_zone and not is_time_zone(charge_point.clock_time_zone):
        return {"clock_time_zone": f"{charge_point.clock_time_zone!r} is no IANA time zone"}
    return membership_faults_of(charge_point)


def _prepare(change: Change[pb.ChargePoint]) -> None:
    """Hashes the password, and lets no two charge points connect with one identity."""
    after = change.after
    if "password" in change.changed:
        given = after.HasField("password")
        change.columns["password_hash"] = hash_charger_password(after.password) if given else None
        change.columns["next_password_hash"] = None
    if change.before is None:
        _require_own_identity(change, change.request.charge_point_id, "charge_point_id")
    if not {"circuit", "circuit_membership"}.isdisjoint(change.changed):
        _settle_in_circuit(change)
    if "ocpp_identity" in change.changed:
        _require_own_identity(change, after.ocpp_identity, "charge_point.ocpp_identity")


def _settle_in_circuit(change: Change[pb.ChargePoint]) -> None:
    """Whoever comes into a circuit has room in it."""
    after = change.after
    if after.circuit and not membership_faults_of(after):
        require_room(change.unit, to_member(after), change.caller.partner)


def _require_own_identity(change: Change[pb.ChargePoint], identity: str, field: str) -> None:
    if not identity:
        return
    name = f"chargePoints/{identity}"
    found = change.unit.one(_WITH_IDENTITY, identity=identity, name=name)
    if found is not None and found[0] != change.after.name:
        raise taken(field, identity)


def _follow_up(change: Change[pb.ChargePoint]) -> None:
    """A new one is unknown no more. Its EVSEs stand where it stands, and are whose it is."""
    if change.before is None:
        identity = change.after.ocpp_identity or change.after.name.partition("/")[2]
        unknown_chargers.forget(change.unit, identity)
    elif {"location", "partner"} & {*change.changed}:
        name, location = change.after.name, change.after.location
        change.unit.run(
            _TAKE_EVSES_ALONG, charge_point=name, location=location, partner=change.partner
        )


def _remove_what_it_has(change: Change[pb.ChargePoint]) -> None:
    """Its EVSEs go with it: no session refers to them, or it would refer to the charge point. So
    do its history, its configuration, its charging profiles, its logs, its updates and
    its local list; a namesake begins anew."""
    name = change.after.name
    status_log.forget(change.unit, name)
    configuration.forget(change.unit, name)
    monitoring.forget(change.unit, name)
    display_messages.forget(change.unit, name)
    certificates.forget(change.unit, name)
    early_steps.forget_all(change.unit, name)
    for what in (logs, firmware_updates, local_lists):
        what.forget(change.unit, name)
    change.unit.run(_FORGET_PROFILES, charge_point=name)
    for (name,) in change.unit.all(_EVSES, charge_point=change.after.name):
        evses.remove(change.unit, change.caller, name)


def _place(change: Change[pb.ChargePoint]) -> Place:
    return Place(change.after.name, change.after.location)


charge_points = Crud(
    MAPPING,
    pb.ListChargePointsRequest,
    pb.ListChargePointsResponse,
    orders=("create_time", "display_name", "update_time", "last_seen_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
    particulars=Particulars(
        faults=_faults,
        prepare=_prepare,
        written=_follow_up,
        removed=_remove_what_it_has,
        place=_place,
        addition=vendor_errors.of_charge_points(MAPPING),
        unique={"ocpp_identity": ("ocpp_identity",)},
    ),
)
in_bulk = Bulk(charge_points)


class ChargePointService(ChargePointServiceServicer):
    """Keeps charge points."""

    GetChargePoint = charge_points.get
    ListChargePoints = charge_points.list
    CreateChargePoint = charge_points.create
    BatchGetChargePoints = in_bulk.get
    BatchCreateChargePoints = in_bulk.create

    def __init__(self, lane: WriteLane, stations: Stations) -> None:
        self._lane = lane
        self._stations = stations

    @acting
    async def UpdateChargePoint(self, request: Any, call: Call) -> bytes:
        """Changes a charge point; one that is connected comes back under its new settings."""
        answer, changed = await self._lane.write(
            lambda unit: charge_points.apply(request, call.caller, unit)
        )
        if _SETTLED_AT_THE_DOOR & {*changed}:
            await self._stations.disconnect(request.charge_point.name, "its settings have changed")
        return answer

    @acting
    async def DeleteChargePoint(self, request: Any, call: Call) -> Empty:
        """Deletes a charge point, and closes its connection."""
        await self._lane.write(lambda unit: charge_points.delete(request, call, unit))
        await self._stations.disconnect(request.name, "deleted")
        return Empty()
