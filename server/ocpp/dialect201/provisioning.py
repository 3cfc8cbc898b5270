"""Block B, provisioning: boots and restarts; its variables are in variables.py."""

from typing import Any

from server.domain import commands
from server.domain.commands import ResetKind
from server.domain.facts import Booted
from server.ocpp import timestamps
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, yes_by
from server.ocpp.schemas import Payload


def boot_notification(payload: Payload) -> Fact:
    """BootNotification (B01)."""
    station = payload["chargingStation"]
    get, modem = station.get, station.get("modem") or {}
    return Booted(
        vendor=station["vendorName"],
        model=station["model"],
        serial_number=get("serialNumber") or "",
        firmware_version=get("firmwareVersion") or "",
        iccid=modem.get("iccid") or "",
        imsi=modem.get("imsi") or "",
        reason=payload["reason"],
    )


def booted(registration: Any, now_us: int) -> Payload:
    """Its answer."""
    return {
        "status": registration.status,
        "currentTime": timestamps.write(now_us),
        "interval": registration.interval,
    }


def reset(command: commands.Reset) -> Payload:
    """Reset (B11, B12): at once, or when no transaction runs."""
    kind = "Immediate" if command.kind is ResetKind.HARD else "OnIdle"
    return {"type": kind, **({"evseId": command.evse} if command.evse else {})}


HEARD: Heard = {
    "BootNotification": (boot_notification, booted),
}
SAID: Said = {
    commands.Reset: Saying("Reset", reset, yes_by("Accepted", "Scheduled")),
}
