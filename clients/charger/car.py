"""What plugs in: a battery that takes less the fuller it is. And what it is plugged into."""

from dataclasses import dataclass, field
from math import inf

LEAST_A = 6.0
"""What a car needs at least on each phase (IEC 61851-1)."""

STEP = 30.0
"""Seconds over which the power is taken to be even."""


@dataclass(slots=True)
class Car:
    """A car at the cable."""

    capacity_wh: float = 60_000
    soc: float = 30.0
    """State of charge, in percent."""
    max_power_w: float = inf
    """The most that its charger takes."""
    phases: int | None = None
    """How many phases its charger uses; None = all that there are."""
    reaction_seconds: float = 0.0
    """How long it takes to follow another limit."""
    wants_wh: float = inf
    """How much it still takes before it is satisfied, at most to full."""

    def power_w(self, offered_w: float) -> float:
        """What it takes of what is offered, in W: all up to 80 %, then ever less, 0 when done."""
        if self.soc >= 100 or self.wants_wh <= 0:
            return 0.0
        return min(offered_w, self.max_power_w) * min(1.0, max(0.05, (100 - self.soc) / 20))

    def charge(self, offered_w: float, seconds: float) -> float:
        """Charges for so long; returns the energy taken, in Wh."""
        taken = 0.0
        while seconds > 0 and (power := self.power_w(offered_w)) > 0:
            step = min(seconds, STEP)
            taken += self._take(power * step / 3600)
            seconds -= step
        return taken

    def _take(self, energy_wh: float) -> float:
        room = max(0.0, (100 - self.soc) * self.capacity_wh / 100)
        energy_wh = min(energy_wh, self.wants_wh, room)
        self.wants_wh -= energy_wh
        self.soc = 100.0 if energy_wh == room else self.soc + energy_wh / self.capacity_wh * 100
        return energy_wh


@dataclass(frozen=True, slots=True)
class Outlet:
    """What a connector can give."""

    power_w: float = 22_000
    voltage_v: float = 230
    phases: int = 3
    """1 or 3 of alternating current; 0 of direct current."""
    readable_soc: bool = field(default=False)
    """Whether the station can ask the car for its state of charge."""

    def used_phases(self, wanted: int | None) -> int:
        """How many phases flow to a car that uses so many."""
        return self.phases if wanted is None else min(wanted, self.phases)

    def offered_w(self, limit_a: float | None, phases: int | None) -> float:
        """The power that a car may take, in W, of a limit to each phase; 0 below its least."""
        used = max(self.used_phases(phases), 1)
        most = self.power_w if phases is None else self.power_w * used / max(self.phases, 1)
        if limit_a is None:
            return most
        if self.phases and limit_a < LEAST_A:
            return 0.0
        return min(most, limit_a * self.voltage_v * used)

    def current_a(self, power_w: float, phases: int | None = None) -> float:
        """The current of each phase, in A, at this power."""
        return power_w / (self.voltage_v * max(self.phases if phases is None else phases, 1))


AC_22KW = Outlet()
AC_11KW = Outlet(power_w=11_000)
DC_50KW = Outlet(power_w=50_000, voltage_v=400, phases=0, readable_soc=True)
DC_150KW = Outlet(power_w=150_000, voltage_v=400, phases=0, readable_soc=True)
