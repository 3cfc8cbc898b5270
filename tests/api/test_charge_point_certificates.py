"""Charge points' own certificates: seen, signed by hand, declined, revoked."""

from pathlib import Path
from typing import Any

import grpc
import pytest

from ampline.v1 import charge_point_certificate_pb2 as pb
from ampline.v1 import charge_point_pb2
from ampline.v1 import event_pb2 as events_pb
from server.domain.access import Role
from server.domain.certificates import CertificateKind
from server.domain.commands import CommandAnswer, InstallOwnCertificate
from server.domain.facts import CertificateAsked
from server.pki.outside import ByHand
from server.relay.signing import Signing
from server.work.rules import Rules
from server.work.stations import certificates
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS
from tests.ocpp.authority import Authority, new_key, request_for

CP = "chargePoints/CP1"
STATE = pb.ChargePointCertificate


async def ask(api: Api, client: Client, text: str) -> pb.ChargePointCertificate:
    """The charge point asks for a certificate; the row that comes of it."""
    fact = CertificateAsked(CertificateKind.CHARGE_POINT, text)
    await api.lane.write(lambda unit: certificates.asked(unit, Rules(), CP, fact))
    page = await listed(client)
    return page[0]


async def listed(client: Client, **filters: Any) -> list[pb.ChargePointCertificate]:
    """The certificates of the charge point."""
    request = pb.ListChargePointCertificatesRequest(parent=CP, **filters)
    service = client.charge_point_certificates
    return list((await service.ListChargePointCertificates(request)).certificates)


@pytest.fixture
async def point(client: Client) -> charge_point_pb2.ChargePoint:
    """A charge point."""
    made: charge_point_pb2.ChargePoint = await CHARGE_POINTS.make(client, charge_point_id="CP1")
    return made


async def test_an_operator_has_it_signed_elsewhere(
    api: Api, client: Client, point: charge_point_pb2.ChargePoint, tmp_path: Path
) -> None:
    authority, key = Authority(tmp_path), new_key()
    asked = await ask(api, client, request_for("CP1", key=key))
    assert (asked.state, asked.key_kind) == (STATE.REQUESTED, "EC secp256r1")
    chain = authority.signed("CP1", key)
    service = client.charge_point_certificates
    sign = pb.SignChargePointCertificateRequest(name=asked.name, certificate_chain=chain)
    signed = await service.SignChargePointCertificate(sign)
    assert (signed.state, signed.issuer) == (STATE.SIGNED, "CN=Test root")
    api.stations.connect(CP)
    await Signing(api.lane, api.reads, api.stations, ByHand(), 0).tick()
    handed = InstallOwnCertificate(CertificateKind.CHARGE_POINT, chain)
    assert api.stations.sent == [(CP, handed)]
    shown = await service.GetChargePointCertificate(
        pb.GetChargePointCertificateRequest(name=asked.name)
    )
    assert (shown.state, shown.certificate_chain) == (STATE.INSTALLED, chain)
    assert shown.expire_time.seconds > shown.begin_time.seconds
    error = await refused(service.SignChargePointCertificate(sign))
    assert (error.reason, error.metadata["state"]) == ("CERTIFICATE_STATE", "INSTALLED")


async def test_what_is_signed_must_be_what_was_asked_for(
    api: Api, client: Client, point: charge_point_pb2.ChargePoint, tmp_path: Path
) -> None:
    asked = await ask(api, client, request_for("CP1"))
    for chain in ("no certificate", Authority(tmp_path).signed("CP1", new_key())):
        sign = pb.SignChargePointCertificateRequest(name=asked.name, certificate_chain=chain)
        error = await refused(client.charge_point_certificates.SignChargePointCertificate(sign))
        assert (error.code, error.reason) == (
            grpc.StatusCode.INVALID_ARGUMENT,
            "CERTIFICATE_MISMATCH",
        )
        assert set(error.fields) == {"certificate_chain"}


async def test_an_operator_declines(
    api: Api, client: Client, point: charge_point_pb2.ChargePoint
) -> None:
    asked = await ask(api, client, request_for("CP1"))
    decline = pb.DeclineChargePointCertificateRequest(name=asked.name, reason="not ours")
    declined = await client.charge_point_certificates.DeclineChargePointCertificate(decline)
    assert (declined.state, declined.problem) == (STATE.DECLINED, "not ours")
    error = await refused(client.charge_point_certificates.DeclineChargePointCertificate(decline))
    assert error.reason == "CERTIFICATE_STATE"
    assert [each.name for each in await listed(client, state=STATE.DECLINED)] == [asked.name]
    assert not await listed(client, state=STATE.INSTALLED)


async def test_an_operator_revokes(
    api: Api, client: Client, point: charge_point_pb2.ChargePoint, tmp_path: Path
) -> None:
    key = new_key()
    asked = await ask(api, client, request_for("CP1", key=key))
    service = client.charge_point_certificates
    revoke = pb.RevokeChargePointCertificateRequest(name=asked.name, reason="stolen")
    assert (await refused(service.RevokeChargePointCertificate(revoke))).reason == (
        "CERTIFICATE_STATE"
    )
    chain = Authority(tmp_path).signed("CP1", key)
    sign = pb.SignChargePointCertificateRequest(name=asked.name, certificate_chain=chain)
    await service.SignChargePointCertificate(sign)
    revoked = await service.RevokeChargePointCertificate(revoke)
    assert (revoked.state, revoked.problem) == (STATE.REVOKED, "stolen")
    assert api.stations.disconnected == [CP]
    request = events_pb.ListEventsRequest(types=["charge_point.certificate_changed"])
    told = (await client.events.ListEvents(request)).events
    assert [each.charge_point_certificate_changed.old_state for each in told] == [
        STATE.STATE_UNSPECIFIED,
        STATE.REQUESTED,
        STATE.SIGNED,
    ]


async def test_a_stranger_sees_none(
    api: Api, client: Client, point: charge_point_pb2.ChargePoint
) -> None:
    asked = await ask(api, client, request_for("CP1"))
    stranger = api.client(await api.key_of(Role.PARTNER_ADMIN))
    get = pb.GetChargePointCertificateRequest(name=asked.name)
    error = await refused(stranger.charge_point_certificates.GetChargePointCertificate(get))
    assert error.code == grpc.StatusCode.NOT_FOUND
    await stranger.close()


async def test_a_charger_without_one_that_works_is_left_alone(
    api: Api, client: Client, point: charge_point_pb2.ChargePoint, tmp_path: Path
) -> None:
    key = new_key()
    asked = await ask(api, client, request_for("CP1", key=key))
    chain = Authority(tmp_path).signed("CP1", key)
    sign = pb.SignChargePointCertificateRequest(name=asked.name, certificate_chain=chain)
    await client.charge_point_certificates.SignChargePointCertificate(sign)
    api.stations.connect(CP, lambda _: CommandAnswer("Rejected", False))
    await Signing(api.lane, api.reads, api.stations, ByHand(), 0).tick()
    (refused_one,) = await listed(client, state=STATE.REFUSED)
    assert refused_one.problem == "the charge point answered Rejected"
