"""What became of what EVSEs were told."""

from server.domain.charging_profiles import Purpose
from server.store.unit import Unit
from server.work.balancing import supplies
from server.work.balancing.decision import Order, What


def note(unit: Unit, order: Order, accepted: bool | None) -> None:
    """Keeps what a charger answered: yes, no, or (None) nobody knows."""
    if order.what is What.RELEASE:
        supplies.released(unit, order.evse, bool(accepted))
        return
    assert order.promise is not None
    if order.what is What.DEFAULT:
        supplies.default_answered(unit, order.evse, order.promise.limit_a, bool(accepted))
        return
    as_default = order.profile is not None and order.profile.purpose is Purpose.TX_DEFAULT
    supplies.answered(unit, order.evse, order.promise, accepted, as_default=as_default)
