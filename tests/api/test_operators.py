"""Portal operators: how they sign in, stay signed in, and are signed out."""

import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import grpc
import pyotp
import pytest

from ampline.v1 import event_pb2
from ampline.v1 import portal_operator_pb2 as pb
from ampline.v1 import sign_in_pb2 as signing
from ampline.v1.audit_entry_pb2 import ListAuditEntriesRequest
from server.domain.access import Role
from server.store import models
from server.store.unit import Unit
from server.work.access import bootstrap, sign_ins, totp
from tests.api.client import Client, Refusal, refused
from tests.api.conftest import Api
from tests.api.samples import PORTAL_OPERATORS

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
PASSWORD, OTHER = "a long password", "an even longer one"


@pytest.fixture
async def stranger(api: Api) -> AsyncIterator[Client]:
    """Somebody without a key."""
    opened = api.client("")
    yield opened
    await opened.close()


@pytest.fixture
async def ada(client: Client) -> pb.PortalOperator:
    """An operator."""
    return await create(client)


async def create(client: Client, **fields: Any) -> pb.PortalOperator:
    given = {"username": "ada", "role": signing.SUPPORT, "password": PASSWORD, **fields}
    made: pb.PortalOperator = await PORTAL_OPERATORS.create(client, pb.PortalOperator(**given))
    return made


async def sign_in(stranger: Client, password: str = PASSWORD, **fields: str) -> Any:
    request = signing.SignInRequest(username="ada", password=password, **fields)
    return await stranger.sign_in.SignIn(request)


async def caller_behind(client: Client) -> signing.Caller:
    told: signing.Caller = await client.sign_in.GetCaller(signing.GetCallerRequest())
    return told


async def is_signed_out(client: Client) -> bool:
    try:
        await caller_behind(client)
    except grpc.aio.AioRpcError as error:
        return error.code() is UNAUTHENTICATED
    return False


@pytest.fixture
async def signed_in(api: Api, ada: pb.PortalOperator, stranger: Client) -> AsyncIterator[Client]:
    """The operator, signed in."""
    opened = api.client((await sign_in(stranger)).token)
    yield opened
    await opened.close()


async def test_who_was_made_can_sign_in(
    client: Client, ada: pb.PortalOperator, signed_in: Client
) -> None:
    told = await caller_behind(signed_in)
    assert (told.principal, told.role) == (ada.name, signing.SUPPORT)
    found = await PORTAL_OPERATORS.get(client, ada.name)
    assert found.HasField("last_sign_in_time")
    assert found.etag == ada.etag  # it is no change of an administrator's
    assert not found.HasField("password")


async def test_a_password_is_kept_nowhere(api: Api, client: Client) -> None:
    operator = pb.PortalOperator(username="ada", role=signing.SUPPORT, password=PASSWORD)
    made = await PORTAL_OPERATORS.create(client, operator, request_id=str(uuid4()))
    kept = await api.lane.write(lambda unit: str(_rows(unit)))
    assert PASSWORD not in kept
    assert "$argon2id$" in kept
    events = await client.events.ListEvents(event_pb2.ListEventsRequest(subjects=[made.name]))
    assert len(events.events) == 1
    assert "argon2" not in str(events)


def _rows(unit: Unit) -> list[Any]:
    tables = (models.PortalOperator, models.StoredAnswer, models.Event, models.AuditEntry)
    found = [table.select().tuples().execute(unit.database) for table in tables]
    return [
        bytes(each) if isinstance(each, memoryview) else each
        for rows in found
        for row in rows
        for each in row
    ]


@pytest.mark.parametrize(
    ("fields", "faulty"),
    [
        ({"password": "short"}, "password"),
        ({"username": "with space"}, "username"),
        ({"username": "a:b"}, "username"),
        ({"role": signing.PARTNER_VIEWER}, "partner"),
        ({"partner": "partners/p"}, "role"),
    ],
)
async def test_a_wrong_operator_is_refused(client: Client, fields: Any, faulty: str) -> None:
    refusal = await refused(create(client, **fields))
    assert list(refusal.fields) == [f"portal_operator.{faulty}"]


async def test_a_user_name_is_one_operators(client: Client, ada: pb.PortalOperator) -> None:
    refusal = await refused(create(client))
    assert (refusal.reason, refusal.metadata["field"]) == (
        "ALREADY_EXISTS",
        "portal_operator.username",
    )


async def test_without_a_password_nobody_signs_in(client: Client, stranger: Client) -> None:
    given = pb.PortalOperator(username="ada", role=signing.SUPPORT)
    await PORTAL_OPERATORS.create(client, given)
    assert (await refused(sign_in(stranger))).reason == "UNAUTHENTICATED"


async def _disable(client: Client, name: str) -> None:
    patch = pb.PortalOperator(name=name, state=pb.PortalOperator.DISABLED)
    await PORTAL_OPERATORS.update(client, patch)


async def _delete(client: Client, name: str) -> None:
    await PORTAL_OPERATORS.delete(client, name)


async def _set_password(client: Client, name: str) -> None:
    await PORTAL_OPERATORS.update(client, pb.PortalOperator(name=name, password=OTHER))


async def _sign_out(client: Client, name: str) -> None:
    request = pb.SignOutPortalOperatorRequest(name=name)
    await client.portal_operators.SignOutPortalOperator(request)


@pytest.mark.parametrize("end", [_disable, _delete, _set_password, _sign_out])
async def test_what_signs_somebody_out_everywhere(
    api: Api, client: Client, ada: pb.PortalOperator, stranger: Client, end: Any
) -> None:
    opened = [api.client((await sign_in(stranger)).token) for _ in range(2)]
    for each in opened:
        assert not await is_signed_out(each)
    await end(client, ada.name)
    for each in opened:
        assert await is_signed_out(each)
        await each.close()
    if end in (_disable, _delete, _set_password):
        assert (await refused(sign_in(stranger))).reason == "UNAUTHENTICATED"
    if end is _set_password:
        assert (await sign_in(stranger, OTHER)).token
    assert (
        not await api.lane.write(
            lambda unit: list(
                models.SignIn.select()
                .where(models.SignIn.operator == ada.name)
                .execute(unit.database)
            )
        )
        or end is _set_password
    )


async def test_somebody_signs_out_everywhere(api: Api, signed_in: Client, stranger: Client) -> None:
    other = api.client((await sign_in(stranger)).token)
    await caller_behind(other)
    await other.sign_in.SignOutEverywhere(signing.SignOutEverywhereRequest())
    for each in (signed_in, other):
        assert await is_signed_out(each)
    await other.close()


async def test_a_new_password_leaves_this_token_alone(
    api: Api, signed_in: Client, stranger: Client
) -> None:
    other = api.client((await sign_in(stranger)).token)
    request = signing.ChangePasswordRequest(old_password=PASSWORD, new_password=OTHER)
    await signed_in.sign_in.ChangePassword(request)
    assert not await is_signed_out(signed_in)
    assert await is_signed_out(other)
    assert (await refused(sign_in(stranger))).reason == "UNAUTHENTICATED"
    assert (await sign_in(stranger, OTHER)).token
    await other.close()


async def test_the_old_password_is_asked_for_and_not_guessed(signed_in: Client) -> None:
    wrong = signing.ChangePasswordRequest(old_password="not it", new_password=OTHER)
    for _ in range(sign_ins.FREE_ATTEMPTS):
        refusal = await refused(signed_in.sign_in.ChangePassword(wrong))
        assert list(refusal.fields) == ["old_password"]
    wrong.old_password = PASSWORD
    assert (await refused(signed_in.sign_in.ChangePassword(wrong))).reason == "TOO_MANY_REQUESTS"


@pytest.mark.parametrize(
    ("method", "request_"),
    [
        ("ChangePassword", signing.ChangePasswordRequest(old_password="a", new_password=OTHER)),
        ("EnrolTotp", signing.EnrolTotpRequest(password="a")),
        ("ConfirmTotp", signing.ConfirmTotpRequest(code="123456")),
        ("DisableTotp", signing.DisableTotpRequest(password="a")),
    ],
)
async def test_keys_have_no_password(client: Client, method: str, request_: Any) -> None:
    refusal = await refused(getattr(client.sign_in, method)(request_))
    assert refusal.reason == "NOT_SIGNED_IN"


async def test_who_guesses_has_to_wait_and_is_unlocked(
    client: Client, ada: pb.PortalOperator, stranger: Client
) -> None:
    for _ in range(sign_ins.FREE_ATTEMPTS):
        await refused(sign_in(stranger, "guess"))
    locked = await refused(sign_in(stranger))
    assert locked.reason == "TOO_MANY_REQUESTS"
    assert int(locked.metadata["retry_seconds"]) >= 1
    assert (await PORTAL_OPERATORS.get(client, ada.name)).HasField("lock_expire_time")
    request = pb.UnlockPortalOperatorRequest(name=ada.name)
    unlocked = await client.portal_operators.UnlockPortalOperator(request)
    assert not unlocked.HasField("lock_expire_time")
    assert (await sign_in(stranger)).token


async def enrol(signed_in: Client) -> pyotp.TOTP:
    """What makes codes, confirmed."""
    request = signing.EnrolTotpRequest(password=PASSWORD, request_id=str(uuid4()))
    told = await signed_in.sign_in.EnrolTotp(request)
    again = await signed_in.sign_in.EnrolTotp(request)
    assert (again.totp_secret, again.totp_uri) == ("", "")
    assert told.totp_uri.startswith("otpauth://totp/Ampline:ada?")
    codes = pyotp.parse_uri(told.totp_uri)
    assert isinstance(codes, pyotp.TOTP)
    assert codes.secret == told.totp_secret
    # The step before this one: so that this one's code is still to be taken.
    code = codes.at(int(time.time()) - totp.STEP)
    await signed_in.sign_in.ConfirmTotp(signing.ConfirmTotpRequest(code=code))
    return codes


async def test_codes_besides_the_password(
    client: Client, ada: pb.PortalOperator, signed_in: Client, stranger: Client
) -> None:
    codes = await enrol(signed_in)
    assert (await PORTAL_OPERATORS.get(client, ada.name)).totp_enabled
    needed = await refused(sign_in(stranger))
    assert (needed.code, needed.reason) == (UNAUTHENTICATED, "TOTP_REQUIRED")
    code = codes.now()
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    assert (await refused(sign_in(stranger, totp_code=wrong))).reason == "UNAUTHENTICATED"
    guess = await refused(sign_in(stranger, "wrong", totp_code=code))
    assert guess.reason == "UNAUTHENTICATED"
    assert (await sign_in(stranger, totp_code=code)).token
    again = await refused(sign_in(stranger, totp_code=code))
    assert again.reason == "UNAUTHENTICATED"  # each code is good once


async def test_codes_are_confirmed_before_they_are_asked_for(
    signed_in: Client, stranger: Client
) -> None:
    async def confirm(code: str) -> Refusal:
        return await refused(signed_in.sign_in.ConfirmTotp(signing.ConfirmTotpRequest(code=code)))

    assert (await confirm("123456")).metadata == {"state": "NOT_ENROLLED"}
    await signed_in.sign_in.EnrolTotp(signing.EnrolTotpRequest(password=PASSWORD))
    assert list((await confirm("000000")).fields) == ["code"]
    assert (await sign_in(stranger)).token
    refusal = await refused(signed_in.sign_in.EnrolTotp(signing.EnrolTotpRequest(password="wrong")))
    assert list(refusal.fields) == ["password"]


async def test_codes_are_given_up(
    client: Client, ada: pb.PortalOperator, signed_in: Client, stranger: Client
) -> None:
    await enrol(signed_in)
    again = await refused(signed_in.sign_in.EnrolTotp(signing.EnrolTotpRequest(password=PASSWORD)))
    assert again.metadata == {"state": "ENABLED"}
    await signed_in.sign_in.DisableTotp(signing.DisableTotpRequest(password=PASSWORD))
    assert (await sign_in(stranger)).token
    await enrol(signed_in)
    request = pb.ResetPortalOperatorTotpRequest(name=ada.name)
    reset = await client.portal_operators.ResetPortalOperatorTotp(request)
    assert not reset.totp_enabled
    assert (await sign_in(stranger)).token


async def test_the_audit_tells_who_signed_in_and_who_failed(
    client: Client, ada: pb.PortalOperator, stranger: Client, api: Api
) -> None:
    await refused(sign_in(stranger, "guess"))
    await sign_in(stranger)
    await api.lane.write(lambda unit: None)
    request = ListAuditEntriesRequest(method="ampline.v1.SignInService/SignIn")
    page = await client.audit.ListAuditEntries(request)
    told = [(each.principal, each.resource, each.result) for each in page.audit_entries]
    assert sorted(told) == [("", ada.name, "UNAUTHENTICATED"), (ada.name, ada.name, "OK")]


async def test_the_bootstrap_operator_is_what_the_setting_says(
    api: Api, client: Client, stranger: Client
) -> None:
    await create(client)
    await api.lane.write(lambda unit: bootstrap.ensure_operator(unit, f"ada:{OTHER}"))
    assert (await sign_in(stranger, OTHER)).caller.role == Role.ADMIN
    await _disable(client, (await sign_in(stranger, OTHER)).caller.principal)
    await api.lane.write(lambda unit: bootstrap.ensure_operator(unit, f"ada:{OTHER}"))
    assert (await sign_in(stranger, OTHER)).token
