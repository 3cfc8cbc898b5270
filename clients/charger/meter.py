"""What a meter reads."""

from dataclasses import dataclass
from datetime import datetime

from ocpp.v16.enums import ReadingContext


@dataclass(frozen=True, slots=True)
class Sample:
    """Values measured at one time; what is None was not measured."""

    time: datetime
    register_wh: float
    """The meter's register: it never goes back."""
    power_w: float | None = None
    current_a: float | None = None
    """Of each phase."""
    voltage_v: float | None = None
    phases: int = 0
    """1 or 3 of alternating current; 0 of direct current."""
    offered_w: float | None = None
    """The power that the car may take."""
    temperature_c: float | None = None
    """Inside the station, in °C."""
    soc: float | None = None
    """State of charge, in percent."""
    context: ReadingContext = ReadingContext.sample_periodic
