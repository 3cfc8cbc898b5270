"""The price of a session that goes on, reading by reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.local_clock import micros_of
from server.domain.pricing.bill import bill
from server.domain.pricing.plan import plan
from server.domain.pricing.trail import Trail, micro_wh
from server.domain.pricing.verdict import Verdict, Verdicts, Watch
from server.domain.pricing.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from server.domain.electricity_rates import RecordedRate
    from server.domain.pricing.facts import ChargingPeriod, MeterSample, SessionFacts
    from server.domain.pricing.price import Price
    from server.domain.pricing.trail import Follower
    from server.domain.tariffs import Tariff


class RunningPrice:
    """Follows a session and knows its price at any moment since its latest reading.

    The price is that of `price_session` with the same readings and that end. A reading costs
    the same however many went before (unless it makes an element take over from another), times
    the number of verdicts that the tariff tells apart: one, but for a minimum session length or
    power levels by the session's average or peak.
    """

    def __init__(
        self, tariff: Tariff, facts: SessionFacts, rates: Mapping[str, RecordedRate] | None = None
    ) -> None:
        """Begins with the readings and periods that `facts` has; its end is not looked at."""
        self._tariff = tariff
        self._allowance = micro_wh(facts.allowance_wh)
        self._verdicts = Verdicts(tariff)
        self._watch = Watch(micros_of(facts.start))
        self._walks = {
            verdict: Walk(plan(tariff, facts, rates or {}, verdict)) for verdict in self._verdicts
        }
        followers: list[Follower] = [
            *self._walks.values(),
            *([self._watch] if self._verdicts.differ else []),
        ]
        self._trail = Trail(facts, followers)
        for sample in sorted(facts.samples, key=lambda sample: sample.time):
            self.sample(sample)

    def cover(self, allowance_wh: int | Decimal) -> None:
        """What the driver's subscription has left is another by now."""
        self._allowance = micro_wh(allowance_wh)

    def sample(self, sample: MeterSample) -> None:
        """The next reading; OutOfOrderError for one from before the latest."""
        self.read(micros_of(sample.time), sample.energy_wh)

    def read(self, time_us: int, energy_wh: int | Decimal) -> None:
        """The same, at a time in microseconds since 1970."""
        self._trail.sample(time_us, micro_wh(energy_wh))

    def period(self, period: ChargingPeriod) -> None:
        """The next change of state; OutOfOrderError for one from before the latest reading."""
        self._trail.change(micros_of(period.start), period.state)

    def price(self, now: datetime) -> Price:
        """The price if the session ended now, or at its latest reading if that is later."""
        return self._price(micros_of(now), 0)

    def price_ahead(self, until: datetime, power_w: int) -> Price:
        """The price at `until` if the session goes on at that power: what to hold of a balance."""
        return self._price(micros_of(until), power_w)

    def _price(self, end: int, power_w: int) -> Price:
        walk = self._walks[self._verdicts.of(self._verdict(end, power_w))].copy()
        self._trail.fork([walk]).finish(end, power_w)
        return bill(self._tariff, walk.finish(), self._allowance)

    def _verdict(self, end: int, power_w: int) -> Verdict:
        if not self._verdicts.differ:
            return Verdict()
        watch = self._watch.copy()
        self._trail.fork([watch]).finish(end, power_w)
        return watch.verdict()
