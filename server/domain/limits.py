"""When a running session is to end: by its stop conditions, its place's hours, and its money.

Money is looked at ahead, for between two looks a session goes on, and to stop takes a moment.
What the session would cost by then is held; what cannot be held any more ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from server.domain.facts import StopReason
from server.domain.tariffs import StopConditions

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from server.domain.money import Money

T = TypeVar("T", int, timedelta)

TO_STOP = timedelta(seconds=15)
"""How long a session goes on once it is to end: until the charger is told, and has done so."""
SHORTEST = timedelta(seconds=10)
LONGEST = timedelta(minutes=5)
"""Between these a session is not looked at, unless it draws more power than was reckoned with."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A session as it is; `closes` is when its place closes for it, if that is to end it."""

    start: datetime
    now: datetime
    energy_wh: int
    soc_percent: int | None = None
    closes: datetime | None = None


class Mark(NamedTuple):
    """At the first of these, whatever is told, the session is looked at again."""

    energy_wh: int | None
    soc_percent: int | None
    time: datetime | None


class Outlook(NamedTuple):
    """How long money lasts without another look, and what is to be held of it for that."""

    window: timedelta
    hold: Money


def both(first: StopConditions, second: StopConditions) -> StopConditions:
    """Conditions that hold together: of each kind the stricter one. An amount in another currency
    than the first one's says nothing."""
    amounts = [each.max_amount for each in (first, second) if each.max_amount is not None]
    comparable = [each for each in amounts if each.currency == amounts[0].currency]
    return StopConditions(
        _stricter(first.max_duration, second.max_duration),
        _stricter(first.max_energy_wh, second.max_energy_wh),
        _stricter(first.max_soc_percent, second.max_soc_percent),
        min(comparable, default=None),
    )


def reached(conditions: StopConditions, standing: Standing) -> StopReason | None:
    """What ends the session now, but for money; None if nothing does."""
    if standing.closes is not None and standing.now >= standing.closes:
        return StopReason.WORKING_HOURS_EXCEEDED
    duration, energy = conditions.max_duration, conditions.max_energy_wh
    if duration is not None and standing.now >= standing.start + duration:
        return StopReason.TIME_LIMIT
    if energy is not None and standing.energy_wh >= energy:
        return StopReason.ENERGY_LIMIT
    soc, limit = standing.soc_percent, conditions.max_soc_percent
    if limit is not None and soc is not None and soc >= limit:
        return StopReason.SOC_LIMIT
    return None


def mark(conditions: StopConditions, standing: Standing) -> Mark:
    """When one of them can be reached, at the earliest."""
    ends = standing.start + conditions.max_duration if conditions.max_duration else None
    times = [time for time in (ends, standing.closes) if time is not None]
    return Mark(conditions.max_energy_wh, conditions.max_soc_percent, min(times, default=None))


def outlook(
    price_ahead: Callable[[timedelta], Money], budget: Money, elapsed: timedelta
) -> Outlook | None:
    """How long the session can go on before somebody looks again; None = it is to end now.

    `price_ahead` tells what the session costs so long from now, and never falls; `elapsed` is how
    long it has lasted: looks get rarer as it goes on, and more frequent as money runs out.
    """
    window = max(SHORTEST, min(elapsed / 4, LONGEST))
    while True:
        hold = price_ahead(window + TO_STOP)
        if hold <= budget:
            return Outlook(window, hold)
        if not window:
            return None
        window = window / 2 if window > SHORTEST else timedelta()


def power_ahead(told_w: int | None, mean_w: int, most_w: int | None) -> int:
    """The power that a session is reckoned to go on at, in W: the one told last, else its mean so
    far, else, where nothing is known of it, the most that the EVSE gives."""
    if told_w is not None:
        return max(told_w, 0)
    return mean_w or most_w or _UNKNOWN_W


_UNKNOWN_W = 11_000


def _stricter(first: T | None, second: T | None) -> T | None:
    if first is None or second is None:
        return second if first is None else first
    return min(first, second)
