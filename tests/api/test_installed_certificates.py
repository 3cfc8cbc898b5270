"""Certificates: what is asked of chargers goes out, and what they say comes back."""

from ampline.v1 import installed_certificate_pb2 as pb
from server.domain import commands
from server.domain.certificates import CertificateHash, CertificateUse, HashAlgorithm
from server.domain.commands import CommandAnswer
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS

CP = "chargePoints/CP1"
PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
ROOT = CertificateHash(HashAlgorithm.SHA256, "aa", "bb", "cc")


async def test_certificates_come_and_go(api: Api, client: Client) -> None:
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP, lambda _: CommandAnswer("Accepted", True, certificates=(ROOT,)))
    install = pb.InstallCertificateRequest(
        charge_point=CP, use=pb.MANUFACTURER_ROOT, certificate=PEM
    )
    service = client.installed_certificates
    assert (await service.InstallCertificate(install)).charger_status == "Accepted"
    asked = pb.ListInstalledCertificatesRequest(charge_point=CP, use=pb.MANUFACTURER_ROOT)
    (found,) = (await service.ListInstalledCertificates(asked)).certificates
    assert (found.algorithm, found.serial_number) == (pb.CertificateHash.SHA256, "cc")
    remove = pb.DeleteCertificateRequest(charge_point=CP, certificate=found)
    assert (
        await client.installed_certificates.DeleteCertificate(remove)
    ).charger_status == "Accepted"
    assert [command for _, command in api.stations.sent] == [
        commands.InstallCertificate(CertificateUse.MANUFACTURER_ROOT, PEM),
        commands.GetInstalledCertificates(CertificateUse.MANUFACTURER_ROOT),
        commands.DeleteCertificate(ROOT),
    ]


async def test_what_is_no_certificate_is_not_sent(api: Api, client: Client) -> None:
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP)
    install = pb.InstallCertificateRequest(
        charge_point=CP, use=pb.MANUFACTURER_ROOT, certificate="secret"
    )
    error = await refused(client.installed_certificates.InstallCertificate(install))
    assert set(error.fields) == {"certificate"}
    assert api.stations.sent == []
