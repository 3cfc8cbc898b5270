"""What chargers of OCPP 2.x tell of their devices, in reports of several parts."""

from dataclasses import dataclass

from server.domain.device_model import Told


@dataclass(frozen=True, slots=True)
class SettingsReported:
    """NotifyReport: a part of the report of that number, counted from 0."""

    number: int
    part: int
    is_last: bool
    settings: tuple[Told, ...]
