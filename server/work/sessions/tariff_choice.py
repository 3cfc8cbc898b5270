"""Which tariff somebody would pay at an EVSE, and why."""

from typing import NamedTuple

from server.domain.errors import not_found
from server.domain.subscriptions import Left
from server.domain.tariffs import CurrentType, Tariff
from server.store.clock import to_datetime
from server.store.models import Evse
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.work.money import allowances, rate_versions, tariffs
from server.work.sessions.authorization import context_of, user_of
from server.work.sessions.places import PlaceRow, find_place

_EVSE = Statement(
    Evse.select(Evse.charge_point, Evse.tariff_group, Evse.current_type).where(
        Evse.name == param("name")
    )
)
_DC = 2


class Choice(NamedTuple):
    """A tariff, the group that gives it, by which of its entries, and why in words."""

    tariff: str | None
    tariff_group: str | None
    entry_index: int
    reason: str


class Offer(NamedTuple):
    """What a session would be priced by; `left` is of a subscription's allowance."""

    choice: Choice
    terms: Tariff | None
    electricity_rate: str | None
    time_zone: str | None
    current_type: CurrentType
    left: Left


def choose(rows: Rows, evse: str, user: str | None, time_us: int) -> Choice:
    """The choice for a session of the user, or of nobody we know, that begins then. NOT_FOUND if
    there is no such EVSE."""
    return offer(rows, evse, user, time_us).choice


def offer(rows: Rows, evse: str, user: str | None, time_us: int) -> Offer:
    """The choice, and what else such a session is priced by."""
    found = rows.one(_EVSE, name=evse)
    place = find_place(rows, found[0]) if found else None
    if found is None or place is None:
        raise not_found(evse)
    choice = _choose(rows, place, found[1], user, time_us)
    subscription = allowances.in_force(rows, user) if user else None
    return Offer(
        choice,
        tariffs.current(rows, choice.tariff).terms if choice.tariff else None,
        place.electricity_rate,
        place.time_zone,
        CurrentType.DC if found[2] == _DC else CurrentType.AC,
        subscription.left if subscription else Left(),
    )


def _choose(
    rows: Rows, place: PlaceRow, own_group: str | None, user: str | None, time_us: int
) -> Choice:
    group = tariffs.group_for(rows, place.charge_point, own_group)
    if group is None:
        return Choice(None, None, 0, "no tariff group: none on the way up, and no default")
    context = context_of(rows, place, user_of(rows, user), time_us)
    resolution = tariffs.resolution_of(rows, group, context)
    if resolution is None:
        return Choice(None, group, 0, "no entry's tariff is enabled and valid then")
    tariff, index, why = resolution.tariff_id, resolution.entry_index, resolution.reason
    terms, when = tariffs.current(rows, tariff).terms, to_datetime(time_us)
    if rate_versions.are_known(rows, terms, place.electricity_rate, when):
        return Choice(tariff, group, index, why)
    fault = "it follows an electricity rate that is not there, or is in another currency"
    return Choice(None, group, index, f"{tariff} {why}, but {fault}")
