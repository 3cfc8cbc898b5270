"""Lists: filters and the page stand in the address, so that a view can be shared."""

from collections.abc import Iterable
from typing import Any, TypeVar

from flask import abort, request
from google.protobuf.message import Message

from portal.auth import api, can
from portal.forms import Field, Form
from portal.kinds import Choice, Text
from portal.language import lazy
from portal.methods import method_taking, permission_of
from portal.sheets.exported import exported

PAGE_SIZE = 25
SEARCH = lazy("Search")
M = TypeVar("M", bound=Message)


def search(label: str = SEARCH, placeholder: str = "") -> Field:
    return Field("text", label, Text("search"), placeholder=placeholder)


def choice(path: str, label: str, kind: Choice) -> Field:
    return Field(path, label, kind)


def asked(listing: M, filters: Iterable[Field]) -> tuple[M, Form]:
    """Fills a List request with what the address says; returns it with the filters' form. Where the
    address asks for a CSV file, that is the answer instead: all that the filters let through."""
    form = Form(filters).submitted(request.args.to_dict(flat=False))
    form.into(listing)
    instead_of_a_file(listing)
    listing.page_size = PAGE_SIZE  # type: ignore[attr-defined]
    listing.page_token = request.args.get("page", "")  # type: ignore[attr-defined]
    return listing, form


def if_seen(wanted: Any) -> list[Any]:
    """What a List request finds, to be shown beside what it is about; nothing where the caller may
    not see such things."""
    method = method_taking(wanted.DESCRIPTOR)
    if not can(permission_of(method)):
        return []
    answer = api().ask(method, wanted)
    return list(getattr(answer, method.output_type.fields[0].name))


def instead_of_a_file(listing: Message) -> None:
    """Ends the request with a CSV file of all that the List request finds, if that is asked for."""
    if request.args.get("format") == "csv":
        abort(exported(listing))
