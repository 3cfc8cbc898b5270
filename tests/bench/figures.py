"""What a benchmark finds, and the table that it goes into."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

Bound = Literal["at least", "at most"]
_HEAD = ("benchmark", "what", "ours", "baseline", "ratio", "target", "holds")


@dataclass(frozen=True, slots=True)
class Figure:
    """Ours against a baseline, in one unit; `rounds` are pairs measured side by side.

    `target` bounds the ratio, or our own figure where `absolute`; None = told, not judged.
    """

    benchmark: str
    what: str
    unit: str
    rounds: Sequence[tuple[float, float]]
    target: float | None = None
    bound: Bound = "at least"
    absolute: bool = False

    @property
    def ours(self) -> float:
        """The median of our rounds."""
        return median(ours for ours, _ in self.rounds)

    @property
    def baseline(self) -> float:
        """The median of the baseline's."""
        return median(baseline for _, baseline in self.rounds)

    @property
    def ratio(self) -> float:
        """Ours, as a multiple of the baseline's."""
        return self.ours / self.baseline

    @property
    def holds(self) -> bool:
        """Whether the target is reached."""
        if self.target is None:
            return True
        judged = self.ours if self.absolute else self.ratio
        return judged >= self.target if self.bound == "at least" else judged <= self.target

    def cells(self) -> tuple[str, ...]:
        """Its line of the table."""
        verdict = "" if self.target is None else "yes" if self.holds else "no"
        return (
            self.benchmark,
            self.what,
            f"{_short(self.ours)} {self.unit}",
            f"{_short(self.baseline)} {self.unit}",
            f"{self.ratio:.2f}",
            self._target(),
            verdict,
        )

    def _target(self) -> str:
        if self.target is None:
            return ""
        sign = "≥" if self.bound == "at least" else "≤"
        return f"{sign} {self.target:g}" + (f" {self.unit}" if self.absolute else "")


def table(figures: Sequence[Figure]) -> str:
    """A table that reads well in a terminal and is Markdown."""
    lines = [_HEAD, *(figure.cells() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ["| " + " | ".join(map(str.ljust, line, widths)) + " |" for line in lines]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([rows[0], rule, *rows[1:]])


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
