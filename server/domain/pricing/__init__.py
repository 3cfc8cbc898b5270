"""What a session costs: exactly, to the cent, and the same reading by reading as on the whole.

    facts ──> trail ──> walk (a lane per dimension) ──> tallies ──> bill ──> price

The trail puts readings and states in order; the walk cuts them where an element may
take over from another (rules, local clock, rates) and tallies what each one ran up;
the bill caps, frees what the subscription covers, rounds, taxes and bounds.
"""

from server.domain.pricing.facts import ChargingPeriod, ChargingState, MeterSample, SessionFacts
from server.domain.pricing.plan import UnpricedError
from server.domain.pricing.price import LineKind, Price, PriceLine
from server.domain.pricing.running import RunningPrice
from server.domain.pricing.session import price_reservation, price_session
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
    "price_reservation",
    "price_session",
]
