"""The prices of sessions that run, followed from reading to reading.

A node remembers the sessions that it priced last, and how far it followed each; so one more look
costs what is new, however long a session lasts. Nothing is believed of what is remembered: the
session's row has a digest of all its samples, which every one of them changes, and what does not
come to it (a sample that was told late, or taken by another node, or rolled back) is followed anew
from its start. Bills are made of the whole.
"""

from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import NamedTuple

from server.domain.electricity_rates import RecordedRate
from server.domain.idling import Idling
from server.domain.pricing import (
    ChargingPeriod,
    OutOfOrderError,
    RunningPrice,
    SessionFacts,
)
from server.domain.tariffs import CurrentType
from server.store.clock import to_datetime
from server.store.unit import Unit
from server.work.money.tariffs import snapshot_of
from server.work.sessions import covers, electricity, pricing_facts
from server.work.sessions.readings import Readings
from server.work.sessions.session_rows import SessionRow

MOST = 8_192
"""The most sessions that are remembered."""


class _Known(NamedTuple):
    """What prices a session, but for what happens in it: if any is another, all is."""

    tariff_snapshot: str
    start_time: int
    reserved_time: int | None
    meter_start_wh: int | None
    current_type: CurrentType
    time_zone: tzinfo
    rates: Mapping[str, RecordedRate]


class _Followed:
    """A session, as far as it was followed."""

    def __init__(self, unit: Unit, session: SessionRow, known: _Known) -> None:
        terms = snapshot_of(unit, known.tariff_snapshot).terms
        begun = to_datetime(known.start_time)
        facts = SessionFacts(
            begun,
            begun,
            reserved_from=to_datetime(known.reserved_time) if known.reserved_time else None,
            current_type=known.current_type,
            time_zone=known.time_zone,
        )
        self.known = known
        self.running = RunningPrice(terms, facts, known.rates)
        self._readings = Readings(session)
        self._idling = Idling(terms.idle_detection)
        self._told: list[ChargingPeriod] = []

    def go_on(self, unit: Unit, session: SessionRow) -> bool:
        """Follows it to now; False if that is not possible from here."""
        told = pricing_facts.told_periods(session)
        stands = self._readings.go_on(unit, session)
        if stands is None or told[: len(self._told)] != self._told:
            return False
        new, self._told = told[len(self._told) :], told
        try:
            self._change(period for each in new for period in self._idling.told(each))
            for stand in stands:
                self.running.read(stand.time, stand.energy_wh)
                if not self._idling.by_word:
                    self._change(self._idling.read(stand.reading()))
        except OutOfOrderError:
            return False
        return True

    def _change(self, periods: Iterable[ChargingPeriod]) -> None:
        for period in periods:
            self.running.period(period)


_followed: dict[str, _Followed] = {}


def follow(unit: Unit, session: SessionRow) -> RunningPrice:
    """The price of a session that runs, followed to what is known of it now."""
    known = _known(unit, session)
    followed = _followed.pop(session.name, None)
    if followed is None or followed.known != known or not followed.go_on(unit, session):
        followed = _Followed(unit, session, known)
        followed.go_on(unit, session)
    followed.running.cover(covers.wh_so_far(unit, session, known.current_type))
    _followed[session.name] = followed  # the latest last
    if len(_followed) > MOST:
        forget(next(iter(_followed)))
    return followed.running


def forget(session: str) -> None:
    """It has ended."""
    _followed.pop(session, None)


def _known(unit: Unit, session: SessionRow) -> _Known:
    assert session.tariff_snapshot is not None
    terms = snapshot_of(unit, session.tariff_snapshot).terms
    return _Known(
        session.tariff_snapshot,
        session.start_time,
        session.reserved_time,
        session.meter_start_wh,
        pricing_facts.current_type_of(unit, session),
        pricing_facts.zone_of(unit, session),
        electricity.rates_of(unit, session, terms),
    )
