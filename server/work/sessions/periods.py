"""A session's charging periods: stretches of charging and of idling, as they are stored."""

from google.protobuf.timestamp_pb2 import Timestamp

from ampline.v1 import session_pb2 as pb
from server.domain.facts import EvseStatus

CHARGING = pb.Session.ChargingPeriod.CHARGING
IDLE = pb.Session.ChargingPeriod.IDLE

STATE_OF = {
    EvseStatus.CHARGING: CHARGING,
    EvseStatus.SUSPENDED_EVSE: IDLE,
    EvseStatus.SUSPENDED_EV: IDLE,
    EvseStatus.FINISHING: IDLE,
}
"""What an EVSE's status says of the session on it; the others say nothing."""

Period = pb.Session.ChargingPeriod


def load(blob: bytes | None) -> list[Period]:
    """The periods of a session's row, oldest first."""
    return list(pb.Session.FromString(blob or b"").charging_periods)


def save(periods: list[Period]) -> bytes:
    """The periods as a session's row keeps them."""
    return pb.Session(charging_periods=periods).SerializeToString()


def begin(start_us: int) -> bytes:
    """The periods of a session that has just begun: charging, until a charger says otherwise."""
    return save([_period(CHARGING, start_us)])


def turn(
    periods: list[Period], state: "Period.State.ValueType", at_us: int, energy_wh: int
) -> bool:
    """Ends the latest period and begins one in `state`; False if it is in that state already.

    `energy_wh` is the session's energy so far. A turn at the very start replaces the first
    period; one told out of order, before the latest period began, changes nothing.
    """
    latest = periods[-1]
    began = _us(latest)
    if latest.state == state or at_us < began:
        return False
    if at_us == began:
        latest.state = state
        return True
    add(periods, state, at_us, energy_wh)
    return True


def add(periods: list[Period], state: "Period.State.ValueType", at_us: int, energy_wh: int) -> None:
    """Ends the latest period, if there is one, and begins the next."""
    if periods:
        end(periods, at_us, energy_wh)
    periods.append(_period(state, at_us))


def end(periods: list[Period], at_us: int, energy_wh: int) -> None:
    """Ends the latest period, with what of the session's energy the earlier ones had not."""
    latest = periods[-1]
    earlier = sum(period.energy_wh for period in periods[:-1])
    latest.energy_wh = max(0, energy_wh - earlier)
    _set(latest.end_time, max(at_us, _us(latest)))


def move_back(periods: list[Period], by_us: int) -> None:
    """They all were that much earlier."""
    for period in periods:
        _set(period.start_time, _us(period) - by_us)
        if period.HasField("end_time"):
            _set(period.end_time, _stamp_us(period.end_time) - by_us)


def start_of(period: Period) -> int:
    """When a period began, in microseconds."""
    return _us(period)


def _period(state: "Period.State.ValueType", start_us: int) -> Period:
    period = Period(state=state)
    _set(period.start_time, start_us)
    return period


def _us(period: Period) -> int:
    return _stamp_us(period.start_time)


def _set(timestamp: Timestamp, us: int) -> None:
    seconds, rest = divmod(us, 1_000_000)
    timestamp.seconds, timestamp.nanos = seconds, rest * 1000


def durations(periods: list[Period]) -> dict[str, int]:
    """How long energy flowed and did not in the periods that ended: columns of the session."""
    sums = {CHARGING: 0, IDLE: 0}
    for period in periods:
        if period.HasField("end_time"):
            sums[period.state] += _stamp_us(period.end_time) - _us(period)
    return {"metered_us": sums[CHARGING], "idle_us": sums[IDLE]}


def _stamp_us(timestamp: Timestamp) -> int:
    return timestamp.seconds * 1_000_000 + timestamp.nanos // 1000
