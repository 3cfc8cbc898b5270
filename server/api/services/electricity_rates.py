"""Electricity rates."""

from datetime import datetime, timedelta
from typing import Any

from ampline.v1 import electricity_rate_pb2 as pb
from ampline.v1.electricity_rate_pb2_grpc import ElectricityRateServiceServicer
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, contains
from server.api.lanes import Call, reading
from server.api.shown import Shown
from server.domain.errors import invalid_field
from server.domain.price_curve import price_at, price_curve
from server.resources.electricity_rates import MAPPING, VERSIONS
from server.resources.prices import money_to_message
from server.resources.rate_terms import faults_of
from server.resources.tariff_terms import moment
from server.store.clock import now_us, to_datetime
from server.store.models import ElectricityRateVersion
from server.store.reads import Rows
from server.work.money import rate_versions
from server.work.money.rate_versions import Recorded

LONGEST_CURVE = timedelta(days=92)


def _keep_version(change: Change[pb.ElectricityRate]) -> None:
    """Every change makes a version."""
    row = electricity_rates.find(change.unit, change.after.name, change.caller)
    rate_versions.keep(change.unit, MAPPING.to_message(row), change.partner)


electricity_rates = Crud(
    MAPPING,
    pb.ListElectricityRatesRequest,
    pb.ListElectricityRatesResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
    particulars=Particulars(faults=faults_of, written=_keep_version),
)
versions = Shown(
    VERSIONS,
    pb.ListElectricityRateVersionsRequest,
    pb.ListElectricityRateVersionsResponse,
    orders=("number desc",),
    own_orders={"number": ("number",)},
    parent=ElectricityRateVersion.electricity_rate,
)


class ElectricityRateService(ElectricityRateServiceServicer):
    """Keeps electricity rates, and tells prices."""

    GetElectricityRate = electricity_rates.get
    ListElectricityRates = electricity_rates.list
    CreateElectricityRate = electricity_rates.create
    UpdateElectricityRate = electricity_rates.update
    DeleteElectricityRate = electricity_rates.delete
    GetElectricityRateVersion = versions.get

    @reading
    def ListElectricityRateVersions(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of a rate's versions, newest first."""
        electricity_rates.find(rows, request.parent, call.caller)
        return versions.listing.page(request, rows, None, request.parent)

    @reading
    def LookupElectricityRate(
        self, request: Any, call: Call, rows: Rows
    ) -> pb.LookupElectricityRateResponse:
        """The price at a time, and from start to end."""
        electricity_rates.find(rows, request.name, call.caller)
        time = moment(request.time) if request.HasField("time") else to_datetime(now_us())
        held = rate_versions.recorded(rows, request.name, time, time)
        told = price_at(held.rate, time)
        response = pb.LookupElectricityRateResponse(
            price=money_to_message(told.price), version=held.names[told.version]
        )
        response.tax_percent.value = str(held.rate.versions[told.version].rate.tax_percent)
        if span := _span(request):
            _add_curve(response, rate_versions.recorded(rows, request.name, *span), *span)
        return response


def _span(request: pb.LookupElectricityRateRequest) -> tuple[datetime, datetime] | None:
    """From when to when the curve is asked for; None if it is not."""
    given = [request.HasField("start_time"), request.HasField("end_time")]
    if not any(given):
        return None
    if not all(given):
        missing = "end_time" if given[0] else "start_time"
        raise invalid_field(missing, "is required with the other end of the curve")
    start, end = moment(request.start_time), moment(request.end_time)
    if not start < end <= start + LONGEST_CURVE:
        raise invalid_field(
            "end_time", f"must be after start_time, and at most {LONGEST_CURVE.days} days"
        )
    return start, end


def _add_curve(
    response: pb.LookupElectricityRateResponse, held: Recorded, start: datetime, end: datetime
) -> None:
    for stretch in price_curve(held.rate, start, end):
        added = response.curve.add(version=held.names[stretch.version])
        added.start_time.FromDatetime(stretch.start)
        added.end_time.FromDatetime(stretch.end)
        added.price.CopyFrom(money_to_message(stretch.price))
