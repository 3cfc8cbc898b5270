"""What cars ask for, as messages."""

from ampline.v1.evse_pb2 import Evse
from server.domain.balancing.needs import Needs
from server.store.clock import to_datetime


def needs_message(told_time: int, needs: Needs, energy_wh: int) -> Evse.ChargingNeeds:
    """What a car asked for, of which it has had so much in this session, in Wh."""
    missing = None if needs.until_wh is None else max(0, needs.until_wh - energy_wh)
    message = Evse.ChargingNeeds(
        missing_energy_wh=missing,
        phases=needs.phases,
        max_current_a=needs.most_a,
        max_power_w=needs.most_w,
    )
    message.told_time.FromDatetime(to_datetime(told_time))
    if needs.departure is not None:
        message.departure_time.FromDatetime(to_datetime(needs.departure))
    return message
