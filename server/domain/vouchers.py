"""Vouchers: whether somebody may use one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class Hindrance(Enum):
    """Why a voucher cannot be redeemed."""

    UNKNOWN = "UNKNOWN"
    NOT_YET = "NOT_YET"
    OVER = "OVER"
    USED_UP = "USED_UP"
    ALREADY_REDEEMED = "ALREADY_REDEEMED"  # by this user
    NOT_FOR_THIS_USER = "NOT_FOR_THIS_USER"


@dataclass(frozen=True, slots=True)
class Terms:
    """When and for whom a voucher is good; `uses_left` counts those that are left. Its end is
    excluded; without a group or a partner it is for everybody."""

    uses_left: int
    start: datetime | None = None
    end: datetime | None = None
    user_group: str | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Redeemer:
    """Who wants to use it."""

    groups: Collection[str] = ()
    partner: str | None = None
    has_used_it: bool = False


def hindrance(terms: Terms, who: Redeemer, now: datetime) -> Hindrance | None:
    """What stands against it, or None. Nobody learns of a voucher that is not for them how far it
    is used."""
    for_their_group = terms.user_group is None or terms.user_group in who.groups
    if not for_their_group or terms.partner not in (None, who.partner):
        return Hindrance.NOT_FOR_THIS_USER
    if who.has_used_it:
        return Hindrance.ALREADY_REDEEMED
    if terms.start is not None and now < terms.start:
        return Hindrance.NOT_YET
    if terms.end is not None and now >= terms.end:
        return Hindrance.OVER
    return None if terms.uses_left > 0 else Hindrance.USED_UP
