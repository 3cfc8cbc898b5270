"""The numbers of receipts: none is missing.

A number is drawn in the transaction that writes its receipt, and the counter's row is locked until
that commits: what is rolled back has drawn none, and whoever comes meanwhile waits.
"""

from server.store.models import Counter
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

_MAKE = Append(Counter, ("name", "value"), if_new=True)
_DRAW = Statement(
    Counter.update(value=Counter.value + 1)
    .where(Counter.name == param("name"))
    .returning(Counter.value)
)


def draw(unit: Unit, series: str, year: int) -> int:
    """The next place in a year, counted from 1."""
    name = f"receipts/{series}{year}"
    drawn = unit.one_written(_DRAW, name=name)
    if drawn is None:
        unit.insert(_MAKE, (name, 0))
        drawn = unit.one_written(_DRAW, name=name)
    assert drawn is not None
    return int(drawn[0])
