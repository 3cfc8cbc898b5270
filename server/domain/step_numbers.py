"""Which steps of a transaction were heard (seqNo in OCPP 2.x): some come twice, late, or never."""

from typing import NamedTuple

from server.domain.facts import StepKind

Span = tuple[int, int]
"""The first and the last of numbers in a row."""


def heard(text: str, kind: StepKind, number: int) -> str | None:
    """The text of the numbers heard, with one more; None if this very step was heard before."""
    if kind is StepKind.UPDATED:
        before, _, last = text.rpartition(".")
        if last.isdecimal() and number == int(last) + 1:  # as most are
            return f"{before}.{number}"
    numbers = StepNumbers.parse(text)
    return None if numbers.has(kind, number) else str(numbers.add(kind, number))


class StepNumbers(NamedTuple):
    """The numbers heard, by what they told: a number that tells something else is no repeat."""

    started: int | None = None
    ended: int | None = None
    updated: tuple[Span, ...] = ()
    """Of updates, in order."""

    @classmethod
    def parse(cls, text: str) -> "StepNumbers":
        """The numbers of what `str` gives, such as `s0 1.57 59.59 e60`."""
        ends: dict[str, int] = {}
        spans = []
        for word in text.split():
            if word[0].isalpha():
                ends[word[0]] = int(word[1:])
            else:
                first, _, last = word.rpartition(".")
                spans.append((int(first), int(last)))
        return cls(ends.get("s"), ends.get("e"), tuple(spans))

    def __str__(self) -> str:
        words = [] if self.started is None else [f"s{self.started}"]
        words += [f"{first}.{last}" for first, last in self.updated]
        return " ".join([*words, *([] if self.ended is None else [f"e{self.ended}"])])

    def has(self, kind: StepKind, number: int) -> bool:
        """Whether this very step was heard."""
        if kind is StepKind.STARTED:
            return self.started == number
        if kind is StepKind.ENDED:
            return self.ended == number
        return any(first <= number <= last for first, last in self.updated)

    def add(self, kind: StepKind, number: int) -> "StepNumbers":
        """With one more."""
        if kind is StepKind.STARTED:
            return self._replace(started=number)
        if kind is StepKind.ENDED:
            return self._replace(ended=number)
        return self._replace(updated=_joined([*self.updated, (number, number)]))

    @property
    def missing(self) -> int:
        """How many between the first and the last were not heard."""
        ends = [(number, number) for number in (self.started, self.ended) if number is not None]
        spans = _joined([*self.updated, *ends])
        if not spans:
            return 0
        return spans[-1][1] - spans[0][0] + 1 - sum(last - first + 1 for first, last in spans)


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """In order, with those that touch as one."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple(joined)
