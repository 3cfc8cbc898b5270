"""A tree of circuits as it is to be shared now: limits by the clock, loads that nobody manages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from google.type.timeofday_pb2 import TimeOfDay

from ampline.v1.circuit_balancing_pb2 import ReportMeterReadingRequest
from ampline.v1.circuit_pb2 import Circuit as Message
from server.domain.balancing.limits import ScheduledLimit, limit_at
from server.domain.balancing.standing import Rule, Standing
from server.domain.balancing.wiring import fed_phases
from server.domain.circuits import DEFAULT_MIN_CURRENT_A, Circuit
from server.domain.local_clock import Wall, micros_of_day
from server.resources.circuits import MAPPING
from server.store.clock import to_datetime
from server.store.models import Circuit as Row
from server.store.models import CircuitReading, Location
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.work.circuits import to_circuit

READING_HOLDS = 60_000_000
"""Microseconds for which a meter's reading is believed."""
DEFAULT_VOLTAGE_V = 230
UNLIMITED_A = 1e6
"""What a disabled circuit lets through: its members charge as if it were not there."""

PhasesA = tuple[float, float, float]
NOTHING: PhasesA = (0.0, 0.0, 0.0)

_BY_NAME = Statement(MAPPING.query().where(Row.name == param("name")))
_BELOW = Statement(MAPPING.query().where(Row.parent_circuit == param("name")).order_by(Row.name))
_PARENT = Statement(Row.select(Row.parent_circuit).where(Row.name == param("name")))
_READING = Statement(
    CircuitReading.select(
        CircuitReading.measured,
        CircuitReading.phase1_a,
        CircuitReading.phase2_a,
        CircuitReading.phase3_a,
        CircuitReading.time,
    ).where(CircuitReading.circuit == param("circuit"))
)
_ZONE = Statement(Location.select(Location.time_zone).where(Location.name == param("name")))


class Reading(NamedTuple):
    """What a circuit's meter told last, on the circuit's own L1, L2 and L3."""

    total: bool
    """Whether cars' current is in it."""
    phases_a: PhasesA
    time: int


@dataclass(frozen=True, slots=True)
class Share:
    """A circuit of the tree. Phases are those of the topmost circuit."""

    circuit: Circuit
    voltage_v: int
    limit_a: float
    fed: tuple[int, ...]
    """Its phases."""
    reading: Reading | None
    """What its meter tells; None where none told of late."""
    rules: tuple[Rule, ...]

    def on_phases(self, own: PhasesA) -> PhasesA:
        """What is told of its own L1, L2 and L3, on the phases of the topmost circuit."""
        told = [0.0, 0.0, 0.0]
        for phase, current in zip(self.fed, own, strict=False):
            told[phase] = current
        return told[0], told[1], told[2]

    def everywhere(self, current_a: float) -> PhasesA:
        """The same current on each of its phases."""
        return self.on_phases((current_a, current_a, current_a))


def upwards(rows: Rows, circuit: str) -> list[str]:
    """A circuit and those above it."""
    path = [circuit]
    while row := rows.one(_PARENT, name=path[-1]):
        if row[0] is None or row[0] in path:
            break
        path.append(row[0])
    return path


def root_of(rows: Rows, circuit: str) -> str:
    """The topmost circuit above one, or itself."""
    return upwards(rows, circuit)[-1]


def tree_of(rows: Rows, root: str, now: int) -> dict[str, Share]:
    """The circuit and all below it, each behind the one that feeds it; `now` in microseconds."""
    messages: dict[str, Message] = {}
    waiting = [MAPPING.to_message(row) for row in rows.all(_BY_NAME, name=root)]
    while waiting:
        message = waiting.pop()
        if message.name not in messages:
            messages[message.name] = message
            waiting += [MAPPING.to_message(row) for row in rows.all(_BELOW, name=message.name)]
    circuits = {name: to_circuit(message) for name, message in messages.items()}
    return {name: _share(rows, message, circuits, now) for name, message in messages.items()}


def _share(rows: Rows, message: Message, circuits: Mapping[str, Circuit], now: int) -> Share:
    enabled = message.state != Message.DISABLED
    return Share(
        circuits[message.name],
        message.voltage_v or DEFAULT_VOLTAGE_V,
        _limit_now(rows, message, now) if enabled else UNLIMITED_A,
        fed_phases(circuits, message.name),
        _reading(rows, message.name, now),
        tuple(_rule(each) for each in message.priorities),
    )


def _limit_now(rows: Rows, message: Message, now: int) -> float:
    if not message.schedule:
        return message.max_current_a
    zone = rows.one(_ZONE, name=message.location)
    local = to_datetime(now).astimezone(ZoneInfo(zone[0] if zone else "UTC"))
    wall = Wall(local.toordinal(), local.isoweekday(), micros_of_day(local.time()))
    return limit_at(message.max_current_a, map(_scheduled, message.schedule), wall)


def _scheduled(limit: Message.ScheduledLimit) -> ScheduledLimit:
    return ScheduledLimit(
        limit.max_current_a,
        _micros(limit.start_time),
        _micros(limit.end_time),
        frozenset(map(int, limit.days)),
    )


def _micros(time: TimeOfDay) -> int:
    seconds: int = (time.hours * 60 + time.minutes) * 60 + time.seconds
    return seconds * 1_000_000 + int(time.nanos) // 1_000


def _reading(rows: Rows, circuit: str, now: int) -> Reading | None:
    row = rows.one(_READING, circuit=circuit)
    if row is None or row[4] + READING_HOLDS <= now:
        return None
    measured, first, second, third, time = row
    return Reading(measured == ReportMeterReadingRequest.TOTAL, (first, second, third), time)


def _rule(priority: Message.Priority) -> Rule:
    weight = priority.weight if priority.HasField("weight") else 1.0
    band = None
    if priority.HasField("soc_band"):
        told = priority.soc_band
        band = (told.min_percent, told.max_percent if told.HasField("max_percent") else 101)
    return Rule(
        Standing(priority.priority, weight),
        priority.charge_point,
        priority.evse,
        priority.user_group,
        band,
    )


def least_a(circuit: Circuit) -> float:
    """What a car needs at least in it, in A."""
    return circuit.min_current_a or DEFAULT_MIN_CURRENT_A
