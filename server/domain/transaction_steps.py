"""What the steps of a transaction tell together (OCPP 2.x), before it is a session."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from server.domain import metering
from server.domain.facts import (
    ChargingState,
    SampleSet,
    StepKind,
    TransactionEnded,
    TransactionStarted,
    TransactionStep,
)
from server.domain.step_numbers import StepNumbers

Steps = Sequence[TransactionStep]
"""In order."""


def in_order(steps: Iterable[TransactionStep]) -> list[TransactionStep]:
    """The steps as the charger took them."""
    return sorted(steps, key=lambda step: (step.number, step.kind))


def beginning(steps: Steps, *, auto_start: bool = False) -> int | None:
    """Which step a session begins with: the first at which it is known who charges, and where.

    None while that is not known, or while the transaction's own beginning is missing. Energy that
    nobody was let have begins one all the same, once the transaction has ended.
    """
    if not any(step.kind is StepKind.STARTED for step in steps):
        return None
    known = who_and_where(steps, auto_start=auto_start)
    if known is None and is_over(steps) and place(steps)[0] and energy_wh(steps) > 0:
        return len(steps) - 1
    return known


def who_and_where(steps: Steps, *, auto_start: bool = False) -> int | None:
    """At which step both are known; `auto_start`: nobody has to show a token."""
    who, where = auto_start, False
    for index, step in enumerate(steps):
        who = who or step.token is not None
        where = where or bool(step.evse)
        if who and where:
            return index
    return None


def is_over(steps: Steps) -> bool:
    """Whether all that there is to hear of it was heard."""
    kinds = {step.kind for step in steps}
    numbers = StepNumbers()
    for step in steps:
        numbers = numbers.add(step.kind, step.number)
    return {StepKind.STARTED, StepKind.ENDED} <= kinds and not numbers.missing


def place(steps: Steps) -> tuple[int, int]:
    """EVSE and connector, as far as they were told; 0 = not yet."""
    evses = (step.evse for step in steps if step.evse)
    connectors = (step.connector for step in steps if step.connector)
    return next(evses, 0), next(connectors, 0)


def state(steps: Steps) -> ChargingState | None:
    """What the car does, as it was told last."""
    return next((step.state for step in reversed(steps) if step.state is not None), None)


def energy_wh(steps: Steps) -> int:
    """How far the register went."""
    found = registers(samples(steps))
    return max(found) - found[0] if found else 0


def samples(steps: Steps) -> tuple[SampleSet, ...]:
    """All that was measured."""
    return tuple(sample for step in steps for sample in step.samples)


def registers(sets: Iterable[SampleSet]) -> list[int]:
    """The stands of the energy register, in Wh, in the order of their times."""
    return [stand for _, stand in _stands(sets)]


def _stands(sets: Iterable[SampleSet]) -> list[tuple[datetime | None, int]]:
    """The same, with their times."""
    in_time = sorted(sets, key=lambda each: each.time.timestamp() if each.time else 0.0)
    found = ((each.time, metering.read(each.values).register_wh) for each in in_time)
    return [(time, round(stand)) for time, stand in found if stand is not None]


def _begun(steps: Steps, at: int) -> datetime | None:
    """When a session begins: with that step; if that is its end, with the energy that flowed before
    it, for what is delivered in no time has no price."""
    time = steps[at].time
    if steps[at].kind is not StepKind.ENDED:
        return time
    stands = _stands(samples(steps[: at + 1]))
    still = [told for told, stand in stands if stand <= stands[0][1]]
    return min(time, still[-1]) if time and still and still[-1] else time


def start(steps: Steps, at: int) -> TransactionStarted:
    """The start of a session that begins with the step `at`."""
    so_far = steps[: at + 1]
    evse, connector = place(steps)
    shown = [(step.token, step.token_kind) for step in so_far if step.token is not None]
    token, kind = shown[-1] if shown else ("", None)
    return TransactionStarted(
        evse,
        connector or 1,
        token,
        next(iter(registers(samples(so_far))), None),
        _begun(steps, at),
        steps[at].transaction_id,
        next((step.reservation_id for step in steps if step.reservation_id is not None), None),
        next((step.remote_start_id for step in steps if step.remote_start_id is not None), None),
        steps[at].offline,
        kind,
    )


def end(step: TransactionStep) -> TransactionEnded:
    """The end of a session."""
    found = registers(step.samples)
    return TransactionEnded(
        step.transaction_id,
        found[-1] if found else None,
        step.time,
        step.reason,
        step.reason_text,
        step.token or "",
        step.samples,
    )
