"""Chargers that connect and that nobody registered."""

from ampline.v1 import charge_point_event_pb2, charge_point_pb2, location_pb2
from server.resources import charge_points, events, locations
from server.store import search
from server.store.models import ChargePoint, Location, UnknownChargePoint
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.stations import connections
from server.work.stations.connections import NO_SECURITY, Admission

UNASSIGNED = "locations/unassigned"
MOST_UNKNOWN = 10_000

_KNOCK_AGAIN = Statement(
    UnknownChargePoint.update(
        remote_address=param("address"),
        last_seen_time=param("now"),
        attempts=UnknownChargePoint.attempts + 1,
    ).where(UnknownChargePoint.identity == param("identity"))
)
_KNOCK = Append(
    UnknownChargePoint,
    ("identity", "remote_address", "first_seen_time", "last_seen_time", "attempts"),
)
_FORGET_OLDEST = Statement(
    UnknownChargePoint.delete().where(
        UnknownChargePoint.identity.in_(
            UnknownChargePoint.select(UnknownChargePoint.identity)
            .order_by(UnknownChargePoint.last_seen_time.desc())
            .offset(MOST_UNKNOWN)
            .limit(MOST_UNKNOWN)
        )
    )
)
_FORGET = Statement(
    UnknownChargePoint.delete().where(UnknownChargePoint.identity == param("identity"))
)
_IS_THERE = Statement(Location.select(Location.name).where(Location.name == param("name")))
_REGISTERED = Statement(charge_points.MAPPING.query().where(ChargePoint.name == param("name")))


def knocked(unit: Unit, identity: str, remote_address: str) -> None:
    """Notes that an identity knocked which nobody registered; of all, the latest are kept."""
    if not unit.run(_KNOCK_AGAIN, identity=identity, address=remote_address, now=unit.now):
        unit.insert(_KNOCK, (identity, remote_address, unit.now, unit.now, 1))
        unit.run(_FORGET_OLDEST)
    payload = charge_point_event_pb2.ChargePointConnection(
        identity=identity, remote_address=remote_address
    )
    unit.tell(events.event("charge_point.unknown_connected", "", payload, unit.now))


def register(unit: Unit, identity: str, charge_point: str) -> Admission:
    """Registers an identity that knocked (AMPLINE_ACCEPT_UNKNOWN) under that resource name.

    Without a password, at a location of its own kind, for an operator to put in its place.
    """
    if known := connections.admitted(unit, identity):
        return known
    make_unassigned(unit)
    message = charge_point_pb2.ChargePoint(name=charge_point, location=UNASSIGNED)
    if charge_point != f"chargePoints/{identity}":
        message.ocpp_identity = identity
    _insert_charge_point(unit, message)
    forget(unit, identity)
    _tell_created(unit, charge_point)
    registered = connections.admitted(unit, identity)
    assert registered is not None
    return registered


def forget(unit: Unit, identity: str) -> None:
    """Nobody is waiting under this identity any more."""
    unit.run(_FORGET, identity=identity)


def _insert_charge_point(unit: Unit, message: charge_point_pb2.ChargePoint) -> None:
    text = charge_points.MAPPING.derived[search.COLUMN](message)
    search.add(unit, ChargePoint, message.name, unit.now, text)
    unit.execute(
        ChargePoint.insert(
            name=message.name,
            location=UNASSIGNED,
            ocpp_identity=message.ocpp_identity or None,
            security_profile=NO_SECURITY,
            search_text=text,
            create_time=unit.now,
            update_time=unit.now,
        )
    )


def make_unassigned(unit: Unit) -> None:
    """The location of chargers that nobody has put in their place: made with the first of them."""
    if unit.one(_IS_THERE, name=UNASSIGNED):
        return
    message = location_pb2.Location(name=UNASSIGNED, display_name="Unassigned", time_zone="Etc/UTC")
    text = locations.MAPPING.derived[search.COLUMN](message)
    made = Location.insert(
        name=UNASSIGNED,
        display_name=message.display_name,
        time_zone=message.time_zone,
        search_text=text,
        create_time=unit.now,
        update_time=unit.now,
    )
    if unit.execute(made.on_conflict_ignore()):  # or another node was quicker
        search.add(unit, Location, UNASSIGNED, unit.now, text)


def _tell_created(unit: Unit, charge_point: str) -> None:
    row = unit.one(_REGISTERED, name=charge_point)
    assert row is not None
    message = charge_points.MAPPING.to_message(row)
    unit.tell(
        events.resource_changed(
            "created", message, unit.now, charge_point=charge_point, location=UNASSIGNED
        )
    )
