"""Chargers that prove who they are: what is registered, proven and refused."""

from typing import Any
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus

from ampline.v1.charge_point_pb2 import ChargePoint
from server.store import models
from tests.ocpp.authority import Identity
from tests.ocpp.conftest import Platform

NO_SECURITY, BASIC = ChargePoint.NO_SECURITY, ChargePoint.UNSECURED_BASIC_AUTH
TLS, CERTIFICATE = ChargePoint.TLS_BASIC_AUTH, ChargePoint.TLS_CLIENT_CERTIFICATE


async def register(platform: Platform, profile: int, identity: str = "CP1") -> None:
    """Says what the charge point must prove."""
    name = f"chargePoints/{identity}"
    await platform.update(models.ChargePoint, name, security_profile=profile)


async def in_force(platform: Platform, identity: str = "CP1") -> int:
    """The security profile of its connection."""
    name = f"chargePoints/{identity}"
    row = await platform.one(models.ChargePoint, models.ChargePoint.name == name)
    return int(row.security_profile_in_force)


async def refusal(platform: Platform, identity: str = "CP1", **dialling: Any) -> str:
    """Why a handshake was refused with 401, as an operator is told it."""
    before = len(await platform.events("charge_point.security_event"))
    with pytest.raises(InvalidStatus) as caught:
        await platform.connect(identity, **dialling)
    assert caught.value.response.status_code == 401
    (event,) = (await platform.events("charge_point.security_event"))[before:]
    assert event.charge_point == f"chargePoints/{identity}"
    told = event.charge_point_security_event
    return f"{told.type}: {told.tech_info}"


def forwarded(identity: Identity | None = None, **headers: str) -> dict[str, str]:
    """The headers of a proxy that ended TLS."""
    told = {"X-Forwarded-Proto": "https", **headers}
    if identity:
        certificate = quote(identity.certificate.read_text(), safe="")
        told["X-Forwarded-Client-Cert"] = f'Hash=aa;Cert="{certificate}";Subject="CN=CP1,O=x"'
    return told
