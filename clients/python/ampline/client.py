"""A connection to Ampline."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar, overload
from weakref import WeakSet

import grpc
from google.protobuf.message import Message

from ampline.calls import Calls
from ampline.events import EventStream
from ampline.pages import items_of, pages
from ampline.retries import Patience
from ampline.services import Services
from ampline.v1.event_pb2 import StreamEventsRequest

Request = TypeVar("Request", bound=Message)
Page = TypeVar("Page", bound=Message)
Item = TypeVar("Item")

CHANNEL_OPTIONS = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 5_000),
    # A stream has a heartbeat every 15 s: one that is silent for longer is asked whether it lives.
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.max_receive_message_length", 64 * 2**20),
)


class Client(Services):
    """A connection to Ampline, for use by as many threads as you like.

    Calls that only read, and calls with a `request_id`, are made again while the server cannot be
    reached, as `patience` says; a missing `request_id` is filled in, so that what is made again
    happens once. Errors are `AmplineError`.
    """

    def __init__(
        self,
        address: str = "localhost:8080",
        key: str | None = None,
        *,
        tls: bool = False,
        root_certificates: bytes | None = None,
        timeout: float = 35,
        patience: Patience | None = None,
    ) -> None:
        """Connects when first used.

        `address` is host:port; `key` an API key; `root_certificates` (PEM) the authorities to trust
        instead of the usual ones, which implies `tls`; `timeout` the seconds that a call may take
        with its retries, unless it is called with a timeout of its own. A charger is given 30 s.
        """
        self._patience = patience or Patience()
        self._streams: WeakSet[EventStream] = WeakSet()
        self._channel = open_channel(address, tls=tls, root_certificates=root_certificates)
        calls = Calls(key, timeout, self._patience)
        super().__init__(grpc.intercept_channel(self._channel, calls))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection: calls that wait are cancelled, loops over events end."""
        for stream in set(self._streams):
            stream.close()
        self._channel.close()

    def pages(
        self, method: "grpc.UnaryUnaryMultiCallable[Request, Page]", request: Request
    ) -> Iterator[Page]:
        """The pages of a List method, as far as they are asked for."""
        return pages(method, request)

    @overload
    def list(
        self, method: "grpc.UnaryUnaryMultiCallable[Request, Page]", request: Request
    ) -> Iterator[Any]: ...

    @overload
    def list(
        self,
        method: "grpc.UnaryUnaryMultiCallable[Request, Page]",
        request: Request,
        items: Callable[[Page], Iterable[Item]],
    ) -> Iterator[Item]: ...

    def list(
        self,
        method: "grpc.UnaryUnaryMultiCallable[Request, Page]",
        request: Request,
        items: Callable[[Page], Iterable[Any]] = items_of,
    ) -> Iterator[Any]:
        """The items of all pages of a List method, from the request's page on.

        For a type checker's sake say which: `items=lambda page: page.sessions`.
        """
        return (item for page in self.pages(method, request) for item in items(page))

    def events(
        self,
        types: Iterable[str] = (),
        *,
        after: str = "",
        start_time: datetime | None = None,
        subjects: Iterable[str] = (),
        charge_points: Iterable[str] = (),
        locations: Iterable[str] = (),
    ) -> EventStream:
        """The events to come or, with `after` a cursor or `start_time`, those since then as well.

        `types` may have stars: `session.*`. The loop ends only when it is closed.
        """
        request = StreamEventsRequest(
            types=types,
            subjects=subjects,
            charge_points=charge_points,
            locations=locations,
            after=after,
        )
        if start_time is not None:
            request.start_time.FromDatetime(start_time)
        stream = EventStream(self.event_log, request, self._patience)
        self._streams.add(stream)
        return stream


def open_channel(
    address: str, *, tls: bool = False, root_certificates: bytes | None = None
) -> grpc.Channel:
    """A channel with the client's options."""
    if not tls and root_certificates is None:
        return grpc.insecure_channel(address, CHANNEL_OPTIONS)
    credentials = grpc.ssl_channel_credentials(root_certificates)
    return grpc.secure_channel(address, credentials, CHANNEL_OPTIONS)
