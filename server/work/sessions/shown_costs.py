"""What running sessions cost so far, where the charger has a display for that (OCPP 2.x).

A charger is told of it with the answer to each TransactionEvent anyway; in between only costs that
are other ones than it was told last. Nobody tells again what got lost: the next cost is newer.
"""

from typing import NamedTuple

from server.store.models import ChargePoint, ConfigurationKey, Session
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions.session_rows import SessionState

MOST = 200
"""Costs that are shown at once."""
_CONNECTED = 2  # ampline.v1.NetworkStatus
_DISPLAYS = ConfigurationKey.select(ConfigurationKey.charge_point).where(
    (ConfigurationKey.charge_point == Session.charge_point)
    & (ConfigurationKey.key == "Enabled")
    & (ConfigurationKey.component == "TariffCostCtrlr")
    & (ConfigurationKey.instance == "Cost")
    & (ConfigurationKey.value == "true")
)
_DUE = Statement(
    Session.select(
        Session.name, Session.charge_point, Session.ocpp_transaction_id, Session.total_micros
    )
    .join(ChargePoint, on=(ChargePoint.name == Session.charge_point))
    .where(
        Session.stop_time.is_null()
        & (Session.state == SessionState.ACTIVE)
        & Session.step_numbers.is_null(False)
        & Session.total_micros.is_null(False)
        & (Session.shown_micros.is_null() | (Session.shown_micros != Session.total_micros))
        & (ChargePoint.network_status == _CONNECTED)
        & Session.charge_point.in_(_DISPLAYS)
    )
    .limit(param("limit"))
)
_SHOWN = Statement(
    Session.update(shown_micros=param("total_micros")).where(Session.name == param("session"))
)


class Cost(NamedTuple):
    """What a session costs so far, in millionths of its currency."""

    session: str
    charge_point: str
    transaction_id: str
    total_micros: int


def due(rows: Rows, limit: int = MOST) -> list[Cost]:
    """Costs that chargers show and have not been told of."""
    return [Cost(*row) for row in rows.all(_DUE, limit=limit)]


def take(unit: Unit) -> list[Cost]:
    """The same; they count as told of."""
    found = due(unit)
    for cost in found:
        unit.run(_SHOWN, session=cost.session, total_micros=cost.total_micros)
    return found
