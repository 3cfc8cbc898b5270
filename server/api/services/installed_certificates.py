"""The certificates that chargers trust."""

from ampline.v1 import installed_certificate_pb2 as pb
from ampline.v1.installed_certificate_pb2_grpc import InstalledCertificateServiceServicer
from server.api.lanes import Call, acting
from server.api.services.commands import Commanding
from server.domain import commands
from server.domain.certificates import CertificateHash, CertificateUse, HashAlgorithm


class InstalledCertificateService(InstalledCertificateServiceServicer):
    """Installs, lists and deletes them."""

    def __init__(self, commanding: Commanding) -> None:
        self._commanding = commanding

    @acting
    async def InstallCertificate(
        self, request: pb.InstallCertificateRequest, call: Call
    ) -> pb.InstallCertificateResponse:
        """Has a certificate trusted."""
        use = CertificateUse(request.use)
        wanted = commands.InstallCertificate(use, request.certificate)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.InstallCertificateResponse(charger_status=answer.status)

    @acting
    async def ListInstalledCertificates(
        self, request: pb.ListInstalledCertificatesRequest, call: Call
    ) -> pb.ListInstalledCertificatesResponse:
        """Asks which certificates there are."""
        wanted = commands.GetInstalledCertificates(CertificateUse(request.use))
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.ListInstalledCertificatesResponse(
            certificates=[
                pb.CertificateHash(
                    algorithm=int(told.algorithm),  # type: ignore[arg-type] # the same numbers
                    issuer_name_hash=told.issuer_name_hash,
                    issuer_key_hash=told.issuer_key_hash,
                    serial_number=told.serial_number,
                )
                for told in answer.certificates
            ]
        )

    @acting
    async def DeleteCertificate(
        self, request: pb.DeleteCertificateRequest, call: Call
    ) -> pb.DeleteCertificateResponse:
        """Has a certificate trusted no more."""
        told = request.certificate
        certificate = CertificateHash(
            HashAlgorithm(told.algorithm),
            told.issuer_name_hash,
            told.issuer_key_hash,
            told.serial_number,
        )
        wanted = commands.DeleteCertificate(certificate)
        answer = await self._commanding.send(call, request.charge_point, wanted)
        return pb.DeleteCertificateResponse(charger_status=answer.status)
