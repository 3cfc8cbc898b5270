"""Charge points' own certificates: shown, signed by hand, declined, revoked."""

from typing import Any

from ampline.v1 import charge_point_certificate_pb2 as pb
from ampline.v1.charge_point_certificate_pb2_grpc import ChargePointCertificateServiceServicer
from server.api.below_charge_points import CHARGE_POINT, BelowChargePoints
from server.api.lanes import Call, acting, looking_up, writing
from server.api.references import exists
from server.domain.certificates import SigningRefusedError
from server.domain.errors import Outcome, RefusedError, not_found
from server.resources.charge_point_certificates import MAPPING
from server.store.lane import WriteLane
from server.store.models import ChargePointCertificate
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.ports import Stations
from server.work.stations import certificates as verbs

_FIND = Statement(MAPPING.query().where(ChargePointCertificate.name == param("name")))

certificates = BelowChargePoints(
    MAPPING,
    pb.ListChargePointCertificatesRequest,
    pb.ListChargePointCertificatesResponse,
    order="create_time desc",
    by=("create_time", "name"),
)


class ChargePointCertificateService(ChargePointCertificateServiceServicer):
    """Shows certificates, and decides about them."""

    ListChargePointCertificates = certificates.list

    def __init__(self, lane: WriteLane, stations: Stations) -> None:
        self._lane = lane
        self._stations = stations

    @looking_up
    def GetChargePointCertificate(self, request: Any, call: Call, rows: Rows) -> bytes:
        """One of them, by its name."""
        return MAPPING.to_bytes(_find(rows, request.name, call))

    @writing
    def SignChargePointCertificate(
        self, request: pb.SignChargePointCertificateRequest, call: Call, unit: Unit
    ) -> pb.ChargePointCertificate:
        """Takes a certificate that was signed elsewhere."""
        _find(unit, request.name, call)
        try:
            return verbs.signed(unit, request.name, request.certificate_chain)
        except SigningRefusedError as error:
            field = {"certificate_chain": str(error)}
            raise RefusedError(
                Outcome.INVALID_ARGUMENT, "CERTIFICATE_MISMATCH", str(error), {}, field
            ) from None

    @writing
    def DeclineChargePointCertificate(
        self, request: pb.DeclineChargePointCertificateRequest, call: Call, unit: Unit
    ) -> pb.ChargePointCertificate:
        """Says no."""
        _find(unit, request.name, call)
        return verbs.declined(unit, request.name, request.reason or "an operator has declined it")

    @acting
    async def RevokeChargePointCertificate(
        self, request: pb.RevokeChargePointCertificateRequest, call: Call
    ) -> pb.ChargePointCertificate:
        """Lets nobody in with it any more; who is in comes back with something better."""

        def revoke(unit: Unit) -> pb.ChargePointCertificate:
            _find(unit, request.name, call)
            return verbs.revoked(unit, request.name, request.reason)

        revoked = await self._lane.write(revoke)
        charge_point = request.name.partition("/certificates/")[0]
        await self._stations.disconnect(charge_point, "its certificate was revoked")
        return revoked


def _find(rows: Rows | Unit, name: str, call: Call) -> Any:
    """The row. Not found, too, if the caller may not see the charge point."""
    charge_point = name.partition("/certificates/")[0]
    row = rows.one(_FIND, name=name)
    if row is None or not exists(rows, CHARGE_POINT, charge_point, call.caller.partner):
        raise not_found(name)
    return row
