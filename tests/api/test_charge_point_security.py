"""Passwords and security profiles, changed in chargers and here together."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest

from ampline.v1 import charge_point_pb2
from ampline.v1 import charge_point_security_pb2 as pb
from server.domain.access import Role
from server.domain.commands import Command, CommandAnswer, Reset, ResetKind
from server.domain.errors import Outcome, RefusedError
from server.domain.security_commands import SecurityProfile, SetPassword, SetSecurityProfile
from server.store.models import ChargePoint
from server.work.access.passwords import is_charger_password
from server.work.rules import Rules
from tests.api.client import Client, refused
from tests.api.conftest import ADMIN_KEY, Api, add_key, open_api
from tests.api.samples import CHARGE_POINTS

CP = "chargePoints/CP1"
OLD, NEW = "an old password of some length", "a new password of some length"
PROFILE = charge_point_pb2.ChargePoint
TLS_URL = "wss://csms.example:8443"


async def register(client: Client, profile: int, password: str | None = OLD) -> None:
    """The charge point CP1, with this profile and this password."""
    resource = await CHARGE_POINTS.build(client)
    resource.security_profile = profile
    resource.ClearField("password")
    if password:
        resource.password = password
    await CHARGE_POINTS.create(client, resource, charge_point_id="CP1")


@pytest.fixture
async def point(api: Api, client: Client) -> str:
    """A charge point on profile 1, connected."""
    await register(client, PROFILE.UNSECURED_BASIC_AUTH)
    api.stations.connect(CP)
    return CP


async def row_of(api: Api) -> Any:
    """The charge point's row."""
    query = ChargePoint.select().where(ChargePoint.name == CP)
    return await api.reads.read(lambda database: next(iter(query.execute(database))))


async def is_right(api: Api, password: str) -> bool:
    """Whether it is the charge point's password."""
    return is_charger_password(password, (await row_of(api)).password_hash)


def saying(status: str) -> Callable[[Command], CommandAnswer]:
    """A charger that says this to everything."""
    return lambda _: CommandAnswer(status, status in {"Accepted", "RebootRequired"})


async def test_a_password_counts_once_the_charger_has_it(
    api: Api, client: Client, point: str
) -> None:
    request = pb.SetPasswordRequest(charge_point=point, password=NEW)
    answer = await client.charge_point_security.SetPassword(request)
    assert answer.charger_status == "Accepted"
    assert api.stations.sent == [(CP, SetPassword(NEW))]
    assert await is_right(api, NEW)
    assert (await row_of(api)).next_password_hash is None


async def test_a_password_that_is_refused_is_forgotten(
    api: Api, client: Client, point: str
) -> None:
    api.stations.connect(CP, saying("Rejected"))
    request = pb.SetPasswordRequest(charge_point=point, password=NEW)
    error = await refused(client.charge_point_security.SetPassword(request))
    assert (error.reason, error.metadata["status"]) == ("CHARGER_REJECTED", "Rejected")
    assert await is_right(api, OLD)
    assert (await row_of(api)).next_password_hash is None


def times_out(_: Command) -> CommandAnswer:
    """A charger that does not answer."""
    raise RefusedError(Outcome.DEADLINE_EXCEEDED, "CHARGER_TIMEOUT", "no answer")


@pytest.mark.parametrize("script", [saying("RebootRequired"), times_out])
async def test_until_it_is_sure_both_passwords_count(
    api: Api, client: Client, point: str, script: Callable[[Command], CommandAnswer]
) -> None:
    api.stations.connect(CP, script)
    request = pb.SetPasswordRequest(charge_point=point, password=NEW)
    call = client.charge_point_security.SetPassword(request)
    if script is times_out:
        assert (await refused(call)).reason == "CHARGER_TIMEOUT"
    else:
        assert (await call).charger_status == "RebootRequired"
    row = await row_of(api)
    assert is_charger_password(OLD, row.password_hash)
    assert is_charger_password(NEW, row.next_password_hash)
    change = PROFILE(name=CP, password="another one of some length")
    update = charge_point_pb2.UpdateChargePointRequest(charge_point=change)
    await client.charge_points.UpdateChargePoint(update)
    assert (await row_of(api)).next_password_hash is None


async def test_a_drawn_password_nobody_sees(api: Api, client: Client, point: str) -> None:
    await client.charge_point_security.SetPassword(pb.SetPasswordRequest(charge_point=point))
    ((_, sent),) = api.stations.sent
    assert isinstance(sent, SetPassword)
    assert len(bytes.fromhex(sent.password)) == 20
    assert sent.password not in repr(sent)
    assert await is_right(api, sent.password)


async def test_a_profile_is_asked_for_and_awaited(api: Api, client: Client, point: str) -> None:
    request = pb.SetSecurityProfileRequest(
        charge_point=point, security_profile=PROFILE.TLS_BASIC_AUTH
    )
    answer = await client.charge_point_security.SetSecurityProfile(request)
    assert answer.charger_status == "Accepted"
    wanted = SetSecurityProfile(SecurityProfile.TLS_BASIC_AUTH, TLS_URL, 2, "Wired0")
    assert api.stations.sent == [(CP, wanted)]
    shown = await client.charge_points.GetChargePoint(
        charge_point_pb2.GetChargePointRequest(name=CP)
    )
    assert shown.security_profile == PROFILE.UNSECURED_BASIC_AUTH
    assert shown.security_profile_wanted == PROFILE.TLS_BASIC_AUTH


async def test_a_charger_without_a_password_gets_one_first(api: Api, client: Client) -> None:
    await register(client, PROFILE.NO_SECURITY, None)
    api.stations.connect(CP)
    request = pb.SetSecurityProfileRequest(
        charge_point=CP, security_profile=PROFILE.UNSECURED_BASIC_AUTH
    )
    await client.charge_point_security.SetSecurityProfile(request)
    assert [type(command) for _, command in api.stations.sent] == [SetPassword, SetSecurityProfile]


async def test_a_profile_is_never_lowered(api: Api, client: Client) -> None:
    await register(client, PROFILE.TLS_CLIENT_CERTIFICATE)
    api.stations.connect(CP)
    for lower in (PROFILE.UNSECURED_BASIC_AUTH, PROFILE.TLS_BASIC_AUTH):
        request = pb.SetSecurityProfileRequest(charge_point=CP, security_profile=lower)
        error = await refused(client.charge_point_security.SetSecurityProfile(request))
        assert (error.code, error.reason) == (
            grpc.StatusCode.FAILED_PRECONDITION,
            "SECURITY_PROFILE_LOWER",
        )
        assert error.metadata["current"] == "TLS_CLIENT_CERTIFICATE"
    none = pb.SetSecurityProfileRequest(charge_point=CP, security_profile=PROFILE.NO_SECURITY)
    error = await refused(client.charge_point_security.SetSecurityProfile(none))
    assert set(error.fields) == {"security_profile"}
    assert not api.stations.sent


async def test_a_charger_that_says_no_is_wanted_nowhere(
    api: Api, client: Client, point: str
) -> None:
    api.stations.connect(CP, saying("Rejected"))
    request = pb.SetSecurityProfileRequest(
        charge_point=point, security_profile=PROFILE.TLS_CLIENT_CERTIFICATE
    )
    error = await refused(client.charge_point_security.SetSecurityProfile(request))
    assert error.reason == "CHARGER_REJECTED"
    assert (await row_of(api)).security_profile_wanted is None


async def test_a_charger_that_must_restart_is_restarted(
    api: Api, client: Client, point: str
) -> None:
    api.stations.connect(CP, saying("RebootRequired"))
    request = pb.SetSecurityProfileRequest(
        charge_point=point, security_profile=PROFILE.TLS_BASIC_AUTH
    )
    answer = await client.charge_point_security.SetSecurityProfile(request)
    assert answer.charger_status == "RebootRequired"
    assert api.stations.sent[-1] == (CP, Reset(ResetKind.SOFT))


async def test_what_the_server_does_not_offer_is_not_asked_for(database_url: str) -> None:
    plain = await open_api(database_url, rules=Rules())
    await add_key(plain.lane, ADMIN_KEY, Role.ADMIN)
    client = plain.client()
    await register(client, PROFILE.UNSECURED_BASIC_AUTH)
    request = pb.SetSecurityProfileRequest(charge_point=CP, security_profile=PROFILE.TLS_BASIC_AUTH)
    error = await refused(client.charge_point_security.SetSecurityProfile(request))
    assert (error.reason, error.metadata["setting"]) == ("TLS_NOT_OFFERED", "AMPLINE_OCPP_TLS_PORT")
    await client.close()
    await plain.close()
