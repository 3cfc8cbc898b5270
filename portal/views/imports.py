"""Resources out of CSV files: brought, looked at, and created, all of them or none."""

import re
import sys
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from ampline import AmplineError, Unauthenticated
from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.id_tag_pb2 import IdTag
from ampline.v1.user_pb2 import User
from ampline.v1.vendor_error_code_pb2 import VendorErrorCode
from portal.auth import api
from portal.forms import complaints, keep_id_if_unanswered
from portal.language import _, lazy
from portal.methods import method_taking
from portal.nouns import noun_word
from portal.refusals import refusal
from portal.sheets import imported
from portal.sheets.exported import BYTE_ORDER_MARK, line
from portal.sheets.imported import Sheet

room = Blueprint("imports", __name__, url_prefix="/import")

SHOWN_ROWS = 10
ROW = re.compile(r"^requests\[(?P<index>\d+)\]\.?(?P<path>.*)$")


@dataclass(frozen=True)
class Kind:
    """A resource that can be brought in files."""

    resource: Any
    noun: str
    title: str
    room: str

    def message(self, verb: str) -> Any:
        """The class of a request, such as `BatchCreate…sRequest`."""
        module = sys.modules[self.resource.__module__]
        return getattr(module, f"{verb}Request")

    @property
    def one(self) -> Any:
        """The request that creates one."""
        return self.message(f"Create{self.resource.DESCRIPTOR.name}")

    @property
    def batch(self) -> Any:
        """The request that creates many."""
        return self.message(f"BatchCreate{self.resource.DESCRIPTOR.name}s")


KINDS = {
    "charge-points": Kind(
        ChargePoint, "charge_point", lazy("Bring charge points in a file"), "charge_points"
    ),
    "id-tags": Kind(IdTag, "id_tag", lazy("Bring ID tags in a file"), "id_tags"),
    "users": Kind(User, "user", lazy("Bring users in a file"), "users"),
    "vendor-error-codes": Kind(
        VendorErrorCode,
        "vendor_error_code",
        lazy("Bring error codes in a file"),
        "vendor_error_codes",
    ),
}


@room.get("/<kind>")
def page(kind: str) -> str:
    return shown(kind_of(kind))


@room.get("/<kind>/template.csv")
def template(kind: str) -> Response:
    """An empty file with all headings."""
    columns = imported.writable(kind_of(kind).resource.DESCRIPTOR)
    text = BYTE_ORDER_MARK + line((imported.ID, *(each.path for each in columns)))
    return Response(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{kind}.csv"'},
    )


@room.post("/<kind>")
def bring(kind: str) -> str | AnyResponse | tuple[str, int]:
    """Shows what a file has; creates it when that was seen."""
    wanted = kind_of(kind)
    text = brought()
    sheet = imported.read(text, wanted.one, wanted.noun)
    if sheet.faults:
        return shown(wanted, sheet, text), 422
    if request.form.get("do") != "create":
        return shown(wanted, sheet, text)
    try:
        create(wanted, sheet)
    except AmplineError as error:
        return shown(wanted, sheet, text, problem=told(sheet, error, wanted.noun)), 422
    flash(_("Created %(count)s.", count=len(sheet.requests)), "good")
    return redirect(url_for(f"{wanted.room}.index"), 303)


def kind_of(name: str) -> Kind:
    if name not in KINDS:
        abort(404)
    return KINDS[name]


def brought() -> str:
    """The text of the file, or that which was looked at before."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return request.form.get("text", "")
    data: bytes = file.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # as spreadsheets write that know no better


def create(kind: Kind, sheet: Sheet) -> None:
    batch = kind.batch(requests=sheet.requests, request_id=request.form.get("request_id"))
    api().ask(method_taking(batch.DESCRIPTOR), batch)


def told(sheet: Sheet, error: AmplineError, noun: str) -> str:
    """Puts what the API finds wrong to the rows; returns what is of no row."""
    if isinstance(error, Unauthenticated):
        raise error
    keep_id_if_unanswered(error)
    for path, reason in complaints(error):
        place = ROW.match(path)
        if place:
            row = sheet.numbers[int(place["index"])]
            column = place["path"].removeprefix(f"{noun}.")
            column = imported.ID if column in (noun, f"{noun}_id", "") else column
            sheet.fault(row, column, sheet.cell(row, column), reason)
    sheet.faults.sort(key=lambda fault: fault.row)
    return "" if sheet.faults else refusal(error)


def shown(kind: Kind, sheet: Sheet | None = None, text: str = "", problem: str = "") -> str:
    return render_template(
        "imports/page.html",
        kind=kind,
        slug=next(slug for slug, each in KINDS.items() if each is kind),
        noun=noun_word(kind.noun),
        sheet=sheet,
        text=text,
        problem=problem,
        columns=imported.writable(kind.resource.DESCRIPTOR),
        most=imported.MOST_ROWS,
        shown_rows=SHOWN_ROWS,
        back=url_for(f"{kind.room}.index"),
    )
