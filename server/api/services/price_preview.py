"""What a made-up session would cost."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ampline.v1 import price_preview_pb2 as pb
from ampline.v1.evse_pb2 import DC
from ampline.v1.price_preview_pb2_grpc import PricePreviewServiceServicer
from server.api import checks, references
from server.api.lanes import Call, reading
from server.api.services.tariffs import tariffs
from server.domain.errors import invalid_field, precondition, unknown_reference
from server.domain.money import CurrencyMismatchError
from server.domain.pricing import (
    ChargingPeriod,
    ChargingState,
    MeterSample,
    SessionFacts,
    UnpricedError,
    price_session,
)
from server.domain.tariffs import CurrentType, Tariff
from server.resources.prices import price_to_message
from server.resources.tariff_terms import length, moment, to_domain
from server.resources.time_zones import is_time_zone
from server.store.reads import Rows
from server.work.money import rate_versions
from server.work.rules import Rules
from server.work.sessions import tariff_choice
from server.work.sessions.tariff_choice import Offer

_MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be priced with: a tariff, or none where that is free; and where, at an EVSE."""

    terms: Tariff | None
    response: pb.PreviewPriceResponse
    offer: Offer | None = None


class PricePreviewService(PricePreviewServiceServicer):
    """Prices sessions that never were."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    @reading
    def PreviewPrice(self, request: Any, call: Call, rows: Rows) -> pb.PreviewPriceResponse:
        """The price, line by line, by the rules that price the real ones."""
        if request.user and not request.evse:
            raise invalid_field("user", "goes with an EVSE")
        asked = self._at_evse(request, call, rows) if request.evse else _of(request, call, rows)
        terms, facts = asked.terms, _facts(request, asked.offer)
        if terms is None:
            return asked.response
        own = asked.offer.electricity_rate if asked.offer else None
        rates = rate_versions.followed(rows, terms, own, facts.start, facts.end)
        try:
            price = price_session(terms, facts, rates)
        except (UnpricedError, CurrencyMismatchError) as error:
            raise invalid_field(request.WhichOneof("source"), str(error)) from error
        asked.response.price.CopyFrom(price_to_message(price))
        return asked.response

    def _at_evse(self, request: pb.PreviewPriceRequest, call: Call, rows: Rows) -> _Asked:
        references.check(rows, request, ("evse", "user"), "", call.caller.partner)
        time_us = request.start_time.ToMicroseconds()
        offer = tariff_choice.offer(rows, request.evse, request.user or None, time_us)
        choice, terms = offer.choice, offer.terms
        if terms is None and not self._rules.no_tariff_is_free:
            raise precondition("NO_TARIFF", f"nobody could charge there then: {choice.reason}")
        if terms is not None and not terms.charging_allowed:
            told = f"{choice.tariff} forbids it: {choice.reason}"
            raise precondition("CHARGING_NOT_ALLOWED", told, tariff=choice.tariff or "")
        return _Asked(terms, pb.PreviewPriceResponse(**choice._asdict()), offer)


def _of(request: pb.PreviewPriceRequest, call: Call, rows: Rows) -> _Asked:
    """The tariff that is kept here, or the draft if it could be."""
    if request.HasField("draft"):
        checks.check_resource(request.draft, None, "draft")
        return _Asked(to_domain(request.draft), pb.PreviewPriceResponse())
    row = tariffs.sought(rows, request.tariff, call.caller)
    if row is None:
        raise unknown_reference("tariff", request.tariff)
    terms = to_domain(tariffs.mapping.to_message(row))
    return _Asked(terms, pb.PreviewPriceResponse(tariff=request.tariff))


def _facts(request: pb.PreviewPriceRequest, offer: Offer | None) -> SessionFacts:
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
    current = _current_type(request, offer)
    return SessionFacts(
        start,
        now,
        tuple(samples),
        tuple(periods),
        reserved_from=start - length(request.reserved) if request.HasField("reserved") else None,
        current_type=current,
        time_zone=ZoneInfo(request.time_zone or (offer and offer.time_zone) or "UTC"),
        allowance_wh=offer.left.of(current) if offer else 0,
    )


def _current_type(request: pb.PreviewPriceRequest, offer: Offer | None) -> CurrentType:
    if request.HasField("current_type") or offer is None:
        return CurrentType.DC if request.current_type == DC else CurrentType.AC
    return offer.current_type
