"""The settings that the verbs go by."""

from dataclasses import dataclass

from server.domain.device_model import Reading


@dataclass(frozen=True, slots=True)
class Rules:
    """Times are seconds."""

    currency: str = "EUR"
    no_tariff_is_free: bool = False
    accept_unknown: bool = False
    heartbeat: int = 300
    pending_session: int = 120
    lost_stop: int = 600
    long_term: int = 86_400
    configuration_reading: Reading = Reading.ALL
    pending_until_read: bool = False
