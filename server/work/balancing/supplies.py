"""What an EVSE in a circuit was told, asks for and draws: its row, as the decision knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from ampline.v1.circuit_balancing_pb2 import PhaseCurrents
from server.domain.balancing import Place, Promise, Promises
from server.domain.balancing.demand import Drawn, Taking
from server.store.models import Circuit, Supply
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

_COLUMNS = (
    "evse",
    "circuit",
    "charge_point",
    "session",
    "default_a",
    "asked_a",
    "granted_a",
    "allowed_a",
    "told_time",
    "given_time",
    "failed_time",
    "promises",
    "used_phases",
    "drawn",
    "drawn_time",
    "arrival",
    "turn",
    "served_since",
    "waits",
    "taking",
)
_SELECT = Supply.select(*(getattr(Supply, column) for column in _COLUMNS))
_OF_CIRCUIT = Statement(_SELECT.where(Supply.circuit == param("circuit")))
_WITHOUT_CIRCUIT = Statement(
    _SELECT.where(Supply.circuit.not_in(Circuit.select(Circuit.name))).limit(100)
)
_OF_EVSE = Statement(_SELECT.where(Supply.evse == param("evse")))
_INSERT = Append(Supply, _COLUMNS)
_DELETE = Statement(Supply.delete().where(Supply.evse == param("evse")))
_REBOOTED = Statement(
    Supply.update(default_a=None).where(Supply.charge_point == param("charge_point"))
)
_UPDATE = Statement(
    Supply.update(**{column: param(column) for column in _COLUMNS[1:]}).where(
        Supply.evse == param("evse")
    )
)


@dataclass(slots=True)
class SupplyState:
    """A row of `Supply`. `promises` is None before anything was told in the session."""

    evse: str
    circuit: str
    charge_point: str
    session: str | None = None
    default_a: float | None = None
    asked_a: float = 0.0
    granted_a: float = 0.0
    allowed_a: float = 0.0
    told_time: int = 0
    given_time: int = 0
    """Since when it has the limit that it was told last; `told_time` is when it was told again."""
    failed_time: int = 0
    promises: Promises | None = None
    used_phases: int | None = None
    drawn: Drawn | None = None
    place: Place = field(default_factory=lambda: Place(0))
    waits: bool = False
    taking: Taking = Taking.SOME
    kept: Mapping[str, Any] | None = None
    """The row as it is; None = there is none."""

    @property
    def rests(self) -> bool:
        """Whether its car draws nothing of what it was given."""
        return self.taking is Taking.NOTHING

    def ended(self) -> None:
        """Its session is over: what was told for it holds no more."""
        self.session, self.promises, self.used_phases, self.drawn = None, None, None, None
        self.asked_a = self.granted_a = self.allowed_a = 0.0
        self.told_time = self.given_time = self.failed_time = 0
        self.place, self.waits, self.taking = Place(0), False, Taking.SOME


def of_circuit(rows: Rows, circuit: str) -> list[SupplyState]:
    """What is known of the EVSEs in a circuit."""
    return [_state(row) for row in rows.all(_OF_CIRCUIT, circuit=circuit)]


def without_circuit(rows: Rows) -> list[SupplyState]:
    """Some EVSEs of which the circuit is no more."""
    return [_state(row) for row in rows.all(_WITHOUT_CIRCUIT)]


def of_evse(rows: Rows, evse: str) -> SupplyState | None:
    """What is known of an EVSE."""
    row = rows.one(_OF_EVSE, evse=evse)
    return _state(row) if row else None


def save(unit: Unit, state: SupplyState) -> None:
    """Writes the row, if it is another than before."""
    values = _values(state)
    if state.kept is None:
        unit.insert(_INSERT, [values[column] for column in _COLUMNS])
    elif values != state.kept:
        unit.run(_UPDATE, **values)
    state.kept = values


def forget(unit: Unit, evse: str) -> None:
    """The EVSE is in no circuit any more."""
    unit.run(_DELETE, evse=evse)


def _values(state: SupplyState) -> dict[str, Any]:
    drawn = state.drawn
    return {
        "evse": state.evse,
        "circuit": state.circuit,
        "charge_point": state.charge_point,
        "session": state.session,
        "default_a": state.default_a,
        "asked_a": state.asked_a,
        "granted_a": state.granted_a,
        "allowed_a": state.allowed_a,
        "told_time": state.told_time,
        "given_time": state.given_time,
        "failed_time": state.failed_time,
        "promises": None if state.promises is None else _written(state.promises),
        "used_phases": state.used_phases,
        "drawn": phase_currents(drawn.phases_a).SerializeToString() if drawn else None,
        "drawn_time": drawn.time if drawn else None,
        "arrival": state.place.arrival,
        "turn": state.place.turn,
        "served_since": state.place.served_since,
        "waits": state.waits,
        "taking": int(state.taking),
    }


def _state(row: tuple[Any, ...]) -> SupplyState:
    told = dict(zip(_COLUMNS, row, strict=True))
    drawn = None
    if told["drawn_time"] is not None:
        flowing = PhaseCurrents.FromString(bytes(told["drawn"] or b""))
        drawn = Drawn((flowing.l1_a, flowing.l2_a, flowing.l3_a), told["drawn_time"])
    kept = {**told, **{name: _bytes(told[name]) for name in ("promises", "drawn")}}
    place = Place(told.pop("arrival"), told.pop("turn"), told.pop("served_since"))
    promises, taking = told.pop("promises"), Taking(told.pop("taking"))
    del told["drawn_time"], told["drawn"]
    return SupplyState(
        **told,
        promises=None if promises is None else _read(bytes(promises)),
        drawn=drawn,
        place=place,
        taking=taking,
        kept=kept,
    )


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)


def phase_currents(phases_a: tuple[float, float, float]) -> PhaseCurrents:
    """As a message."""
    first, second, third = phases_a
    return PhaseCurrents(l1_a=first, l2_a=second, l3_a=third)


def _written(promises: Promises) -> bytes:
    confirmed = None if promises.confirmed is None else _as_list(promises.confirmed)
    return orjson.dumps([promises.unheld_a, confirmed, [*map(_as_list, promises.sent)]])


def _as_list(promise: Promise) -> list[Any]:
    return [promise.limit_a, promise.fallback_a, promise.since, promise.for_ever]


def _read(data: bytes) -> Promises:
    unheld_a, confirmed, sent = orjson.loads(data)
    kept = None if confirmed is None else Promise(*confirmed)
    return Promises(unheld_a, kept, tuple(Promise(*each) for each in sent))


def answered(
    unit: Unit, evse: str, promise: Promise, accepted: bool | None, *, as_default: bool = False
) -> None:
    """What became of a limit that was sent: confirmed, refused, or (None) nobody knows. One that
    was told `as_default` holds in the next session too."""
    state = of_evse(unit, evse)
    if state is None or state.promises is None:
        return
    if accepted is None:
        state.failed_time = unit.now
    else:
        state.promises = state.promises.answered(promise, accepted)
        state.failed_time = 0 if accepted else unit.now
    if accepted and as_default:
        state.default_a = promise.limit_a
    save(unit, state)


def default_answered(unit: Unit, evse: str, limit_a: float, accepted: bool) -> None:
    """Whether an EVSE keeps to a limit from now on in sessions that we have not seen."""
    state = of_evse(unit, evse)
    if state is not None:
        state.default_a = limit_a if accepted else None
        state.failed_time = 0 if accepted else unit.now
        save(unit, state)


def released(unit: Unit, evse: str, accepted: bool) -> None:
    """Whether an EVSE forgot our limits; it is forgotten itself then, if it is in no circuit."""
    state = of_evse(unit, evse)
    if state is None:
        return
    if accepted:
        forget(unit, evse)
    else:
        state.failed_time = unit.now
        save(unit, state)


def rebooted(unit: Unit, charge_point: str) -> None:
    """A charger booted: whether it still has its defaults is not known."""
    unit.run(_REBOOTED, charge_point=charge_point)
