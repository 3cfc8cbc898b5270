"""Energy of a session that its user's subscription covers."""

from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from peewee import fn

from server.domain.subscriptions import Left
from server.domain.tariffs import CurrentType
from server.store.models import Session
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import allowances, payers
from server.work.sessions import session_rows
from server.work.sessions.session_rows import SessionRow

_ELSEWHERE = Statement(
    Session.select(fn.COALESCE(fn.SUM(Session.energy_wh), 0)).where(
        (Session.user == param("user"))
        & Session.stop_time.is_null()
        & (Session.name != param("but"))
    )
)


class Covering(NamedTuple):
    """A subscription, and what is left of its allowance."""

    subscription: str
    left: Left


def covering(unit: Unit, session: SessionRow) -> Covering | None:
    """What covers a session that is billed: what did so before, else its user's subscription."""
    name = session.subscription
    if name is None and session.user:
        found = allowances.in_force(unit, session.user)
        name = found.name if found else None
    if name is None or session.user is None:
        return None
    payers.payer(unit, session.user)  # the user's row first, as everywhere
    return Covering(name, allowances.left_of(unit, name))


def wh_of(cover: Covering | None, session: SessionRow, current: CurrentType) -> int:
    """How much of the session can be covered: what is left, and what it used already."""
    return cover.left.of(current) + (session.allowance_wh or 0) if cover else 0


def wh_so_far(unit: Unit, session: SessionRow, current: CurrentType) -> int:
    """The same of a session that runs, as if what runs elsewhere took its energy before."""
    found = allowances.in_force(unit, session.user) if session.user else None
    if found is None:
        return 0
    row = unit.one(_ELSEWHERE, user=session.user, but=session.name)
    return max(0, found.left.of(current) - int(row[0] if row else 0))


def use(
    unit: Unit,
    session: SessionRow,
    cover: Covering | None,
    current: CurrentType,
    covered_wh: Decimal,
) -> None:
    """Takes what was covered from what is left; of a correction, the difference."""
    used = int(covered_wh.to_integral_value(ROUND_CEILING))
    before = session.allowance_wh or 0
    if cover is None or used == before:
        return
    allowances.use(unit, cover.subscription, cover.left, current, used - before)
    session_rows.change(unit, session.name, subscription=cover.subscription, allowance_wh=used)
