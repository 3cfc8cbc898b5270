"""Who may connect, who is connected, who knocked."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from peewee import Case, Database

from ampline.v1 import charge_point_event_pb2, charge_point_pb2
from server.domain.connector_numbers import ConnectorNumbers
from server.domain.facts import OcppVersion
from server.resources import events
from server.store.models import ChargePoint
from server.store.reads import Reader, Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.quirks import known_of
from server.work.stations import security_profiles, status_log
from server.work.stations.connector_numbers import numbers_of

AVAILABLE, TEMPORARILY_UNAVAILABLE = 2, 3  # ampline.v1.NetworkStatus
NO_SECURITY, UNSECURED_BASIC_AUTH = 1, 2  # ampline.v1.ChargePoint.SecurityProfile
TLS_BASIC_AUTH, TLS_CLIENT_CERTIFICATE = 3, 4


class Admission(NamedTuple):
    """What the gate needs of a charge point."""

    charge_point: str
    password_hash: str | None
    security_profile: int
    allowed_versions: frozenset[int]  # empty = all
    strict: bool | None  # None = the server's setting
    registration: str | None  # what its last BootNotification was answered, if any
    default_version: int | None  # where it offers none that is known
    pinged: bool  # whether it is pinged when it is silent
    numbers: ConnectorNumbers  # of its connectors in OCPP 1.6
    clock_time_zone: str  # of times that it tells without an offset
    next_password_hash: str | None = None  # what it was told, and may come with as well


class Connection(NamedTuple):
    """One WebSocket of a charger; `since` (microseconds) is unlike any other's of its node."""

    charge_point: str
    identity: str
    node: str
    since: int
    version: OcppVersion
    remote_address: str
    security_profile: int | None = None  # ampline.v1.ChargePoint.SecurityProfile


_ADMISSION = (
    ChargePoint.name,
    ChargePoint.password_hash,
    ChargePoint.security_profile,
    ChargePoint.allowed_ocpp_versions,
    ChargePoint.strict_ocpp,
    ChargePoint.registration_status,
    ChargePoint.next_password_hash,
    ChargePoint.default_ocpp_version,
    ChargePoint.clock_time_zone,
    ChargePoint.pinged,
    ChargePoint.vendor,
    ChargePoint.model,
    ChargePoint.firmware_version,
)
_LAST_SEEN = Statement(
    ChargePoint.select(ChargePoint.last_seen_time).where(ChargePoint.name == param("name"))
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
        security_profile_in_force=param("security_profile"),
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


def find(database: Database, identity: str) -> Admission | None:
    """The charge point that connects by this identity. On a reader's thread."""
    return admitted(Reader(database), identity)


def admitted(rows: Rows, identity: str) -> Admission | None:
    """The same, also within a transaction."""
    row = rows.one(_FIND, identity=identity, name=f"chargePoints/{identity}")
    if row is None:
        return None
    name, password_hash, profile, versions, strict, registration, next_hash, default = row[:8]
    clock_time_zone, pinged, vendor, model, firmware = row[8:]
    if pinged is None:
        pinged = known_of(vendor, model, firmware).pinged
    message = charge_point_pb2.ChargePoint.FromString(bytes(versions or b""))
    return Admission(
        name,
        password_hash,
        profile,
        frozenset(int(version) for version in message.allowed_ocpp_versions),
        None if strict is None else bool(strict),
        registration,
        default,
        pinged is None or bool(pinged),
        numbers_of(rows, name),
        clock_time_zone or "UTC",
        next_hash,
    )


def last_seen(database: Database, charge_point: str) -> int | None:
    """When a charge point was last heard, in microseconds. On a reader's thread."""
    query = _LAST_SEEN.bind(database, {"name": charge_point})
    row = database.execute_sql(*query).fetchone()
    return row[0] if row else None


class Older(NamedTuple):
    """A connection that was replaced: of that node, and that time."""

    node: str
    since: int


def connected(unit: Unit, connection: Connection) -> Older | None:
    """A charger is connected; if an older connection is still noted, that one ended before, and is
    returned."""
    row = unit.one_locked(_PLACE, name=connection.charge_point)
    if row is None:
        return None
    _, _, status, since, node = row
    if (since, node) == (connection.since, connection.node):
        return None  # it is noted again: nobody knew whether it was
    if since is not None:
        older = connection._replace(remote_address="")
        _tell_connection(unit, older, row, "disconnected", "replaced by a newer connection")
    unit.run(
        _CONNECT,
        name=connection.charge_point,
        since=connection.since,
        node=connection.node,
        version=connection.version,
        security_profile=connection.security_profile,
        now=unit.now,
    )
    _tell_connection(unit, connection, row, "connected")
    if connection.security_profile is not None:
        security_profiles.connected(unit, connection.charge_point, connection.security_profile)
    if status != AVAILABLE:
        _network_status(unit, connection.charge_point, row, AVAILABLE)
    return None if since is None else Older(node, since)


def still_connected(unit: Unit, connection: Connection) -> bool:
    """A charger is connected though its node was taken for dead; False if it has gone elsewhere
    meanwhile."""
    row = unit.one_locked(_PLACE, name=connection.charge_point)
    if row is not None and row[3] is None:
        connected(unit, connection)
        return True
    return row is None or row[3:] == (connection.since, connection.node)


def node_of(rows: Rows, charge_point: str) -> str | None:
    """The node that a charge point is connected to."""
    row = rows.one(_PLACE, name=charge_point)
    return row[-1] if row else None


def disconnected(unit: Unit, connection: Connection, reason: str, last_seen: int) -> None:
    """A connection ended. Changes nothing if the charger has another one by now, which another node
    may just be noting."""
    row = unit.one_locked(_PLACE, name=connection.charge_point)
    if row is None or row[3:] != (connection.since, connection.node):
        return
    unit.run(_DISCONNECT, name=connection.charge_point, seen=last_seen)
    _tell_connection(unit, connection, row, "disconnected", reason)
    _network_status(unit, connection.charge_point, row, TEMPORARILY_UNAVAILABLE, reason)


def lost(unit: Unit, living: Iterable[str] = ()) -> None:
    """Ends the connections that nodes held which are no more; `living` are those that are."""
    alive = set(living)
    for name, node, since, seen in unit.all(_STILL_CONNECTED):
        if node not in alive:
            identity = name.removeprefix("chargePoints/")
            gone = Connection(name, identity, node, since, OcppVersion.OCPP_1_6, "")
            disconnected(unit, gone, "the server stopped", seen or since)


def tls_failed(unit: Unit, remote_address: str, problem: str) -> None:
    """Somebody could not agree on TLS with us; by OCPP's words for what it was, as far as told."""
    folded = problem.casefold()
    kind = "TlsHandshakeFailed"
    if "version" in folded or "unsupported protocol" in folded:
        kind = "InvalidTLSVersion"
    elif "cipher" in folded:
        kind = "InvalidTLSCipherSuite"
    payload = charge_point_event_pb2.ChargePointSecurityEvent(
        type=kind, tech_info=problem[:255], remote_address=remote_address
    )
    unit.tell(events.event("charge_point.security_event", "", payload, unit.now))


def security_event(
    unit: Unit, charge_point: str, kind: str, remote_address: str, tech_info: str
) -> None:
    """Something about a charge point's security, for somebody to see."""
    row = unit.one(_PLACE, name=charge_point)
    if row is None:
        return
    payload = charge_point_event_pb2.ChargePointSecurityEvent(
        type=kind, tech_info=tech_info, remote_address=remote_address
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
    payload = charge_point_event_pb2.ChargePointConnection(
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


def _network_status(
    unit: Unit, charge_point: str, row: tuple[Any, ...], new: int, reason: str = ""
) -> None:
    status_log.network(unit, charge_point, row[2], new, reason)
    payload = charge_point_event_pb2.ChargePointNetworkStatusChanged(
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
