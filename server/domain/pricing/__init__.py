"""What a session costs: exactly, to the cent, and the same reading by reading as on the whole.

    facts ──> trail ──> walk (a lane per dimension) ──> tallies ──> bill ──> price

The trail puts readings and states in order; the walk cuts them where an element may
take over from another (rules, local clock, rates) and tallies what each one ran up;
the bill caps, frees what the subscription covers, rounds, taxes and bounds.

What a tariff's terms mean where one could differ:

- A line is all that one element cost at one price, however often the session left and
  came back to it, so that a flickering state or power is not rounded a thousand times.
- A step is paid at its start, at the price of that moment, and lasts until it is used
  up, over pauses and changes of element within its dimension. From its first reading on
  a session's price thus never falls, and nobody pays twice for the same minutes. Steps
  of what is free pay for nothing.
- The connection fee is due once, when first an element of it holds.
- Grace begins anew with every stretch of charging, idling or reservation.
- A minimum session length, and power by the session's average (while charging) or
  peak, decide over the session from its first minute on.
- A price lock stops the clock and the rate at the start; tiers and power go on.
- Weekday and date are those of the moment, also within a window that passes midnight.
- A price made from a rate is rounded to nine decimals and never below zero.
- A capped element's cost is spread evenly over its energy when an allowance frees part
  of it; free energy uses up no allowance.
- A bounded price has the tax of its bound, not the sum of its lines' roundings.
"""

from server.domain.pricing.electricity_cost import electricity_cost
from server.domain.pricing.facts import ChargingPeriod, ChargingState, MeterSample, SessionFacts
from server.domain.pricing.plan import UnpricedError
from server.domain.pricing.price import LineKind, Price, PriceLine
from server.domain.pricing.running import RunningPrice
from server.domain.pricing.session import price_refused, price_reservation, price_session
from server.domain.pricing.trail import OutOfOrderError

__all__ = [
    "ChargingPeriod",
    "ChargingState",
    "LineKind",
    "MeterSample",
    "OutOfOrderError",
    "Price",
    "PriceLine",
    "RunningPrice",
    "SessionFacts",
    "UnpricedError",
    "electricity_cost",
    "price_refused",
    "price_reservation",
    "price_session",
]
