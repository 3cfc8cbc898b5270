"""What keys and operators have in common: their roles go with whose they are."""

from typing import Any

from server.domain.access import PARTNER_ROLES


def faults_of(principal: Any) -> dict[str, str]:
    """A partner's role without a partner, and the other way round."""
    is_partners = principal.role in PARTNER_ROLES
    if is_partners and not principal.partner:
        return {"partner": "is required of a partner's role"}
    if principal.partner and principal.role and not is_partners:
        return {"role": "must be a partner's, PARTNER_ADMIN or PARTNER_VIEWER"}
    return {}
