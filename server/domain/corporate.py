"""Companies that pay for their users, up to a limit each month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.domain.errors import RefusedError, precondition

if TYPE_CHECKING:
    from server.domain.money import Money


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """Whether a user's company pays, and what it still would this month: what is neither on its
    bill nor held by sessions that run. Without a limit, `room` is None."""

    pays: bool = False
    room: Money | None = None

    def covers(self, amount: Money) -> bool:
        """Whether it would pay for that."""
        if not self.pays:
            return False
        if self.room is None:
            return True
        return self.room.currency == amount.currency and amount <= self.room


NOBODY_PAYS = CompanyFacts()
"""There is no company, or it pays for nothing."""


def limit_reached(company: CompanyFacts, needed: Money) -> RefusedError:
    """A purchase that the company does not pay for."""
    room = str(company.room) if company.room is not None else ""
    told = f"{needed} is needed, and the company pays {room or 'nothing'} any more"
    return precondition("CORPORATE_LIMIT_REACHED", told, needed=str(needed), available=room)
