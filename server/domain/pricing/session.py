"""The price of a session: a pure function of its tariff, its facts and the rates recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from server.domain.local_clock import micros_of
from server.domain.pricing.bill import bill
from server.domain.pricing.facts import SessionFacts
from server.domain.pricing.plan import plan
from server.domain.pricing.trail import Trail, micro_wh
from server.domain.pricing.verdict import Verdict, Verdicts, Watch
from server.domain.pricing.walk import Walk
from server.domain.tariffs import Dimension

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, tzinfo

    from server.domain.electricity_rates import RecordedRate
    from server.domain.pricing.price import Price, PriceLine
    from server.domain.pricing.trail import Follower
    from server.domain.tariffs import Tariff


def price_session(
    tariff: Tariff, facts: SessionFacts, rates: Mapping[str, RecordedRate] | None = None
) -> Price:
    """What the session costs from its start to its end, which may be now.

    `rates` by the name that `RatePrice.rate` gives. UnpricedError when one is missing or a price
    makes no sense; CurrencyMismatchError when one is in another currency than the tariff.
    """
    walk = Walk(plan(tariff, facts, rates or {}, _verdict(tariff, facts)))
    follow(facts, walk)
    return bill(tariff, walk.finish(), micro_wh(facts.allowance_wh))


def price_reservation(
    tariff: Tariff, reserved_from: datetime, until: datetime, time_zone: tzinfo
) -> Price:
    """What a reservation costs that no session came of: its time alone."""
    facts = SessionFacts(until, until, reserved_from=reserved_from, time_zone=time_zone)
    return _price_alone(Dimension.RESERVATION_TIME, tariff, facts, {})


def price_refused(
    tariff: Tariff, facts: SessionFacts, rates: Mapping[str, RecordedRate] | None = None
) -> Price:
    """What is owed of a session whose start was refused: the energy that flowed all the same. There
    is no fee for a no, and no least price."""
    return _price_alone(Dimension.ENERGY, tariff, facts, rates or {})


def _price_alone(
    dimension: Dimension,
    tariff: Tariff,
    facts: SessionFacts,
    rates: Mapping[str, RecordedRate],
) -> Price:
    """What one dimension costs, without a least price; lines name their elements' own places."""
    places = [n for n, e in enumerate(tariff.elements) if e.dimension is dimension]
    elements = tuple(tariff.elements[place] for place in places)
    price = price_session(replace(tariff, elements=elements, min_price=None), facts, rates)
    return replace(price, lines=tuple(_at_its_place(line, places) for line in price.lines))


def _at_its_place(line: PriceLine, places: Sequence[int]) -> PriceLine:
    return line if line.element is None else replace(line, element=places[line.element])


def _verdict(tariff: Tariff, facts: SessionFacts) -> Verdict:
    if not Verdicts(tariff).differ:
        return Verdict()
    watch = Watch(micros_of(facts.start))
    follow(facts, watch)
    return watch.verdict()


def follow(facts: SessionFacts, follower: Follower) -> None:
    """Leads the follower along the whole session."""
    trail, end = Trail(facts, [follower]), micros_of(facts.end)
    for sample in sorted(facts.samples, key=lambda sample: sample.time):
        trail.sample(min(micros_of(sample.time), end), micro_wh(sample.energy_wh))
    trail.finish(end)
