"""A charger's facts, the verbs as its messages call them, and what has become of it."""

from typing import Any

from server.domain.authorization import Authorization
from server.domain.facts import (
    Measured,
    SampledValue,
    SampleSet,
    StopReason,
    TransactionEnded,
    TransactionStarted,
)
from server.store.models import (
    Event,
    Session,
)
from server.work.rules import Rules
from server.work.sessions import authorization, charging
from server.work.sessions.session_rows import (
    SessionWarning,
    by_name,
    warnings_of,
)
from tests.work.network import (
    CHARGE_POINT,
    Write,
    minutes_ago,
)


def started(minutes: float = 60, **changes: Any) -> TransactionStarted:
    fields = {"evse": 1, "connector": 1, "token": "AAAA", "meter_start_wh": 1000}
    return TransactionStarted(**{**fields, "time": minutes_ago(minutes), **changes})


def ended(
    transaction_id: str, meter_wh: int, minutes: float = 0, **changes: Any
) -> TransactionEnded:
    fields = {"reason": StopReason.LOCAL, "time": minutes_ago(minutes)}
    return TransactionEnded(transaction_id, meter_wh, **{**fields, **changes})


def sample(minutes: float, register_wh: float) -> SampleSet:
    value = SampledValue("Energy.Active.Import.Register", str(register_wh), register_wh, "Wh")
    return SampleSet(minutes_ago(minutes), (value,))


def powered(minutes: float, power_w: float = 16_000) -> SampleSet:
    value = SampledValue("Power.Active.Import", str(power_w), power_w, "W")
    return SampleSet(minutes_ago(minutes), (value,))


def measured(transaction_id: str | None, *samples: SampleSet) -> Measured:
    return Measured(1, 1, transaction_id, samples)


class Bridge:
    """The verbs, as a charger's messages call them."""

    def __init__(self, write: Write, rules: Rules) -> None:
        self._write = write
        self._rules = rules

    def start(self, fact: TransactionStarted) -> charging.Started:
        result: charging.Started = self._write(
            lambda unit: charging.start(unit, self._rules, CHARGE_POINT, fact)
        )
        return result

    def end(self, fact: TransactionEnded) -> Authorization | None:
        result: Authorization | None = self._write(
            lambda unit: charging.end(unit, self._rules, CHARGE_POINT, fact)
        )
        return result

    def measure(self, fact: Measured) -> None:
        self._write(lambda unit: charging.measure(unit, CHARGE_POINT, fact))

    def authorize(self, token: str) -> Authorization:
        result: Authorization = self._write(
            lambda unit: authorization.authorize(unit, self._rules, CHARGE_POINT, token)
        )
        return result

    def warnings(self, session: Any) -> list[SessionWarning]:
        return warnings_of(self._write(lambda unit: by_name(unit, session.name)).warnings)


def only_session() -> Any:
    (session,) = Session.select()
    return session


def events(prefix: str = "") -> list[str]:
    rows = Event.select(Event.type).order_by(Event.position)
    return [row.type for row in rows if row.type.startswith(prefix)]
