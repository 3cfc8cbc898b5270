"""Which tariff somebody would pay at an EVSE, and why."""

from typing import NamedTuple

from server.domain.errors import not_found
from server.store.models import Evse
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.work.money import tariffs
from server.work.sessions.authorization import context_of, user_of
from server.work.sessions.places import find_place

_EVSE = Statement(
    Evse.select(Evse.charge_point, Evse.tariff_group).where(Evse.name == param("name"))
)


class Choice(NamedTuple):
    """A tariff, the group that gives it, by which of its entries, and why in words."""

    tariff: str | None
    tariff_group: str | None
    entry_index: int
    reason: str


def choose(rows: Rows, evse: str, user: str | None, time_us: int) -> Choice:
    """The choice for a session of the user, or of nobody we know, that begins then. NOT_FOUND if
    there is no such EVSE."""
    found = rows.one(_EVSE, name=evse)
    place = find_place(rows, found[0]) if found else None
    if found is None or place is None:
        raise not_found(evse)
    group = tariffs.group_for(rows, found[0], found[1])
    if group is None:
        return Choice(None, None, 0, "no tariff group: none on the way up, and no default")
    context = context_of(rows, place, user_of(rows, user), time_us)
    resolution = tariffs.resolution_of(rows, group, context)
    if resolution is None:
        return Choice(None, group, 0, "no entry's tariff is enabled and valid then")
    return Choice(resolution.tariff_id, group, resolution.entry_index, resolution.reason)
