"""The lines of settlement reports, and what they come to place by place."""

from collections.abc import Sequence
from typing import NamedTuple

from ampline.v1 import settlement_pb2 as pb
from server.domain.settlements import Figures, LineKind
from server.resources.settlements import figures_of, figures_to_message
from server.store.ids import new_id
from server.store.models import SettlementLine, SettlementSubtotal
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class Line(NamedTuple):
    """A line that is to be written; `stop_time` in microseconds."""

    kind: LineKind
    figures: Figures
    session: str | None = None
    location: str | None = None
    charge_point: str | None = None
    stop_time: int | None = None


class _Place(NamedTuple):
    """What lines are summed up by; its key puts a location before its charge points."""

    kind: int
    location: str | None = None
    charge_point: str | None = None

    @property
    def key(self) -> str:
        if self.kind == pb.SettlementSubtotal.MONTH:
            return ""
        return f"{self.location or ''} {self.charge_point or ''}"


_LINES = Append(
    SettlementLine,
    (
        "name",
        "settlement",
        "number",
        "kind",
        "session",
        "location",
        "charge_point",
        "stop_time",
        "figures",
    ),
)
_SUBTOTALS = Append(
    SettlementSubtotal,
    ("name", "settlement", "place", "kind", "location", "charge_point", "figures"),
)
_AT_PLACE = (SettlementSubtotal.settlement == param("settlement")) & (
    SettlementSubtotal.place == param("place")
)
_SUBTOTAL = Statement(SettlementSubtotal.select(SettlementSubtotal.figures).where(_AT_PLACE))
_ADD = Statement(SettlementSubtotal.update(figures=param("figures")).where(_AT_PLACE))


def write(unit: Unit, settlement: str, count: int, lines: Sequence[Line]) -> None:
    """Writes further lines of a report that has `count` so far, and adds them to its subtotals."""
    rows = []
    sums: dict[_Place, Figures] = {}
    for number, line in enumerate(lines, count + 1):
        figures = pb.SettlementLine(figures=figures_to_message(line.figures)).SerializeToString()
        where = (line.session, line.location, line.charge_point, line.stop_time)
        name = f"{settlement}/lines/{number}"
        rows.append((name, settlement, number, line.kind, *where, figures))
        for place in _places(line):
            known = sums.get(place)
            sums[place] = known + line.figures if known else line.figures
    unit.insert_all(_LINES, rows)
    for place, figures_there in sums.items():
        _add(unit, settlement, place, figures_there)


def _places(line: Line) -> Sequence[_Place]:
    if line.charge_point is None:
        return (_Place(pb.SettlementSubtotal.MONTH),)
    return (
        _Place(pb.SettlementSubtotal.LOCATION, line.location),
        _Place(pb.SettlementSubtotal.CHARGE_POINT, line.location, line.charge_point),
    )


def _add(unit: Unit, settlement: str, place: _Place, figures: Figures) -> None:
    known = unit.one(_SUBTOTAL, settlement=settlement, place=place.key)
    if known is not None:
        message = pb.SettlementSubtotal.FromString(bytes(known[0]))
        figures = figures_of(message.figures) + figures
    body = pb.SettlementSubtotal(figures=figures_to_message(figures)).SerializeToString()
    if known is not None:
        unit.run(_ADD, settlement=settlement, place=place.key, figures=body)
        return
    name = f"{settlement}/subtotals/{new_id()}"
    where = (place.location, place.charge_point)
    unit.insert(_SUBTOTALS, (name, settlement, place.key, place.kind, *where, body))
