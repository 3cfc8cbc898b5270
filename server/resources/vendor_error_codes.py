"""Vendor error codes, and what they say of the faults that charge points and EVSEs have."""

from collections.abc import Iterable
from collections.abc import Mapping as Map
from functools import lru_cache

from ampline.v1.vendor_error_code_pb2 import VendorErrorCode, VendorErrorText
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models
from server.store.reads import Rows
from server.store.statements import Statement, param


def code_key(word: str) -> str:
    """What a vendor or its code is found by, however its charge points write it."""
    return word.strip().casefold()


def _search_text(code: VendorErrorCode) -> str:
    return fold(code.vendor_id, code.error_code, *(title.text for title in code.title))


MAPPING = Mapping(
    VendorErrorCode,
    models.VendorErrorCode,
    derived={
        "vendor_key": lambda code: code_key(code.vendor_id),
        "error_key": lambda code: code_key(code.error_code),
        "search_text": _search_text,
    },
)
TEXTS = Mapping(VendorErrorText, models.VendorErrorCode, columns={"vendor_error_code": "name"})
"""The words alone: their fields are numbered as those of the resource."""


def texts_of(rows: Rows, faults: Iterable[tuple[str, str]]) -> Map[tuple[str, str], bytes]:
    """What faults mean, each a vendor and its code: serialized VendorErrorTexts, for those that
    are known."""
    wanted = {fault: (code_key(fault[0]), code_key(fault[1])) for fault in faults}
    codes = sorted({code for _, code in wanted.values()})
    if not codes:
        return {}
    values = {f"code{place}": code for place, code in enumerate(codes)}
    found = rows.all(_with_codes(len(codes)), **values)
    texts = {(row[-2], row[-1]): TEXTS.to_bytes(row) for row in found}
    return {fault: texts[keys] for fault, keys in wanted.items() if keys in texts}


def text_of(rows: Rows, vendor: str, code: str) -> VendorErrorText | None:
    """What one fault means, if that is known."""
    text = texts_of(rows, [(vendor, code)]).get((vendor, code)) if code else None
    return None if text is None else VendorErrorText.FromString(text)


@lru_cache(maxsize=64)
def _with_codes(count: int) -> Statement:
    table = models.VendorErrorCode
    codes = [param(f"code{place}") for place in range(count)]
    query = TEXTS.query().select_extend(table.vendor_key, table.error_key)
    return Statement(query.where(table.error_key.in_(codes)))
