"""Who may connect, who is connected, who knocked."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from peewee import Case, Database

from ampline.v1 import charge_point_pb2, event_pb2, location_pb2
from server.domain.facts import OcppVersion
from server.resources import charge_points, events, locations
from server.store.models import ChargePoint, Location, UnknownChargePoint
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

UNASSIGNED = "locations/unassigned"
MOST_UNKNOWN = 10_000
AVAILABLE, TEMPORARILY_UNAVAILABLE = 2, 3  # ampline.v1.NetworkStatus
NO_SECURITY = 1  # ampline.v1.ChargePoint.SecurityProfile


class Admission(NamedTuple):
    """What the gate needs of a charge point."""

    charge_point: str
    password_hash: str | None
    security_profile: int
    allowed_versions: frozenset[int]  # empty = all
    strict: bool | None  # None = the server's setting
    registered: bool  # whether a BootNotification was ever answered


class Connection(NamedTuple):
    """One WebSocket of a charger; `since` (microseconds) is unlike any other's of its node."""

    charge_point: str
    identity: str
    node: str
    since: int
    version: OcppVersion
    remote_address: str


_ADMISSION = (
    ChargePoint.name,
    ChargePoint.password_hash,
    ChargePoint.security_profile,
    ChargePoint.allowed_ocpp_versions,
    ChargePoint.strict_ocpp,
    ChargePoint.registration_status,
)
_FIND = Statement(
    ChargePoint.select(*_ADMISSION)
    .where(
        (ChargePoint.ocpp_identity == param("identity"))
        | ((ChargePoint.name == param("name")) & ChargePoint.ocpp_identity.is_null())
    )
    .order_by(Case(None, [(ChargePoint.ocpp_identity.is_null(), 1)], 0))
    .limit(1)
)
_PLACE = Statement(
    ChargePoint.select(
        ChargePoint.location,
        ChargePoint.partner,
        ChargePoint.network_status,
        ChargePoint.connected_since,
        ChargePoint.connected_node,
    ).where(ChargePoint.name == param("name"))
)
_CONNECT = Statement(
    ChargePoint.update(
        network_status=AVAILABLE,
        connected_since=param("since"),
        connected_node=param("node"),
        ocpp_version=param("version"),
        last_seen_time=param("now"),
    ).where(ChargePoint.name == param("name"))
)
_DISCONNECT = Statement(
    ChargePoint.update(
        network_status=TEMPORARILY_UNAVAILABLE,
        connected_since=None,
        connected_node=None,
        last_seen_time=param("seen"),
    ).where(ChargePoint.name == param("name"))
)
_STILL_CONNECTED = Statement(
    ChargePoint.select(
        ChargePoint.name,
        ChargePoint.connected_node,
        ChargePoint.connected_since,
        ChargePoint.last_seen_time,
    ).where(ChargePoint.connected_since.is_null(False))
)
_SEEN = Statement(
    ChargePoint.update(
        last_seen_time=param("seen"),
        violation_count=ChargePoint.violation_count + param("violations"),
    ).where(ChargePoint.name == param("name"))
)
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


def find(database: Database, identity: str) -> Admission | None:
    """The charge point that connects by this identity. On a reader's thread."""
    values = {"identity": identity, "name": f"chargePoints/{identity}"}
    row = database.execute_sql(*_FIND.bind(database, values)).fetchone()
    return None if row is None else _admission(row)


def _admission(row: tuple[Any, ...]) -> Admission:
    name, password_hash, profile, versions, strict, registration = row
    message = charge_point_pb2.ChargePoint.FromString(bytes(versions or b""))
    allowed = frozenset(int(version) for version in message.allowed_ocpp_versions)
    known = None if strict is None else bool(strict)
    return Admission(name, password_hash, profile, allowed, known, registration is not None)


def knocked(unit: Unit, identity: str, remote_address: str) -> None:
    """Notes that an identity knocked which nobody registered."""
    if not unit.run(_KNOCK_AGAIN, identity=identity, address=remote_address, now=unit.now):
        unit.insert(_KNOCK, (identity, remote_address, unit.now, unit.now, 1))
        unit.run(_FORGET_OLDEST)
    payload = event_pb2.ChargePointConnection(identity=identity, remote_address=remote_address)
    unit.tell(events.event("charge_point.unknown_connected", "", payload, unit.now))


def register_unknown(unit: Unit, identity: str, name: str) -> Admission:
    """Registers a charge point that knocked (AMPLINE_ACCEPT_UNKNOWN), without a password.

    `name` is its resource name: the identity where that is a valid id.
    """
    _make_unassigned(unit)
    message = charge_point_pb2.ChargePoint(name=name, location=UNASSIGNED)
    if name != f"chargePoints/{identity}":
        message.ocpp_identity = identity
    columns = {
        "name": name,
        "location": UNASSIGNED,
        "ocpp_identity": message.ocpp_identity or None,
        "security_profile": NO_SECURITY,
        "search_text": charge_points.MAPPING.derived["search_text"](message),
        "create_time": unit.now,
        "update_time": unit.now,
    }
    unit.execute(ChargePoint.insert(columns).on_conflict_ignore())
    unit.execute(UnknownChargePoint.delete().where(UnknownChargePoint.identity == identity))
    row = unit.one(_FIND, identity=identity, name=name)
    assert row is not None
    _tell_created(unit, name)
    return _admission(row)


def _make_unassigned(unit: Unit) -> None:
    message = location_pb2.Location(name=UNASSIGNED, display_name="Unassigned", time_zone="Etc/UTC")
    columns = {
        "name": UNASSIGNED,
        "display_name": message.display_name,
        "time_zone": message.time_zone,
        "search_text": locations.MAPPING.derived["search_text"](message),
        "create_time": unit.now,
        "update_time": unit.now,
    }
    unit.execute(Location.insert(columns).on_conflict_ignore())


def _tell_created(unit: Unit, name: str) -> None:
    query = Statement(charge_points.MAPPING.query().where(ChargePoint.name == param("name")))
    row = unit.one(query, name=name)
    assert row is not None
    message = charge_points.MAPPING.to_message(row)
    unit.tell(
        events.resource_changed(
            "created", message, unit.now, charge_point=name, location=message.location
        )
    )


def connected(unit: Unit, connection: Connection) -> None:
    """A charger is connected; if an older connection is still noted, that one ended before."""
    row = unit.one(_PLACE, name=connection.charge_point)
    if row is None:
        return
    _, _, status, since, _ = row
    if since is not None:
        _tell_connection(unit, connection, row, "disconnected", "replaced by a newer connection")
    unit.run(
        _CONNECT,
        name=connection.charge_point,
        since=connection.since,
        node=connection.node,
        version=connection.version,
        now=unit.now,
    )
    _tell_connection(unit, connection, row, "connected")
    if status != AVAILABLE:
        _tell_network_status(unit, connection.charge_point, row, AVAILABLE)


def disconnected(unit: Unit, connection: Connection, reason: str, last_seen: int) -> None:
    """A connection ended. Changes nothing if the charger has another one by now."""
    row = unit.one(_PLACE, name=connection.charge_point)
    if row is None or row[3:] != (connection.since, connection.node):
        return
    unit.run(_DISCONNECT, name=connection.charge_point, seen=last_seen)
    _tell_connection(unit, connection, row, "disconnected", reason)
    _tell_network_status(unit, connection.charge_point, row, TEMPORARILY_UNAVAILABLE)


def lost(unit: Unit, living: Iterable[str] = ()) -> None:
    """Ends the connections that nodes held which are no more; `living` are those that are."""
    alive = set(living)
    for name, node, since, seen in unit.all(_STILL_CONNECTED):
        if node not in alive:
            identity = name.removeprefix("chargePoints/")
            gone = Connection(name, identity, node, since, OcppVersion.OCPP_1_6, "")
            disconnected(unit, gone, "the server stopped", seen or since)


def refused(unit: Unit, charge_point: str, remote_address: str, tech_info: str) -> None:
    """Somebody wanted to connect as this charge point and had not its password."""
    row = unit.one(_PLACE, name=charge_point)
    if row is None:
        return
    payload = event_pb2.ChargePointSecurityEvent(
        type="InvalidCredentials", tech_info=tech_info, remote_address=remote_address
    )
    unit.tell(
        events.event(
            "charge_point.security_event",
            charge_point,
            payload,
            unit.now,
            charge_point=charge_point,
            location=row[0],
            partner=row[1],
        )
    )


def seen(unit: Unit, heard: Iterable[Mapping[str, Any]]) -> None:
    """When chargers were last heard (`name`, `seen`), and how often they broke the schemas since
    the last call (`violations`)."""
    unit.run_all(_SEEN, heard)


def _tell_connection(
    unit: Unit, connection: Connection, row: tuple[Any, ...], what: str, reason: str = ""
) -> None:
    payload = event_pb2.ChargePointConnection(
        identity=connection.identity,
        remote_address=connection.remote_address,
        ocpp_version=connection.version,  # type: ignore[arg-type] # the same numbers
        reason=reason,
    )
    unit.tell(
        events.event(
            f"charge_point.{what}",
            connection.charge_point,
            payload,
            unit.now,
            charge_point=connection.charge_point,
            location=row[0],
            partner=row[1],
        )
    )


def _tell_network_status(unit: Unit, charge_point: str, row: tuple[Any, ...], new: int) -> None:
    payload = event_pb2.ChargePointNetworkStatusChanged(
        old_status=row[2],
        new_status=new,  # type: ignore[arg-type] # the same numbers
    )
    unit.tell(
        events.event(
            "charge_point.network_status_changed",
            charge_point,
            payload,
            unit.now,
            charge_point=charge_point,
            location=row[0],
            partner=row[1],
        )
    )
