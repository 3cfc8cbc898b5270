"""What meter values ask of their session's row, which is read with every message of them: half of
its columns, for a column costs as much as anything else that is done to a value."""

from typing import NamedTuple, TypeVar

from server.store.models import Session
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions.session_rows import SessionRow, is_running


class MeteredRow(NamedTuple):
    """The columns, as in a `SessionRow`."""

    name: str
    partner: str | None
    charge_point: str
    evse: str | None
    location: str | None
    user: str | None
    ocpp_transaction_id: str | None
    state: int
    start_time: int
    stop_time: int | None
    meter_start_wh: int | None
    energy_wh: int
    meter_wh: int | None
    segment_start_wh: int | None
    segment_sum_wh: int
    meter_time: int | None
    samples_digest: int
    power_w: int | None
    peak_power_w: int | None
    first_soc_percent: int | None
    soc_percent: int | None
    warnings: bytes | None
    watch_wh: int | None
    watch_soc_percent: int | None
    watch_time: int | None

    @property
    def running(self) -> bool:
        """Whether a charger may still tell of it."""
        return is_running(self.state, self.ocpp_transaction_id, self.stop_time)


class SteppedRow(NamedTuple):
    """The same, and what an update of a transaction of OCPP 2.x asks for besides."""

    name: str
    partner: str | None
    charge_point: str
    evse: str | None
    location: str | None
    user: str | None
    ocpp_transaction_id: str | None
    state: int
    start_time: int
    stop_time: int | None
    meter_start_wh: int | None
    energy_wh: int
    meter_wh: int | None
    segment_start_wh: int | None
    segment_sum_wh: int
    meter_time: int | None
    samples_digest: int
    power_w: int | None
    peak_power_w: int | None
    first_soc_percent: int | None
    soc_percent: int | None
    warnings: bytes | None
    watch_wh: int | None
    watch_soc_percent: int | None
    watch_time: int | None
    connector: int
    token: str | None
    total_micros: int | None
    step_numbers: str | None
    charging_state: int | None

    @property
    def running(self) -> bool:
        """Whether a charger may still tell of it."""
        return is_running(self.state, self.ocpp_transaction_id, self.stop_time)


Row = TypeVar("Row", MeteredRow, SteppedRow)
Metered = SessionRow | MeteredRow | SteppedRow
"""A session that something is measured in."""


def _by_transaction(columns: tuple[str, ...]) -> Statement:
    return Statement(
        Session.select(*(getattr(Session, column) for column in columns)).where(
            (Session.charge_point == param("charge_point"))
            & (Session.ocpp_transaction_id == param("transaction_id"))
        )
    )


_BY_TRANSACTION = _by_transaction(MeteredRow._fields)
_STEPPED_BY_TRANSACTION = _by_transaction(SteppedRow._fields)


def by_transaction(unit: Unit, charge_point: str, transaction_id: str) -> MeteredRow | None:
    """The session of a charge point's OCPP transaction; of several the newest."""
    rows = unit.all(_BY_TRANSACTION, charge_point=charge_point, transaction_id=transaction_id)
    return _newest([MeteredRow(*row) for row in rows])


def stepped(unit: Unit, charge_point: str, transaction_id: str) -> SteppedRow | None:
    """The session of a charge point's OCPP 2.x transaction; of several the newest."""
    rows = unit.all(
        _STEPPED_BY_TRANSACTION, charge_point=charge_point, transaction_id=transaction_id
    )
    return _newest([SteppedRow(*row) for row in rows])


def _newest(sessions: list[Row]) -> Row | None:
    if len(sessions) <= 1:  # as a rule
        return sessions[0] if sessions else None
    return max(sessions, key=lambda session: (session.start_time, session.name))
