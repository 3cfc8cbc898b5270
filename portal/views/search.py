"""One box for everything: what has the letters in its name, whatever it is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request

from ampline import InvalidArgument, NotFound, PermissionDenied
from ampline.v1.session_pb2 import GetSessionRequest
from ampline.v1.transaction_pb2 import GetTransactionRequest
from ampline.v1.voucher_pb2 import ListVouchersRequest
from portal.auth import api
from portal.layout import menu
from portal.links import page_of, resource_id
from portal.nouns import kind_of
from portal.views.pick import SOURCES

room = Blueprint("search", __name__, url_prefix="/search")

SOURCES_SEARCHED = (
    "charge-points",
    "users",
    "id-tags",
    "locations",
    "partners",
    "tariffs",
    "tariff-groups",
    "circuits",
    "subscription-plans",
    "user-groups",
    "electricity-rates",
)
MOST_OF_EACH = 4
LEAST_LETTERS = 2
ID_LETTERS = 26
"""Of an id that the platform made; one that was chosen is found by the whole name."""
Look = Callable[[], Iterable[Any]]
REFUSED = (PermissionDenied, InvalidArgument, NotFound)
"""Where the caller may not look, or what is typed cannot be looked for, nothing is found."""


@dataclass(frozen=True)
class Found:
    """Something that fits."""

    title: str
    kind: str
    address: str


@room.get("")
def page() -> str:
    typed = request.args.get("q", "").strip()
    part = "HX-Request" in request.headers
    found = list(everything(typed)) if len(typed) >= LEAST_LETTERS else []
    template = "search/found.html" if part else "search/page.html"
    return render_template(template, typed=typed, found=found, least=LEAST_LETTERS)


def everything(typed: str) -> Iterator[Found]:
    yield from rooms(typed)
    yield from named_exactly(typed)
    for source in SOURCES_SEARCHED:
        yield from resources(source, typed)


def rooms(typed: str) -> Iterator[Found]:
    wanted = typed.casefold()
    for group, entries in menu():
        for entry in entries:
            if wanted in str(entry.title).casefold():
                yield Found(entry.title, group, entry.address)


def resources(source: str, typed: str) -> Iterator[Found]:
    try:
        options = list(SOURCES[source](typed))[:MOST_OF_EACH]
    except REFUSED:
        return
    for name, title in options:
        yield Found(title.strip(" ,") or resource_id(name), kind_of(name), page_of(name))


def named_exactly(typed: str) -> Iterator[Found]:
    """What has no name to search for: a session or payment by its id, a voucher by its code. A word
    that is no id is not tried as one: each refused call stands in the audit."""
    key = resource_id(typed)
    by_code: tuple[Look, ...] = (
        lambda: api().vouchers.ListVouchers(ListVouchersRequest(code=key)).vouchers,
    )
    by_id: tuple[Look, ...] = (
        lambda: [api().sessions.GetSession(GetSessionRequest(name=f"sessions/{key}"))],
        lambda: [
            api().transactions.GetTransaction(GetTransactionRequest(name=f"transactions/{key}"))
        ],
    )
    is_id = key != typed or len(key) >= ID_LETTERS
    for look in by_id + by_code if is_id else by_code:
        try:
            found = list(look())
        except REFUSED:
            continue
        for one in found:
            yield Found(getattr(one, "code", "") or key, kind_of(one.name), page_of(one.name))
