"""The event log as a loop that goes on where it was, whatever happens to the connection."""

from collections.abc import Iterator
from threading import Event as Flag
from threading import Lock
from types import TracebackType
from typing import Any, Final, Self

import grpc

from ampline.errors import AmplineError, from_rpc
from ampline.retries import Patience
from ampline.v1.event_pb2 import Event, StreamEventsRequest, StreamEventsResponse
from ampline.v1.event_pb2_grpc import EventServiceStub

HOPELESS: Final = frozenset(
    {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.OUT_OF_RANGE,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.UNIMPLEMENTED,
    }
)
"""Errors that asking again does not cure."""


class EventStream:
    """Iterates over events, and resumes after the last one when the stream ends, however it ends.

    Raises AmplineError only where asking again is no use: the key, the filters, or OutOfRange when
    the cursor is older than what the server keeps. `close` ends the loop, from any thread.
    """

    def __init__(
        self, service: EventServiceStub, request: StreamEventsRequest, patience: Patience
    ) -> None:
        self._service = service
        self._request = request
        self._patience = patience
        self._stream: Any = None
        self._failures = 0
        self._closed = Flag()
        self._lock = Lock()

    @property
    def cursor(self) -> str:
        """Where it is: store it, and begin `after` it another time. Heartbeats move it too."""
        return self._request.after

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        while not self._closed.is_set():
            message = self._receive()
            if message is None:
                self._rest()
                continue
            self._note(message)
            if message.HasField("event"):
                return message.event
        raise StopIteration

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
        """Ends the stream, and the loop over it."""
        with self._lock:
            self._closed.set()
            if self._stream is not None:
                self._stream.cancel()

    def _receive(self) -> StreamEventsResponse | None:
        """The next message; None where the stream has ended and is to be opened again."""
        try:
            return next(self._open(), None)
        except grpc.RpcError as failure:
            error = from_rpc(failure)
            if self._hopeless(error):
                self.close()
                raise error from failure
            return None

    def _hopeless(self, error: AmplineError) -> bool:
        return error.status in HOPELESS and not self._closed.is_set()

    def _open(self) -> Iterator[StreamEventsResponse]:
        with self._lock:
            if self._closed.is_set():
                return iter(())
            if self._stream is None:
                self._stream = self._service.StreamEvents(self._request)
            stream: Iterator[StreamEventsResponse] = self._stream
            return stream

    def _note(self, message: StreamEventsResponse) -> None:
        """Remembers the place, and that the server is well."""
        self._failures = 0
        cursor = message.cursor or message.event.cursor
        if cursor:
            self._request.after = cursor
            self._request.ClearField("start_time")

    def _rest(self) -> None:
        """Waits before the stream is opened again."""
        self._stream = None
        self._failures += 1
        self._closed.wait(self._patience.pause(min(self._failures, 10)))
