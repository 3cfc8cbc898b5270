"""What a charger may draw by what it was told: limits that hold for a while, then a fallback.

A limit is sent as a profile of two periods, so that a charger which hears nothing more from us
falls back by itself. Until an answer comes, the charger may keep to what was sent or to what it
had before; so the highest of them counts.
"""

from dataclasses import dataclass, replace

SECOND = 1_000_000
HOLDS = 180 * SECOND
"""How long a limit holds before the fallback does, in microseconds."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A limit that was sent, in A, and what it becomes. `since` in microseconds since 1970."""

    limit_a: float
    fallback_a: float
    since: int
    for_ever: bool = False
    """Of a charger that is not known to obey a profile's second period."""

    def most_at(self, now: int, late: int = 0) -> float:
        """The most that it allows from that moment on, by a clock that may be `late` microseconds
        behind: never below the fallback, which comes whether we are there to see it or not."""
        if self.for_ever or now < self.since + HOLDS + late:
            return max(self.limit_a, self.fallback_a)
        return self.fallback_a


@dataclass(frozen=True, slots=True)
class Promises:
    """What one taker was told: the last that it confirmed, and all that was sent since.

    Nothing confirmed = it is not known what it keeps to, and `unheld_a` counts.
    """

    unheld_a: float
    """What it draws at most where nothing limits it, in A."""
    confirmed: Promise | None = None
    sent: tuple[Promise, ...] = ()

    def most_at(self, now: int, late: int = 0) -> float:
        """What counts for it at that moment, in A."""
        kept = self.unheld_a if self.confirmed is None else self.confirmed.most_at(now, late)
        return max([kept, *(each.most_at(now, late) for each in self.sent)])

    def told(self, promise: Promise) -> "Promises":
        """After another was sent. Of those that have long become their fallbacks none is kept."""
        sent = [
            each for each in self.sent if each.for_ever or promise.since < each.since + 2 * HOLDS
        ]
        return replace(self, sent=(*sent, promise))

    def answered(self, promise: Promise, accepted: bool) -> "Promises":
        """After the charger answered to one that was sent: accepted, it replaces what was before;
        refused, it never held. One that was sent before the confirmed one changes nothing."""
        if promise not in self.sent:
            return self
        place = self.sent.index(promise)
        if accepted:
            return replace(self, confirmed=promise, sent=self.sent[place + 1 :])
        return replace(self, sent=(*self.sent[:place], *self.sent[place + 1 :]))

    def forgotten(self) -> "Promises":
        """After it lost what it was told: it booted, say, or its transaction is another."""
        return Promises(self.unheld_a)
