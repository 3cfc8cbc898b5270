"""What a car asks for, by what it draws of what it was given."""

from dataclasses import dataclass
from enum import IntEnum

from server.domain.balancing.wiring import amperes_of

REACTION = 10_000_000
"""Microseconds in which a car follows a new limit."""
SLACK_A = 0.5
"""A car that draws this near its limit may want more."""
HEADROOM_A = 1.0
"""What is left above what a car draws, to see whether it wants more."""
PHASE_USED_A = 1.0
"""A phase that carries less is not used: chargers' own consumption, and noise."""
RESTS_AFTER = 60_000_000
"""Microseconds in which a car that is given current begins to draw it, if it wants any."""


class Taking(IntEnum):
    """Whether a car draws what it is given."""

    SOME = 0
    """It does, or there was nothing yet to tell by."""
    NOTHING = 1
    """It rests: full, say, or told by its driver to wait."""
    TRIES_AGAIN = 2
    """It rested without current for long, and shall have its least to show that it wants more."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a charger measured of a car: currents on its own L1, L2, L3 in A, power in W. `time` in
    microseconds; None = not measured."""

    time: int
    phases_a: tuple[float, float, float] | None = None
    current_a: float | None = None
    """Without a phase."""
    power_w: float | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was measured, in A, on the charger's L1, L2 and L3. `time` in microseconds."""

    phases_a: tuple[float, float, float]
    time: int
    of_each_phase: bool = True
    """Whether each phase was measured by itself; else the three are alike."""

    @property
    def most_a(self) -> float:
        """On the fullest phase."""
        return max(self.phases_a)

    def used_phases(self) -> int | None:
        """How many phases the car uses, where that can be seen: L1, L1 and L2, or all."""
        if not self.of_each_phase or self.most_a < PHASE_USED_A * 3:
            return None
        return max(phase for phase, a in enumerate(self.phases_a, 1) if a >= PHASE_USED_A)


def drawn_of(
    measured: Measurement, phases: int, voltage_v: float, efficiency: float, direct_current: bool
) -> Drawn | None:
    """What enters a charger, by what it measured; None if it measured neither current nor power.

    What a DC charger measures leaves it, so its power counts."""
    if measured.phases_a is not None and not direct_current:
        return Drawn(measured.phases_a, measured.time)
    if measured.current_a is not None and not direct_current:
        return Drawn((measured.current_a,) * 3, measured.time, of_each_phase=False)
    if measured.power_w is None:
        return None
    current = amperes_of(measured.power_w, phases, voltage_v, efficiency)
    return Drawn((current,) * 3, measured.time, of_each_phase=False)


def taking(
    before: Taking,
    drawn: Drawn | None,
    given_a: float,
    least_a: float,
    given_since: int,
    now: int,
    turn: int,
    paused_by_car: bool,
) -> Taking:
    """Whether a car draws of what it has been given since then; times in microseconds.

    A car that rests and is given nothing cannot show that it wants something again: it may try
    whenever a turn has passed."""
    if given_a < least_a:
        if before is Taking.NOTHING and now >= given_since + turn:
            return Taking.TRIES_AGAIN
        return before
    if paused_by_car:
        return Taking.NOTHING if now >= given_since + RESTS_AFTER else before
    if drawn is None or drawn.time < given_since:
        return before
    if drawn.most_a >= PHASE_USED_A:
        return Taking.SOME
    return Taking.NOTHING if drawn.time >= given_since + RESTS_AFTER else before


def asked_a(
    most_a: float,
    least_a: float,
    drawn: Drawn | None,
    given_a: float,
    given_since: int,
    taking: Taking,
) -> float:
    """What a car is taken to want, in A, of the most that it may have.

    All of it, until it is seen to draw less than it was given although it had the time to take it;
    then that and a little more, so that wanting more shows. A car that draws nothing is left its
    least, so that it can begin again."""
    if taking is not Taking.SOME:
        return min(most_a, least_a)
    if drawn is None or drawn.time < given_since + REACTION or given_a < least_a:
        return most_a
    if drawn.most_a >= given_a - SLACK_A:
        return most_a
    return min(most_a, max(least_a, drawn.most_a + HEADROOM_A))
