"""What partners get and pay, month by month: settlement reports and bills, with their lines."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from ampline.v1 import corporate_bill_pb2 as bills
from ampline.v1 import settlement_pb2 as pb
from portal.action_form import Action, run_action
from portal.auth import api
from portal.downloads import downloaded
from portal.formats import money, month
from portal.forms import Field, Form
from portal.language import _
from portal.listing import asked
from portal.resource_form import Page
from portal.time_kinds import Month

room = Blueprint("settlements", __name__, url_prefix="/partners/<key>")

PLACES_SHOWN = 200


@room.route("/settle", methods=["GET", "POST"])
def settle(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        wanted = pb.SettlePartnerRequest(name=f"partners/{key}", request_id=request_id)
        form.into(wanted)
        form.must_be_readable()
        issued = api().settlements.SettlePartner(wanted).settlements
        if not issued:
            return _("Nothing was earned in %(month)s.", month=month(wanted.month))
        shares = ", ".join(money(report.figures.partner_share) for report in issued)
        return _(
            "Done. Its share of %(month)s: %(shares)s.", month=month(issued[0].month), shares=shares
        )

    last = datetime.now(UTC).replace(day=1) - timedelta(days=1)
    field = Field("month", _("Month"), Month(), required=True, assumed=f"{last:%Y-%m}")
    text = _("The report is frozen with that. What becomes known later is a line of the next one.")
    action = Action(_("Settle a month"), _("Settle it"), run, text, (field,))
    return run_action(action, url_for("partners.page", key=key))


@room.get("/settlements/<report>")
def page(key: str, report: str) -> str:
    name = f"partners/{key}/settlements/{report}"
    listing, _filters = asked(pb.ListSettlementLinesRequest(parent=name), ())
    places = pb.ListSettlementSubtotalsRequest(parent=name, page_size=PLACES_SHOWN)
    return render_template(
        "settlements/page.html",
        key=key,
        report=api().settlements.GetSettlement(pb.GetSettlementRequest(name=name)),
        places=api().settlements.ListSettlementSubtotals(places).settlement_subtotals,
        lines=api().settlements.ListSettlementLines(listing),
    )


@room.get("/settlements/<report>/export")
def export(key: str, report: str) -> Response:
    wanted = pb.ExportSettlementRequest(name=f"partners/{key}/settlements/{report}")
    return downloaded(api().settlements.ExportSettlement(wanted), f"{key}-{report}.csv")


@room.get("/bills/<bill>")
def bill_page(key: str, bill: str) -> str:
    name = f"partners/{key}/corporateBills/{bill}"
    listing, _filters = asked(bills.ListCorporateBillLinesRequest(parent=name), ())
    wanted = bills.GetCorporateBillRequest(name=name)
    return render_template(
        "settlements/bill.html",
        key=key,
        bill=api().corporate_bills.GetCorporateBill(wanted),
        lines=api().corporate_bills.ListCorporateBillLines(listing),
    )


@room.get("/bills/<bill>/export")
def export_bill(key: str, bill: str) -> Response:
    wanted = bills.ExportCorporateBillRequest(name=f"partners/{key}/corporateBills/{bill}")
    return downloaded(api().corporate_bills.ExportCorporateBill(wanted), f"{key}-bill-{bill}.csv")
