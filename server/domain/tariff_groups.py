"""Who pays which tariff: an ordered list of tariffs with their audiences.

Kinds of audience combine with AND, the values within a kind with OR. The last entry
that matches wins; the first is the fallback and matches everyone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum


class UserSort(Enum):
    """Sorts of users that an audience can name."""

    REGISTERED = "REGISTERED"
    ROAMING = "ROAMING"
    AD_HOC = "AD_HOC"
    OWNER = "OWNER"  # of the personal charger


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom; an empty kind says nothing. Dates are local; the end is excluded."""

    user_groups: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()
    subscription_plans: frozenset[str] = frozenset()
    sorts: frozenset[UserSort] = frozenset()
    start_date: date | None = None
    end_date: date | None = None


EVERYONE = Audience()


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A tariff, and for whom."""

    tariff_id: str
    audience: Audience = EVERYONE


@dataclass(frozen=True, slots=True)
class ResolutionContext:
    """Who wants to charge, and when, in the location's local time."""

    moment: datetime
    sorts: frozenset[UserSort] = frozenset()
    user_groups: frozenset[str] = frozenset()
    partner: str | None = None
    subscription_plans: frozenset[str] = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class Resolution:
    """Which tariff, by which entry (from 0), and why in words."""

    tariff_id: str
    entry_index: int
    reason: str


def resolve(
    entries: Sequence[GroupEntry],
    context: ResolutionContext,
    usable: Callable[[str], bool] = lambda _: True,
) -> Resolution | None:
    """The tariff for this context; None if no entry gives one. An entry whose tariff is not
    usable is passed over."""
    for index in range(len(entries) - 1, 0, -1):
        matched = _match(entries[index].audience, context)
        if matched is not None and usable(entries[index].tariff_id):
            return Resolution(entries[index].tariff_id, index, f"matches {matched}")
    if not entries or not usable(entries[0].tariff_id):
        return None
    return Resolution(entries[0].tariff_id, 0, "the fallback: no later entry matches")


def _match(audience: Audience, context: ResolutionContext) -> str | None:
    """The kinds by which the context is of the audience, in words; None if it is not."""
    kinds = {
        "user group": (audience.user_groups, context.user_groups),
        "partner": (audience.partners, {context.partner}),
        "subscription plan": (audience.subscription_plans, context.subscription_plans),
        "sort of user": (audience.sorts, context.sorts),
    }
    named = {kind: pair for kind, pair in kinds.items() if pair[0]}
    if not all(wanted & set(had) for wanted, had in named.values()):
        return None
    if not _within_dates(audience, context.moment.date()):
        return None
    return ", ".join(named) or "everyone"


def _within_dates(audience: Audience, today: date) -> bool:
    begun = audience.start_date is None or audience.start_date <= today
    return begun and (audience.end_date is None or today < audience.end_date)
