"""What gateways are still to do: rows that are written before a gateway hears of it."""

from typing import NamedTuple

from server.domain.gateway_steps import CLAIM, SECOND, StepKind, is_doubtful, pause
from server.domain.money import Money
from server.store.models import GatewayStep
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class Step(NamedTuple):
    """What is to be done about a payment. Times in microseconds."""

    number: int
    payment: str
    kind: int
    key: str
    amount_micros: int | None
    reason: str | None
    round: int
    tries: int
    first_time: int | None
    due_time: int

    @property
    def asks_by(self) -> str:
        """The key that the gateway is asked under: of the cause, and anew once one is spoiled."""
        return f"{self.key}/{self.round}"

    def is_doubtful(self, now: int) -> bool:
        """Whether the gateway may have done it, and not know the key any more."""
        return self.round > 0 or is_doubtful(self.first_time, now)


_COLUMNS = tuple(getattr(GatewayStep, column) for column in Step._fields)
_DUE = Statement(
    GatewayStep.select(GatewayStep.number, GatewayStep.kind)
    .where(GatewayStep.due_time <= param("now"))
    .order_by(GatewayStep.due_time)
    .limit(param("limit"))
)
_BY_KEY = Statement(GatewayStep.select(*_COLUMNS).where(GatewayStep.key == param("key")))
_BY_NUMBER = Statement(GatewayStep.select(*_COLUMNS).where(GatewayStep.number == param("number")))
_OF = Statement(
    GatewayStep.select(*_COLUMNS)
    .where(GatewayStep.payment == param("payment"))
    .order_by(GatewayStep.number)
)
_INSERT = Append(
    GatewayStep, ("payment", "kind", "key", "amount_micros", "reason", "due_time"), if_new=True
)
_TAKE = Statement(
    GatewayStep.update(
        due_time=param("until"), first_time=param("first"), tries=GatewayStep.tries + 1
    ).where(GatewayStep.number == param("number"))
)
_PUT_OFF = Statement(
    GatewayStep.update(due_time=param("due")).where(GatewayStep.number == param("number"))
)
_ANEW = Statement(
    GatewayStep.update(round=GatewayStep.round + 1, first_time=None, due_time=param("due")).where(
        (GatewayStep.number == param("number")) & (GatewayStep.round == param("round"))
    )
)
_DONE = Statement(GatewayStep.delete().where(GatewayStep.number == param("number")))
_TAKE_START = Statement(
    GatewayStep.delete().where(
        (GatewayStep.payment == param("payment")) & (GatewayStep.kind == StepKind.START)
    )
)
_HOLD = Statement(
    GatewayStep.update(due_time=param("until")).where(
        (GatewayStep.payment == param("payment")) & (GatewayStep.tries == 0)
    )
)
_NEXT = Statement(
    GatewayStep.update(due_time=param("now")).where(
        (GatewayStep.payment == param("payment"))
        & (GatewayStep.kind != StepKind.START)
        & (GatewayStep.tries == 0)
    )
)
_DROP = Statement(
    GatewayStep.delete().where((GatewayStep.payment == param("payment")) & (GatewayStep.tries == 0))
)


def add(
    unit: Unit,
    payment: str,
    kind: StepKind,
    cause: str = "",
    amount: Money | None = None,
    reason: str | None = None,
    after: int = 0,
) -> Step:
    """Writes down what is to be done, and returns it; for the same cause it is the same step.
    `after` so many microseconds."""
    key = f"{payment}/{kind.name.lower()}{cause}"
    micros = amount.micros if amount is not None else None
    unit.insert(_INSERT, (payment, kind, key, micros, reason, unit.now + after))
    row = unit.one(_BY_KEY, key=key)
    assert row is not None
    return Step(*row)


def open_of(rows: Rows, payment: str) -> list[Step]:
    """What is still to be done about a payment, in its order."""
    return [Step(*row) for row in rows.all(_OF, payment=payment)]


def due(rows: Rows, now: int, limit: int) -> list[tuple[int, StepKind]]:
    """The numbers of what somebody is to take on, and what it is."""
    found = rows.all(_DUE, now=now, limit=limit)
    return [(number, StepKind(kind)) for number, kind in found]


def start_of(unit: Unit, payment: str) -> bool:
    """Takes it on that a charger is asked to begin: nobody else does. False if there is none, or
    somebody has."""
    return unit.run(_TAKE_START, payment=payment) > 0


def by_number(rows: Rows, number: int) -> Step | None:
    """The step of that number, if it is not done."""
    row = rows.one(_BY_NUMBER, number=number)
    return Step(*row) if row else None


def take(unit: Unit, number: int, seconds: float, *, at_once: bool = False) -> Step | None:
    """Takes a step on for so long: meanwhile nobody else does. None if it is done, or not due
    (`at_once`: somebody waits for it), or behind another of its payment."""
    row = unit.one_locked(_BY_NUMBER, number=number)
    step = Step(*row) if row else None
    if step is None or (step.due_time > unit.now and not at_once):
        return None
    first = open_of(unit, step.payment)[0]
    if first.number != number:
        unit.run(_PUT_OFF, number=number, due=max(unit.now, first.due_time))
        return None
    until = unit.now + int(seconds * SECOND)
    unit.run(_TAKE, number=number, until=until, first=step.first_time or unit.now)
    return step._replace(tries=step.tries + 1)


def later(unit: Unit, step: Step) -> None:
    """Nothing came of it yet: it is tried again, the more often it was the later."""
    unit.run(_PUT_OFF, number=step.number, due=unit.now + pause(step.tries))


def ask_anew(unit: Unit, step: Step) -> None:
    """The gateway did nothing, and answers nothing else under this key: the next is another."""
    unit.run(_ANEW, number=step.number, round=step.round, due=unit.now + pause(step.tries))


def hold(unit: Unit, payment: str) -> None:
    """Somebody waits for what is to be done about a payment, and does it: nobody else meanwhile."""
    unit.run(_HOLD, payment=payment, until=unit.now + CLAIM)


def done(unit: Unit, step: Step) -> None:
    """There is nothing left to do of it; what waited behind it is due."""
    unit.run(_DONE, number=step.number)
    unit.run(_NEXT, payment=step.payment, now=unit.now)


def drop_unasked(unit: Unit, payment: str) -> None:
    """Forgets what no gateway has heard of."""
    unit.run(_DROP, payment=payment)
