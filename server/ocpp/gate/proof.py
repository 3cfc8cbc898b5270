"""Whether a charger is who it says, and the security profile that it has proven by that.

OCPP's security profiles, by how a charger comes: 0 with nothing, 1 with a password, 2 with a
password over TLS, 3 with a certificate. A charger that is registered for one is not let in on a
lower one; a higher one is welcome.
"""

from collections.abc import Callable
from ipaddress import ip_address
from typing import NamedTuple

from server.environment import Networks
from server.ocpp.gate.credentials import Credentials
from server.ocpp.gate.line import Line
from server.work.stations.connections import (
    NO_SECURITY,
    TLS_BASIC_AUTH,
    TLS_CLIENT_CERTIFICATE,
    UNSECURED_BASIC_AUTH,
    Admission,
)


class UnprovenError(Exception):
    """It is not. `kind` is OCPP's word for such a security event."""

    def __init__(self, kind: str, problem: str) -> None:
        super().__init__(problem)
        self.kind = kind
        self.problem = problem


class Claim(NamedTuple):
    """Who somebody says he is, and by what."""

    identity: str
    line: Line
    password: bytes | None
    admission: Admission
    revoked: bool = False
    """Whether we have revoked the certificate."""


class Proven(NamedTuple):
    """What a claim has proven."""

    profile: int
    """ampline.v1.ChargePoint.SecurityProfile."""
    by_next_password: bool = False
    """Whether by the password that it was told to use from now on."""


class Proof:
    """Weighs claims."""

    def __init__(self, credentials: Credentials, unsecured_from: Networks) -> None:
        self._credentials = credentials
        self._unsecured_from = unsecured_from

    def weigh(self, claim: Claim, before_slow: Callable[[], None]) -> Proven:
        """What is proven. UnprovenError if it is too little.

        `before_slow` is called before a password is checked that was not right before: it may
        refuse those who try too often.
        """
        if claim.line.certificate is not None and claim.line.by_tls:
            problem = certificate_problem(claim)
            if not problem:
                return Proven(TLS_CLIENT_CERTIFICATE)
            if claim.admission.security_profile == TLS_CLIENT_CERTIFICATE:
                raise UnprovenError("InvalidChargePointCertificate", problem)
        self._require_line(claim)
        admission = claim.admission
        for stored in (admission.password_hash, admission.next_password_hash):
            if stored is not None and self._is_password(claim, stored, before_slow):
                profile = TLS_BASIC_AUTH if claim.line.by_tls else UNSECURED_BASIC_AUTH
                return Proven(profile, stored == admission.next_password_hash)
        if claim.admission.security_profile != NO_SECURITY:
            raise UnprovenError("InvalidCredentials", password_problem(claim))
        if not self._may_be_unsecured(claim.line.address):
            raise UnprovenError("InvalidCredentials", "without security, from outside")
        return Proven(NO_SECURITY)

    def _require_line(self, claim: Claim) -> None:
        profile = claim.admission.security_profile
        if profile == TLS_CLIENT_CERTIFICATE:
            raise UnprovenError("InvalidChargePointCertificate", "came without a certificate")
        if profile == TLS_BASIC_AUTH and not claim.line.by_tls:
            raise UnprovenError("InvalidCredentials", "registered for TLS, and came without")

    def _is_password(self, claim: Claim, stored: str, before_slow: Callable[[], None]) -> bool:
        charge_point, password = claim.admission.charge_point, claim.password
        if password is None:
            return False
        if self._credentials.known(charge_point, stored, password):
            return True
        before_slow()
        return self._credentials.check(charge_point, stored, password)

    def _may_be_unsecured(self, address: str) -> bool:
        try:
            known = ip_address(address)
        except ValueError:
            return False
        return any(known in network for network in self._unsecured_from)


def certificate_problem(claim: Claim) -> str:
    """Why the certificate does not prove it; empty if it does."""
    certificate = claim.line.certificate
    assert certificate is not None
    if claim.revoked:
        return "the certificate is revoked"
    if certificate.problem:
        return f"the certificate is {certificate.problem}"
    if certificate.common_name != claim.identity:
        return "the certificate is another charge point's"
    return ""


def password_problem(claim: Claim) -> str:
    """Why the password does not prove it."""
    if claim.admission.password_hash is None:
        return "no password registered"
    return "no password presented" if claim.password is None else "wrong password"
