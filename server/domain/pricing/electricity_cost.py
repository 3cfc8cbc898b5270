"""What a session's electricity cost the operator, by the rate as it was recorded."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from server.domain.electricity_rates import RateClock
from server.domain.local_clock import micros_of
from server.domain.money import NANOS, Money, round_to_minor
from server.domain.pricing.rules import WH, Exact
from server.domain.pricing.session import follow
from server.domain.pricing.walk import exact

if TYPE_CHECKING:
    from server.domain.electricity_rates import RecordedRate
    from server.domain.pricing.facts import ChargingState, SessionFacts


def electricity_cost(facts: SessionFacts, recorded: RecordedRate) -> Money:
    """The cost without tax, rounded once; below zero where the prices were."""
    purse = _Purse(micros_of(facts.origin), recorded)
    follow(facts, purse)
    currency = recorded.versions[0].rate.currency
    return round_to_minor(purse.nanos / (1_000 * WH * NANOS), currency)


class _Purse:
    """Pays for energy as it flows, at the price of the moment."""

    def __init__(self, start: int, recorded: RecordedRate) -> None:
        self._clock = RateClock(recorded)
        self._time: Exact = start
        self._energy: Exact = 0
        self._turn: int = -1
        self._price = 0
        self.nanos = Fraction(0)  # x millionths of a Wh, per kWh

    def straight_to(self, time: Exact, energy: Exact) -> None:
        while self._turn < time:
            at = max(self._time, self._turn)
            part = at - self._time
            rise = energy - self._energy
            self._pay(at, self._energy + (part and exact(rise * part, time - self._time)))
            self._price = self._clock.price(int(at)).nanos
            self._turn = self._clock.next_turn(int(at))
        self._pay(time, energy)

    def change(self, state: ChargingState) -> None:
        """Energy costs the same whatever goes on."""

    def _pay(self, time: Exact, energy: Exact) -> None:
        self.nanos += self._price * (energy - self._energy)
        self._time, self._energy = time, energy
