"""What the electricity of sessions costs, and the rates that their tariffs follow.

A session keeps which rate its charge point had at its start. What a kWh cost at a time is asked of
the version of that time, which never changes, and those it lived through are written down with its
bill: whoever prices it again comes to the same.
"""

from collections.abc import Mapping

from ampline.v1.session_pb2 import Session
from server.domain.electricity_rates import RecordedRate
from server.domain.money import Money
from server.domain.pricing import SessionFacts, electricity_cost
from server.domain.tariffs import Tariff
from server.resources.prices import money_to_message
from server.store.clock import to_datetime
from server.store.unit import Unit
from server.work.money import rate_versions
from server.work.sessions import session_rows
from server.work.sessions.authorization import Decision
from server.work.sessions.session_rows import SessionRow


def begun_with(decision: Decision) -> dict[str, object]:
    """What a session that begins keeps of what it is priced by."""
    snapshot = decision.snapshot
    return {
        "tariff_snapshot": snapshot.key if snapshot else None,
        "currency": snapshot.terms.currency if snapshot else None,
        "electricity_rate": decision.place.electricity_rate,
    }


def rates_of(unit: Unit, session: SessionRow, terms: Tariff) -> Mapping[str, RecordedRate]:
    """The rates that the session's tariff follows, as far as they are known."""
    end = to_datetime(session.stop_time or unit.now)
    return rate_versions.followed(
        unit, terms, session.electricity_rate, to_datetime(session.start_time), end
    )


def keep_cost(unit: Unit, session: SessionRow, facts: SessionFacts) -> Money | None:
    """Writes down what the electricity of a session that has ended cost; None if nobody knows."""
    if session.electricity_rate is None:
        return None
    recorded = rate_versions.recorded(unit, session.electricity_rate, facts.start, facts.end)
    if not recorded.names:
        return None
    cost = electricity_cost(facts, recorded.rate)
    kept = Session(electricity_cost=money_to_message(cost))
    versions = Session(electricity_rate_versions=recorded.names)
    session_rows.change(
        unit,
        session.name,
        electricity_cost=kept.SerializeToString(),
        electricity_rate_versions=versions.SerializeToString(),
    )
    return cost
