"""What a car asks for before it charges: how much energy until when, and the most that it takes.

OCPP 2.x block K15, NotifyEVChargingNeeds: a car that speaks ISO 15118 tells it to its charger.
"""

from dataclasses import dataclass

from server.domain.balancing.wiring import amperes_of

HOUR = 3_600_000_000
"""In microseconds."""


@dataclass(frozen=True, slots=True)
class Needs:
    """None = the car did not say."""

    phases: int | None = None
    """How many it uses of an AC charger's."""
    most_a: float | None = None
    """The most on each phase of an AC charger, in A."""
    most_w: float | None = None
    """The most out of a DC charger, in W."""
    until_wh: int | None = None
    """The session's energy at which it has what it asked for."""
    departure: int | None = None
    """When it wants to have that, in microseconds since 1970."""

    def most_of(self, phases: int, voltage_v: float, efficiency: float) -> float | None:
        """The most that it takes of its charger on each phase, in A."""
        known = [] if self.most_a is None else [self.most_a]
        if self.most_w is not None:
            known.append(amperes_of(self.most_w, phases, voltage_v, efficiency))
        return min(known, default=None)

    def has_enough(self, energy_wh: int) -> bool:
        """Whether it has what it asked for."""
        return self.until_wh is not None and energy_wh >= self.until_wh

    def needed_a(
        self, energy_wh: int, now: int, phases: int, voltage_v: float, efficiency: float
    ) -> float | None:
        """With how much on each phase, in A, it is ready in time; None where it does not say, or
        cannot be any more."""
        if self.until_wh is None or self.departure is None or self.departure <= now:
            return None
        missing = max(0, self.until_wh - energy_wh)
        power_w = missing * HOUR / (self.departure - now)
        return amperes_of(power_w, phases, voltage_v, efficiency)
