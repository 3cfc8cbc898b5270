"""What chargers measure, as the circuits' loop needs it."""

from ampline.v1.event_pb2 import SessionMeterValues
from ampline.v1.meter_value_pb2 import MeterValue
from server.domain.balancing.demand import Measurement

_CURRENT, _POWER = "Current.Import", "Power.Active.Import"
_PHASES = {"L1": 0, "L2": 1, "L3": 2, "L1-N": 0, "L2-N": 1, "L3-N": 2}
_ELSEWHERE = {"Inlet", "EV", "Body"}
"""Where current is measured that is not the outlet's."""


def measurement_of(told: SessionMeterValues) -> Measurement | None:
    """The newest set of values; None if there is none."""
    newest = max(told.meter_values, key=_time, default=None)
    if newest is None:
        return None
    phases: dict[int, float] = {}
    current = power = None
    for value in newest.sampled_values:
        if not value.HasField("value") or value.measurand_location in _ELSEWHERE:
            continue
        if value.measurand == _CURRENT and value.phase in _PHASES:
            phases[_PHASES[value.phase]] = value.value
        elif value.measurand == _CURRENT and not value.phase:
            current = value.value
        elif value.measurand == _POWER and not value.phase:
            power = value.value
    of_each = tuple(phases.get(phase, 0.0) for phase in range(3)) if phases else None
    return Measurement(_time(newest), of_each, current, power)  # type: ignore[arg-type] # three phases


def _time(told: MeterValue) -> int:
    return told.time.ToMicroseconds()
