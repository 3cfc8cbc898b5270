"""What a made-up session would cost."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ampline.v1 import price_preview_pb2 as pb
from ampline.v1.evse_pb2 import DC
from ampline.v1.price_preview_pb2_grpc import PricePreviewServiceServicer
from ampline.v1.tariff_pb2 import Tariff
from server.api import checks
from server.api.lanes import Call, reading
from server.api.services.tariffs import tariffs
from server.domain.errors import invalid_field, unknown_reference
from server.domain.money import CurrencyMismatchError
from server.domain.pricing import (
    ChargingPeriod,
    ChargingState,
    MeterSample,
    SessionFacts,
    UnpricedError,
    price_session,
)
from server.domain.tariffs import CurrentType
from server.resources.prices import price_to_message
from server.resources.tariff_terms import length, moment, to_domain
from server.resources.time_zones import is_time_zone
from server.store.reads import Rows
from server.work.money import rate_versions

_MOST_YEARS = 10


class PricePreviewService(PricePreviewServiceServicer):
    """Prices sessions that never were."""

    @reading
    def PreviewPrice(self, request: Any, call: Call, rows: Rows) -> pb.PreviewPriceResponse:
        """The price, line by line, by the rules that price the real ones."""
        terms, facts = to_domain(_tariff(request, call, rows)), _facts(request)
        rates = rate_versions.followed(rows, terms, None, facts.start, facts.end)
        try:
            price = price_session(terms, facts, rates)
        except (UnpricedError, CurrencyMismatchError) as error:
            raise invalid_field(request.WhichOneof("source"), str(error)) from error
        return pb.PreviewPriceResponse(price=price_to_message(price))


def _tariff(request: pb.PreviewPriceRequest, call: Call, rows: Rows) -> Tariff:
    """The tariff that is kept here, or the draft if it could be."""
    if request.HasField("draft"):
        checks.check_resource(request.draft, None, "draft")
        return request.draft
    row = tariffs.sought(rows, request.tariff, call.caller)
    if row is None:
        raise unknown_reference("tariff", request.tariff)
    return tariffs.mapping.to_message(row)


def _facts(request: pb.PreviewPriceRequest) -> SessionFacts:
    if request.time_zone and not is_time_zone(request.time_zone):
        raise invalid_field("time_zone", f"{request.time_zone!r} is no IANA time zone")
    now = start = moment(request.start_time)
    energy, samples, periods = 0, [MeterSample(start, 0)], []
    for stretch in request.stretches:
        charging = ChargingState.CHARGING if stretch.energy_wh else ChargingState.IDLE
        periods.append(ChargingPeriod(now, charging))
        now, energy = now + length(stretch.duration), energy + stretch.energy_wh
        samples.append(MeterSample(now, energy))
    if now - start > timedelta(days=366 * _MOST_YEARS):
        raise invalid_field("stretches", f"last more than {_MOST_YEARS} years")
    return SessionFacts(
        start,
        now,
        tuple(samples),
        tuple(periods),
        current_type=CurrentType.DC if request.current_type == DC else CurrentType.AC,
        time_zone=ZoneInfo(request.time_zone or "UTC"),
    )
