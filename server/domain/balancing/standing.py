"""Who comes first in a circuit, and who gets more."""

from collections.abc import Iterable
from dataclasses import dataclass

BOOST_PRIORITY = 1_000
BOOST_WEIGHT = 10.0
"""A boosted session comes before all others, and shares tenfold."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A priority, of which the highest counts, and a weight, of which the product does."""

    priority: int = 0
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """What a circuit says of somebody. Exactly one of the subjects is given; the band of states
    of charge is in percent, from the first to before the second."""

    standing: Standing
    charge_point: str = ""
    evse: str = ""
    user_group: str = ""
    soc_band: tuple[int, int] | None = None

    def is_of(self, who: "Subject") -> bool:
        """Whether it is of that session."""
        if self.soc_band is not None:
            least, most = self.soc_band
            return who.soc_percent is not None and least <= who.soc_percent < most
        return bool(
            (self.charge_point and self.charge_point == who.charge_point)
            or (self.evse and self.evse == who.evse)
            or (self.user_group and self.user_group in who.user_groups)
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """A session, by what rules go by."""

    charge_point: str
    evse: str
    user_groups: frozenset[str] = frozenset()
    soc_percent: int | None = None


def standing_of(
    who: Subject, rules: Iterable[Rule], own: Standing | None = None, boosted: bool = False
) -> Standing:
    """How a session stands: by all rules that are of it, what was said of itself, and a boost."""
    said = [rule.standing for rule in rules if rule.is_of(who)]
    if own is not None:
        said.append(own)
    priority, weight = 0, 1.0
    if said:
        priority = max(each.priority for each in said)
        for each in said:
            weight *= each.weight
    if boosted:
        return Standing(priority + BOOST_PRIORITY, weight * BOOST_WEIGHT)
    return Standing(priority, weight)
