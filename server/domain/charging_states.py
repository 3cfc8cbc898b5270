"""What a transaction's charging state says of its EVSE.

OCPP 2.x tells of a connector only whether it is occupied; that a car is about to charge, charges
or has charged is told of the transaction. Here both are one status, as in OCPP 1.6.
"""

from server.domain.facts import ChargingState, EvseStatus, TransactionStep

OUT_OF_ORDER = frozenset({EvseStatus.FAULTED, EvseStatus.UNAVAILABLE})
"""Statuses that no transaction ends: the charger itself has to take them back."""

_OF_TRANSACTIONS = frozenset(
    {
        EvseStatus.PREPARING,
        EvseStatus.CHARGING,
        EvseStatus.SUSPENDED_EV,
        EvseStatus.SUSPENDED_EVSE,
        EvseStatus.FINISHING,
        EvseStatus.OCCUPIED,
    }
)
_BY_NAME = {
    ChargingState.CHARGING: EvseStatus.CHARGING,
    ChargingState.SUSPENDED_EV: EvseStatus.SUSPENDED_EV,
    ChargingState.SUSPENDED_EVSE: EvseStatus.SUSPENDED_EVSE,
}


def status_of(state: ChargingState | None, *, charged: bool) -> EvseStatus:
    """The status of an EVSE with a transaction; `charged`: whether energy has flowed in it."""
    if state in _BY_NAME:
        return _BY_NAME[state]
    return EvseStatus.FINISHING if charged else EvseStatus.PREPARING


def status_after(last: TransactionStep) -> EvseStatus:
    """The status of an EVSE whose transaction this step ends: the car may be gone."""
    gone = last.car_left or last.state is ChargingState.IDLE
    return EvseStatus.AVAILABLE if gone else EvseStatus.FINISHING


def may_become(old: EvseStatus | None, *, ended: bool) -> bool:
    """Whether a transaction's word changes that status. Once it has ended, it does so only where
    the status was its own: the connector may be told to be free already."""
    if ended:
        return old in _OF_TRANSACTIONS
    return old not in OUT_OF_ORDER
