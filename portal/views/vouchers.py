"""Vouchers: the list, the form for one or a whole batch, and the page of each with its uses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for

from ampline.v1.event_pb2 import ListEventsRequest
from ampline.v1.voucher_pb2 import (
    BatchCreateVouchersRequest,
    GetVoucherRequest,
    ListVouchersRequest,
    Voucher,
)
from portal.auth import api
from portal.forms import Field, Form
from portal.kinds import Money, Reference, Text, Whole
from portal.language import _, lazy
from portal.listing import asked
from portal.resource_form import Editor
from portal.time_kinds import Moment
from portal.zones import zoned

room = Blueprint("vouchers", __name__, url_prefix="/vouchers")

MOST_AT_ONCE = 1000
USES_SHOWN = 50
FILTERS = (
    Field("code", lazy("Code"), Text("search"), placeholder=lazy("Whole code")),
    Field("external_id", lazy("Batch, or your own id"), Text(), placeholder=lazy("Summer 2026")),
    Field("user_group", lazy("User group"), Reference("user-groups"), placeholder=lazy("Any")),
    Field("currency", lazy("Currency"), Text(), placeholder="EUR"),
)
HOW_MANY = Field(
    "how_many",
    lazy("How many vouchers"),
    Whole(),
    lazy("Each with a code of its own."),
    assumed="1",
)
FIELDS = (
    Field("code", lazy("Code"), Text(), lazy("Empty: one is made that is hard to guess.")),
    Field("amount", lazy("What each use is worth"), Money(), required=True, placeholder="10.00"),
    Field("amount.currency_code", lazy("Currency"), Text(), required=True, assumed="EUR"),
    Field("max_uses", lazy("Uses"), Whole(), lazy("By another user each time."), assumed="1"),
    Field("start_time", zoned("From (%(zone)s)"), Moment(), lazy("Empty: at once.")),
    Field("end_time", zoned("Until (%(zone)s)"), Moment(), lazy("Empty: for ever.")),
    Field("user_group", lazy("Only for"), Reference("user-groups"), lazy("Empty: for everybody.")),
    Field("partner", lazy("Partner"), Reference("partners"), lazy("Whose it is. Empty: yours.")),
    Field("external_id", lazy("Batch, or your own id"), Text()),
    Field("description", lazy("What it is for"), Text(), wide=True),
)


@dataclass(frozen=True)
class VoucherEditor(Editor):
    """The editor, which makes many at once where many are wanted: all or none."""

    def create_call(self, form: Form, resource: Any) -> Callable[[], Any]:
        text = form.texts.get(HOW_MANY.path, "") or "1"
        if text == "1":
            return super().create_call(form, resource)

        def call() -> Any:
            self.write(form, resource, leave_out=())
            if not resource.external_id:
                now = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
                resource.external_id = _("Batch %(time)s", time=now)
            wanted = BatchCreateVouchersRequest(request_id=request.form.get("request_id"))
            for _number in range(how_many(form, text)):
                wanted.requests.add().voucher.CopyFrom(resource)
            return api().vouchers.BatchCreateVouchers(wanted).vouchers[0]

        return call

    def write(self, form: Form, resource: Any, leave_out: Any) -> list[str]:
        return super().write(form, resource, {*leave_out, HOW_MANY.path})

    def after(self, resource: Any) -> str:
        if request.form.get(HOW_MANY.path, "1") == "1":
            return super().after(resource)
        return url_for(".index", external_id=resource.external_id)


def how_many(form: Form, text: str) -> int:
    """How many are wanted; notes what is no number, or too many."""
    try:
        number = HOW_MANY.kind.read(text)
    except ValueError as fault:
        form.errors[HOW_MANY.path] = str(fault)
        number = 1
    if not 1 <= number <= MOST_AT_ONCE:
        form.errors[HOW_MANY.path] = _("From 1 to %(most)s, please.", most=MOST_AT_ONCE)
    form.must_be_readable()
    return int(number)


VoucherEditor(
    room=room,
    collection="vouchers",
    resource=Voucher,
    service=lambda api: api.vouchers,
    fields=FIELDS,
    at_creation=(HOW_MANY,),
    currency="amount.currency_code",
    permission="MONEY",
    deletes=lazy("One that was used cannot be deleted; let it end instead."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(ListVouchersRequest(order_by="create_time desc"), FILTERS)
    answer = api().vouchers.ListVouchers(listing)
    return render_template(
        "vouchers/index.html", answer=answer, items=answer.vouchers, filters=filters
    )


@room.get("/<key>")
def page(key: str) -> str:
    name = f"vouchers/{key}"
    uses = ListEventsRequest(
        types=["voucher.redeemed"], subjects=[name], newest_first=True, page_size=USES_SHOWN
    )
    return render_template(
        "vouchers/page.html",
        voucher=api().vouchers.GetVoucher(GetVoucherRequest(name=name)),
        uses=api().event_log.ListEvents(uses).events,
    )
