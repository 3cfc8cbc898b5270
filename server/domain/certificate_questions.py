"""What chargers ask about cars' certificates (ISO 15118), and what others answer to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.domain.certificates import CertificateHash


@dataclass(frozen=True, slots=True)
class ContractAsked:
    """A car wants a contract certificate, or a newer one: handed on as it came."""

    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StatusAsked:
    """Is a certificate revoked? By OCSP (RFC 6960), at its authority's responder."""

    certificate: CertificateHash
    responder_url: str


@dataclass(frozen=True, slots=True)
class ContractAnswer:
    """What the provider of contracts says; with a problem, why there is none."""

    exi_response: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """The responder's signed answer, base64; with a problem, why there is none."""

    response: str = ""
    problem: str = ""


CertificateQuestion = ContractAsked | StatusAsked
CertificateAnswer = ContractAnswer | StatusAnswer

NOT_ENABLED = "NotEnabled"
"""OCPP's word for what the operator has not set up."""


def unanswered(question: CertificateQuestion, problem: str) -> CertificateAnswer:
    """There is no answer, and why."""
    if isinstance(question, ContractAsked):
        return ContractAnswer(problem=problem)
    return StatusAnswer(problem=problem)
