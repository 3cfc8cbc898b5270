"""Lists that come a page at a time."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

Request = TypeVar("Request", bound=Message)
Page = TypeVar("Page", bound=Message)


def pages(
    method: "grpc.UnaryUnaryMultiCallable[Request, Page]", request: Request
) -> Iterator[Page]:
    """Calls a List method until there is no next page. The request stays as it is."""
    asked: Any = type(request)()
    asked.CopyFrom(request)
    while True:
        page: Any = method(asked)
        yield page
        if not page.next_page_token:
            return
        asked.page_token = page.next_page_token


def items_of(page: Message) -> Iterable[Any]:
    """The items of a page: its one repeated field."""
    [field] = [one for one in page.DESCRIPTOR.fields if one.is_repeated]
    items: Iterable[Any] = getattr(page, field.name)
    return items
