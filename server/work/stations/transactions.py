"""Steps of transactions, and what they tell of EVSEs besides (OCPP 2.x)."""

from server.domain.charging_states import may_become
from server.domain.facts import EvseStatus, EvseStatusReported, StepKind, TransactionStep
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.sessions import transactions
from server.work.sessions.evses import evse_name, find_evse
from server.work.sessions.transactions import Stepped
from server.work.stations import reports


def step(unit: Unit, rules: Rules, charge_point: str, told: TransactionStep) -> Stepped:
    """Takes a step; the status of its EVSE follows from what the car does."""
    stepped = transactions.step(unit, rules, charge_point, told)
    news = stepped.news
    if news is None or not news.evse:
        return stepped
    row = find_evse(unit, evse_name(charge_point, news.evse))
    old = EvseStatus(row.hardware_status) if row and row.hardware_status else None
    ended = told.kind is StepKind.ENDED
    if may_become(old, ended=ended):
        status = EvseStatusReported(news.evse, news.connector, news.status, told.time)
        reports.evse_status(unit, charge_point, status)
    if news.is_session and not ended:
        transactions.turn(unit, charge_point, told)
    return stepped
