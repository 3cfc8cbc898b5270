"""The EVSEs of a circuit's members, with their cars: what each can take, and on which phases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from peewee import JOIN

from ampline.v1.charge_point_pb2 import ChargePoint as ChargePointMessage
from ampline.v1.evse_pb2 import DC
from ampline.v1.evse_pb2 import Evse as EvseMessage
from ampline.v1.user_pb2 import User as UserMessage
from server.domain.balancing.wiring import amperes_of, drawn_phases
from server.domain.circuits import Circuit
from server.domain.device_model import Attribute
from server.domain.facts import EvseStatus
from server.store.models import ChargePoint, ConfigurationKey, Evse, Session, SessionStanding, User
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.work.quirks import known_of

DC_EFFICIENCY = 0.92
"""What of the current that enters a DC charger leaves it; the rest warms it."""
_CONNECTED = 2
_ACTUAL = int(Attribute.ACTUAL)
_STACK_LEVEL, _RATE_UNITS = "ChargeProfileMaxStackLevel", "ChargingScheduleAllowedChargingRateUnit"
_VARIABLES = {"ProfileStackLevel": _STACK_LEVEL, "RateUnit": _RATE_UNITS}
"""What the same is in OCPP 2.x, where it is of the SmartChargingCtrlr."""
_AMPERES = frozenset({"current", "a"})
UNKNOWN_STACK_LEVEL = 1
"""The level of ours on a charger that did not say how many it has."""


class _Row(NamedTuple):
    name: str
    number: int
    charge_point: str
    network_status: int
    circuit_membership: bytes | None
    partner: str | None
    current_type: int | None
    vendor: str | None
    model: str | None
    firmware: str | None
    max_power_w: int | None
    max_current_a: int | None
    phases: int | None
    phase_rotation: int | None
    connected_phase: int | None
    hardware_status: int | None
    session: str | None
    transaction_id: str | None
    connector: int | None
    start_time: int | None
    soc_percent: int | None
    energy_wh: int | None
    groups: bytes | None
    priority: int | None
    weight: float | None
    boost_until: int | None


_ROWS = Statement(
    Evse.select(
        Evse.name,
        Evse.number,
        Evse.charge_point,
        ChargePoint.network_status,
        ChargePoint.circuit_membership,
        ChargePoint.partner,
        Evse.current_type,
        ChargePoint.vendor,
        ChargePoint.model,
        ChargePoint.firmware_version,
        Evse.max_power_w,
        Evse.max_current_a,
        Evse.phases,
        Evse.phase_rotation,
        Evse.connected_phase,
        Evse.hardware_status,
        Session.name,
        Session.ocpp_transaction_id,
        Session.connector,
        Session.start_time,
        Session.soc_percent,
        Session.energy_wh,
        User.groups,
        SessionStanding.priority,
        SessionStanding.weight,
        SessionStanding.boost_until,
    )
    .join(ChargePoint, on=(ChargePoint.name == Evse.charge_point))
    .join(
        Session,
        JOIN.LEFT_OUTER,
        on=((Session.name == Evse.active_session) & Session.stop_time.is_null()),
    )
    .join(User, JOIN.LEFT_OUTER, on=(User.name == Session.user))
    .join(SessionStanding, JOIN.LEFT_OUTER, on=(SessionStanding.session == Session.name))
    .where(ChargePoint.circuit == param("circuit"))
    .order_by(Evse.name)
)
_SETTINGS = Statement(
    ConfigurationKey.select(
        ConfigurationKey.charge_point, ConfigurationKey.key, ConfigurationKey.value
    )
    .join(ChargePoint, on=(ChargePoint.name == ConfigurationKey.charge_point))
    .where(ChargePoint.circuit == param("circuit"))
    .where(
        (
            ConfigurationKey.component.is_null()
            & ConfigurationKey.key.in_([_STACK_LEVEL, _RATE_UNITS])
        )
        | (
            (ConfigurationKey.component == "SmartChargingCtrlr")
            & ConfigurationKey.key.in_([*_VARIABLES])
            & (ConfigurationKey.attribute.is_null() | (ConfigurationKey.attribute == _ACTUAL))
        )
    )
)
_MEMBERS = Statement(
    ChargePoint.select(ChargePoint.name, ChargePoint.circuit_membership)
    .where(ChargePoint.circuit == param("circuit"))
    .order_by(ChargePoint.name)
)


class Charging(NamedTuple):
    """The session on an EVSE. Times in microseconds."""

    name: str
    transaction_id: str
    connector: int
    start_time: int
    soc_percent: int | None
    energy_wh: int
    user_groups: frozenset[str]
    priority: int | None
    weight: float | None
    boost_until: int


@dataclass(frozen=True, slots=True)
class Outlet:
    """An EVSE whose charger takes limits. Currents in A on each phase that it draws on."""

    evse: str
    number: int
    charge_point: str
    partner: str | None
    circuit: str
    connected: bool
    status: int | None
    session: Charging | None
    phases: int
    """How many its car may use at most."""
    rotation: str | None
    connected_phase: int | None
    direct_current: bool
    in_watts: bool
    """Whether it is told watts."""
    stack_level: int
    obeys_periods: bool
    """Whether it falls back by itself once a limit's time is over."""
    default_alone: bool
    """Whether a session's limit is told as its TxDefaultProfile."""
    fallback_a: float
    most_a: float | None
    """What it can deliver; None = nobody said."""

    @property
    def charges(self) -> bool:
        """Whether current may flow without our having seen a session."""
        return self.status in {EvseStatus.CHARGING, EvseStatus.SUSPENDED_EV}

    @property
    def efficiency(self) -> float:
        """What of its current arrives at the car."""
        return DC_EFFICIENCY if self.direct_current else 1.0

    def draws_on(self, fed: tuple[int, ...], used: int | None) -> tuple[int, ...]:
        """The phases of the topmost circuit that its car loads, of those that feed it."""
        if self.direct_current:
            return fed
        return drawn_phases(fed, self.rotation, used or self.phases, self.connected_phase)


class Unmanaged(NamedTuple):
    """A charge point that takes no limits, and the most that it draws."""

    charge_point: str
    circuit: str
    most_a: float


def outlets_of(rows: Rows, circuit: Circuit, voltage_v: int) -> list[Outlet]:
    """The EVSEs of the circuit's own members that take limits."""
    found = [_Row(*row) for row in rows.all(_ROWS, circuit=circuit.name)]
    settings = {
        (charge_point, _VARIABLES.get(key, key)): value or ""
        for charge_point, key, value in rows.all(_SETTINGS, circuit=circuit.name)
    }
    counts: dict[str, int] = {}
    for row in found:
        counts[row.charge_point] = counts.get(row.charge_point, 0) + 1
    return [
        _outlet(row, circuit, voltage_v, counts[row.charge_point], settings)
        for row in found
        if takes_limits(_membership(row.circuit_membership))
    ]


def unmanaged_of(rows: Rows, circuit: str) -> list[Unmanaged]:
    """The circuit's own members that take no limits."""
    members = ((name, _membership(kept)) for name, kept in rows.all(_MEMBERS, circuit=circuit))
    return [
        Unmanaged(name, circuit, said.max_current_a)
        for name, said in members
        if not takes_limits(said)
    ]


def takes_limits(said: ChargePointMessage.CircuitMembership) -> bool:
    """Whether a member does smart charging."""
    return said.smart_charging or not said.HasField("smart_charging")


def _outlet(
    row: _Row,
    circuit: Circuit,
    voltage_v: int,
    evses: int,
    settings: Mapping[tuple[str, str], str],
) -> Outlet:
    said = _membership(row.circuit_membership)
    direct_current = row.current_type == DC
    phases = 3 if direct_current else row.phases or 3
    quirks = known_of(row.vendor, row.model, row.firmware)
    told = settings.get((row.charge_point, _RATE_UNITS), "").split(",")
    units = {unit.strip().casefold() for unit in told} - {""}
    in_watts = bool(units) and not units & _AMPERES
    return Outlet(
        row.name,
        row.number,
        row.charge_point,
        row.partner,
        circuit.name,
        row.network_status == _CONNECTED,
        row.hardware_status,
        _charging(row),
        phases,
        _rotation(row.phase_rotation or said.phase_rotation),
        row.connected_phase,
        direct_current,
        direct_current or (in_watts if quirks.in_watts is None else quirks.in_watts),
        _stack_level(settings.get((row.charge_point, _STACK_LEVEL), ""), quirks.most_stack_level),
        quirks.obeys_periods is not False,
        bool(quirks.default_profile_alone),
        _share_of_fallback(said.fallback_current_a, evses, circuit.min_current_a),
        _most_a(row, said, phases, voltage_v, direct_current),
    )


def _stack_level(told: str, known: int | None) -> int:
    """The highest that it tells, and no more than is known of its model."""
    level = int(told) if told.isdecimal() else UNKNOWN_STACK_LEVEL
    return level if known is None else min(level, known)


def _charging(row: _Row) -> Charging | None:
    if row.session is None or row.transaction_id is None or row.start_time is None:
        return None
    groups = frozenset(UserMessage.FromString(bytes(row.groups or b"")).groups)
    return Charging(
        row.session,
        row.transaction_id,
        row.connector or 0,
        row.start_time,
        row.soc_percent,
        row.energy_wh or 0,
        groups,
        row.priority,
        row.weight,
        row.boost_until or 0,
    )


def _share_of_fallback(fallback_a: float, evses: int, least_a: float) -> float:
    """What each EVSE of a charge point falls back to: together no more than was said of it."""
    each = fallback_a / evses
    return each if each >= least_a else 0.0


def _most_a(
    row: _Row,
    said: ChargePointMessage.CircuitMembership,
    phases: int,
    voltage_v: int,
    direct_current: bool,
) -> float | None:
    efficiency = DC_EFFICIENCY if direct_current else 1.0
    known = [
        *([float(row.max_current_a)] if row.max_current_a and not direct_current else []),
        *([amperes_of(row.max_power_w, phases, voltage_v, efficiency)] if row.max_power_w else []),
        *([said.max_current_a] if said.max_current_a else []),
    ]
    return min(known, default=None)


def _rotation(number: int) -> str | None:
    return EvseMessage.PhaseRotation.Name(number) if number else None  # type: ignore[arg-type] # a column's


def _membership(kept: bytes | None) -> ChargePointMessage.CircuitMembership:
    return ChargePointMessage.FromString(bytes(kept or b"")).circuit_membership
