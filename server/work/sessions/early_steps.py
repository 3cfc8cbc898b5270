"""Steps of a transaction that nobody can begin a session by yet.

A charger of OCPP 2.x may tell of a transaction as soon as a car is there, or somebody who wants
to charge; and its messages may overtake one another. Until it is known who charges, and where,
and how it began, the steps wait here.
"""

from datetime import datetime
from typing import Any

import orjson
from peewee import fn

from server.domain.authorization import TokenKind
from server.domain.facts import (
    ChargingState,
    SampledValue,
    SampleSet,
    SignedValue,
    StepKind,
    StopReason,
    TransactionStep,
)
from server.store.models import EarlyStep
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

LONGEST_US = 3 * 86_400 * 1_000_000
"""For how long a transaction of nobody's waits: a car may stand there for days."""

_STEPS = Append(
    EarlyStep,
    (
        "charge_point",
        "transaction_id",
        "step_number",
        "kind",
        "evse",
        "record_time",
        "body",
    ),
)
_HERE = EarlyStep.charge_point == param("charge_point")
_OF_TRANSACTION = _HERE & (EarlyStep.transaction_id == param("transaction_id"))
_BODIES = Statement(
    EarlyStep.select(EarlyStep.body)
    .where(_OF_TRANSACTION)
    .order_by(EarlyStep.step_number, EarlyStep.kind)
)
_FORGET = Statement(EarlyStep.delete().where(_OF_TRANSACTION))
_FORGET_ALL = Statement(EarlyStep.delete().where(_HERE))
_ON_EVSE = Statement(
    EarlyStep.select(EarlyStep.transaction_id)
    .where(_HERE & (EarlyStep.evse == param("evse")))
    .order_by(EarlyStep.number.desc())
)
_STUCK = Statement(
    EarlyStep.select(EarlyStep.charge_point, EarlyStep.transaction_id)
    .group_by(EarlyStep.charge_point, EarlyStep.transaction_id)
    .having(
        (
            (fn.MAX(EarlyStep.record_time) <= param("before"))
            & (
                (fn.MIN(EarlyStep.kind) > int(StepKind.STARTED))
                | (fn.MAX(EarlyStep.kind) == int(StepKind.ENDED))
            )
        )
        | (fn.MAX(EarlyStep.record_time) <= param("long_before"))
    )
    .limit(param("limit"))
)


def keep(unit: Unit, charge_point: str, step: TransactionStep) -> None:
    """Lets a step wait."""
    body = orjson.dumps(step, default=list)
    row = (
        charge_point,
        step.transaction_id,
        step.number,
        step.kind,
        step.evse or None,
        unit.now,
        body,
    )
    unit.insert(_STEPS, row)


def waiting(unit: Unit, charge_point: str, transaction_id: str) -> list[TransactionStep]:
    """The steps of a transaction that wait, in order."""
    rows = unit.all(_BODIES, charge_point=charge_point, transaction_id=transaction_id)
    return [_step(orjson.loads(body)) for (body,) in rows]


def on_evse(unit: Unit, charge_point: str, evse: int) -> list[TransactionStep]:
    """The waiting steps of the latest transaction that names this EVSE."""
    row = unit.one(_ON_EVSE, charge_point=charge_point, evse=evse)
    return waiting(unit, charge_point, row[0]) if row else []


def stuck(unit: Unit, before: int, limit: int) -> list[tuple[str, str]]:
    """Transactions that nothing was told of since that time, and whose beginning is missing or
    whose end was told, or for days: charge points and transaction ids."""
    long_before = unit.now - LONGEST_US
    rows = unit.all(_STUCK, before=before, long_before=long_before, limit=limit)
    return [(charge_point, transaction_id) for charge_point, transaction_id in rows]


def forget(unit: Unit, charge_point: str, transaction_id: str) -> None:
    """A transaction's steps wait no more."""
    unit.run(_FORGET, charge_point=charge_point, transaction_id=transaction_id)


def forget_all(unit: Unit, charge_point: str) -> None:
    """The charge point is no more."""
    unit.run(_FORGET_ALL, charge_point=charge_point)


def _step(told: list[Any]) -> TransactionStep:
    """What `orjson` made of a step."""
    step = TransactionStep(*told)
    return step._replace(
        kind=StepKind(step.kind),
        time=_time(told[3]),
        state=None if step.state is None else ChargingState(step.state),
        samples=tuple(_sample_set(*each) for each in told[8]),
        reason=StopReason(step.reason),
        token_kind=None if step.token_kind is None else TokenKind(step.token_kind),
    )


def _sample_set(time: str | None, values: list[Any]) -> SampleSet:
    return SampleSet(
        _time(time),
        tuple(
            SampledValue(*value)._replace(signed=SignedValue(*value[-1]) if value[-1] else None)
            for value in values
        ),
    )


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
