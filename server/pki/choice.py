"""Which authority the settings name."""

from datetime import timedelta
from functools import cached_property

from server.domain.certificates import CertificateKind
from server.pki.outside import ByHand, EstAuthority
from server.pki.own import OwnAuthority, kept, kept_or_made
from server.settings import Settings
from server.work.ports import CertificateAuthority


class _OwnOnDemand:
    """Our own, of which the key is made when the first charger asks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def authority(self) -> OwnAuthority:
        return own_authority(self._settings)

    async def sign(self, kind: CertificateKind, request: str) -> str | None:
        """As the authority does."""
        return await self.authority.sign(kind, request)


def authority_of(settings: Settings) -> CertificateAuthority:
    """Who signs. OSError, ValueError: not with these files, which are named."""
    if settings.charger_authority == "manual":
        return ByHand()
    if settings.charger_authority == "own":
        at_once = settings.ocpp_tls_port is not None or settings.charger_authority_key is not None
        return own_authority(settings) if at_once else _OwnOnDemand(settings)
    return EstAuthority(settings.charger_authority, settings.charger_authority_credentials)


def own_authority(settings: Settings) -> OwnAuthority:
    """Ours: of the files that are named, or kept where our data are."""
    validity = timedelta(seconds=settings.charger_certificate_validity)
    certificate, key = settings.charger_authority_certificate, settings.charger_authority_key
    if certificate is not None and key is not None:
        try:
            return kept(certificate, key, validity)
        except (TypeError, ValueError) as error:  # the first for want of a password
            raise ValueError(f"AMPLINE_CHARGER_CA_CERTIFICATE: {error}") from error
    return kept_or_made(settings.data, validity)
