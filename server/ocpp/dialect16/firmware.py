"""Firmware Management profile, from the charger: how its transfers go."""

from collections.abc import Callable
from typing import Any

from server.domain.facts import Transfer, TransferReported
from server.ocpp.duties import Fact
from server.ocpp.schemas import Payload


def diagnostics_status(payload: Payload) -> Fact:
    """DiagnosticsStatusNotification."""
    return TransferReported(Transfer.LOG, payload["status"])


def firmware_status(payload: Payload) -> Fact:
    """FirmwareStatusNotification."""
    return TransferReported(Transfer.FIRMWARE, payload["status"])


def noted(_: object, __: int) -> Payload:
    """The answer to either says nothing."""
    return {}


HEARD: dict[str, tuple[Callable[[Payload], Fact], Callable[[Any, int], Payload]]] = {
    "DiagnosticsStatusNotification": (diagnostics_status, noted),
    "FirmwareStatusNotification": (firmware_status, noted),
}
