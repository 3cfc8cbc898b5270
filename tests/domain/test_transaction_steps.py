"""When the steps of a transaction are enough to begin a session, and with what."""

from datetime import UTC, datetime

import pytest

from server.domain import transaction_steps as steps
from server.domain.charging_states import may_become, status_after, status_of
from server.domain.facts import (
    ChargingState,
    EvseStatus,
    SampledValue,
    SampleSet,
    StepKind,
    TransactionStep,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
REGISTER = "Energy.Active.Import.Register"


def step(
    number: int,
    kind: StepKind = StepKind.UPDATED,
    *,
    evse: int = 0,
    token: str | None = None,
    wh: float | None = None,
) -> TransactionStep:
    value = () if wh is None else (SampledValue(REGISTER, str(wh), wh, "Wh"),)
    samples = (SampleSet(NOON, value),) if value else ()
    return TransactionStep(
        kind, "t", number, NOON.replace(minute=number), evse, evse, token, samples=samples
    )


STARTED, ENDED = StepKind.STARTED, StepKind.ENDED


@pytest.mark.parametrize(
    ("told", "beginning"),
    [
        ([step(0, STARTED, evse=1, token="A")], 0),
        ([step(0, STARTED, evse=1), step(1, token="A")], 1),
        ([step(0, STARTED, token="A"), step(1, evse=1)], 1),
        ([step(0, STARTED, evse=1)], None),
        ([step(0, STARTED, token="A")], None),
        ([step(1, evse=1, token="A")], None),
        ([step(0, STARTED, evse=1, wh=10), step(1, ENDED, wh=10)], None),
        ([step(0, STARTED, evse=1, wh=10), step(1, ENDED, wh=20)], 1),
        ([step(0, STARTED, evse=1, wh=10), step(2, ENDED, wh=20)], None),
    ],
)
def test_a_session_begins_when_it_is_known_who_and_where(
    told: list[TransactionStep], beginning: int | None
) -> None:
    assert steps.beginning(told) == beginning


def test_where_all_may_charge_nobody_has_to_be_known() -> None:
    assert steps.beginning([step(0, STARTED, evse=1)], auto_start=True) == 0


def test_a_session_begins_with_the_first_register() -> None:
    told = [step(0, STARTED, evse=2, wh=100), step(1, token="A", wh=101), step(2, wh=500)]
    start = steps.start(told, 1)
    assert (start.evse, start.token, start.meter_start_wh) == (2, "A", 100)
    assert start.time == NOON.replace(minute=1)
    assert steps.energy_wh(told) == 400


def test_the_latest_register_ends_a_session_wherever_it_is_told() -> None:
    values = [SampledValue(REGISTER, str(wh), wh, "Wh") for wh in (4000, 1000, 2500)]
    samples = tuple(
        SampleSet(NOON.replace(minute=minute), (value,))
        for minute, value in zip((30, 0, 15), values, strict=True)
    )
    ended = steps.end(step(5, ENDED)._replace(samples=samples))
    assert ended.meter_stop_wh == 4000
    assert steps.start([step(0, STARTED)._replace(samples=samples)], 0).meter_start_wh == 1000


@pytest.mark.parametrize(
    ("stands", "minute"), [((10, 10, 10), 2), ((10, 10, 20), 1), ((10, 15, 20), 0), ((20, 10), 1)]
)
def test_a_session_known_by_its_end_begins_with_its_energy(
    stands: tuple[float, ...], minute: int
) -> None:
    told = [
        step(0, STARTED, evse=1, wh=stands[0]),
        *(step(number, wh=wh) for number, wh in enumerate(stands[1:], 1)),
    ]
    told = [
        each._replace(samples=tuple(one._replace(time=each.time) for one in each.samples))
        for each in told
    ]
    told[-1] = told[-1]._replace(token="A", kind=ENDED)
    assert steps.start(told, len(told) - 1).time == NOON.replace(minute=minute)


def test_it_is_over_when_nothing_is_missing() -> None:
    first, last = step(0, STARTED), step(2, ENDED)
    assert not steps.is_over([first, last])
    assert steps.is_over(steps.in_order([last, step(1), first]))


@pytest.mark.parametrize(
    ("state", "charged", "status"),
    [
        (ChargingState.EV_CONNECTED, False, EvseStatus.PREPARING),
        (ChargingState.EV_CONNECTED, True, EvseStatus.FINISHING),
        (ChargingState.IDLE, False, EvseStatus.PREPARING),
        (None, False, EvseStatus.PREPARING),
        (ChargingState.CHARGING, False, EvseStatus.CHARGING),
        (ChargingState.SUSPENDED_EV, True, EvseStatus.SUSPENDED_EV),
        (ChargingState.SUSPENDED_EVSE, True, EvseStatus.SUSPENDED_EVSE),
    ],
)
def test_what_a_car_does_is_a_status(
    state: ChargingState | None, charged: bool, status: EvseStatus
) -> None:
    assert status_of(state, charged=charged) is status


def test_what_is_left_of_a_transaction() -> None:
    assert status_after(step(1, ENDED)) is EvseStatus.FINISHING
    assert status_after(step(1, ENDED)._replace(car_left=True)) is EvseStatus.AVAILABLE
    idle = step(1, ENDED)._replace(state=ChargingState.IDLE)
    assert status_after(idle) is EvseStatus.AVAILABLE
    assert not may_become(EvseStatus.FAULTED, ended=False)
    assert may_become(EvseStatus.AVAILABLE, ended=False)
    assert not may_become(EvseStatus.AVAILABLE, ended=True)
    assert may_become(EvseStatus.CHARGING, ended=True)
