"""The charging profiles of sessions: a charger forgets them with the transaction."""

from server.domain.charging_profiles import Purpose
from server.store.models import ChargingProfile
from server.store.statements import Statement, param
from server.store.unit import Unit

_FORGET = Statement(
    ChargingProfile.delete().where(
        (ChargingProfile.session == param("session")) & (ChargingProfile.purpose == int(Purpose.TX))
    )
)


def ended(unit: Unit, session: str) -> None:
    """The session is over, and what limited it counts no more (OCPP 1.6 section 3.13.1, K01)."""
    unit.run(_FORGET, session=session)
