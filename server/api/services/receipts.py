"""Receipts: issued, shown, and given as documents."""

from typing import Any

from google.api.httpbody_pb2 import HttpBody

from ampline.v1 import receipt_pb2 as pb
from ampline.v1.receipt_pb2_grpc import ReceiptServiceServicer
from server.api.lanes import Call, reading, writing
from server.api.month_told import month_told
from server.api.receipts.page import page_of
from server.api.receipts.pdf import pdf_of
from server.api.receipts.sheet import sheet_of
from server.api.services.issued_receipts import receipts
from server.api.services.sessions import sessions
from server.api.services.users import users
from server.domain.errors import invalid_field
from server.resources.users import MAPPING as USERS
from server.store.reads import Rows
from server.store.unit import Unit
from server.work.money import receipts as work
from server.work.money.receipt_parties import LANGUAGES, written_in
from server.work.rules import Rules


class ReceiptService(ReceiptServiceServicer):
    """Issues receipts, and gives them."""

    GetReceipt = receipts.get
    ListReceipts = receipts.list

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    @writing
    def IssueReceipt(self, request: Any, call: Call, unit: Unit) -> pb.Receipt:
        """Writes the receipt of a session, or of a user's month."""
        language = _language(request)
        if request.session:
            if request.user or request.HasField("month"):
                raise invalid_field("session", "cannot be with user and month")
            sessions.find(unit, request.session, call.caller)
            return work.of_session(unit, self._rules, request.session, language)
        if not request.user:
            raise invalid_field("session", "or user and month are required")
        month = month_told(request.month)
        user = USERS.to_message(users.find(unit, request.user, call.caller))
        currency = request.currency or user.currency
        return work.of_month(unit, self._rules, user.name, month, currency, language)

    @reading
    def DownloadReceipt(self, request: Any, call: Call, rows: Rows) -> HttpBody:
        """The receipt as a document."""
        sheet = sheet_of(receipts.message(rows, request.name, call.caller))
        if request.format == pb.DownloadReceiptRequest.HTML:
            return HttpBody(content_type="text/html; charset=utf-8", data=page_of(sheet))
        return HttpBody(content_type="application/pdf", data=pdf_of(sheet))


def _language(request: Any) -> str | None:
    asked: str = request.language_code
    if asked and written_in(asked) != asked:
        known = ", ".join(LANGUAGES)
        raise invalid_field("language_code", f"must be one of {known}, with a region or without")
    return asked or None
