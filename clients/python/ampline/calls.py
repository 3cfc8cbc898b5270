"""What the client does around every call: the key, the deadline, the retries, the errors."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import grpc

from ampline.errors import from_rpc
from ampline.retries import Patience, is_harmless, pause_before_retry, with_request_id

Metadata = tuple[tuple[str, str | bytes], ...]


@dataclass(frozen=True, slots=True)
class Details(grpc.ClientCallDetails):
    """What gRPC is told of a call."""

    method: str
    timeout: float | None
    metadata: Metadata
    credentials: grpc.CallCredentials | None = None
    wait_for_ready: bool | None = None
    compression: grpc.Compression | None = None


class Calls(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):
    """Stands between the stubs and the channel."""

    def __init__(
        self, key: str | None, timeout: float, patience: Patience, further: Metadata = ()
    ) -> None:
        self._metadata = (*authorization(key), *further)
        self._timeout = timeout
        self._patience = patience

    def intercept_unary_unary(
        self,
        continuation: Callable[..., Any],
        client_call_details: grpc.ClientCallDetails,
        request: Any,
    ) -> Any:
        """Makes a call, again where that is harmless and helps; raises AmplineError."""
        request = with_request_id(request)
        harmless = is_harmless(client_call_details.method, request)
        end = time.monotonic() + (client_call_details.timeout or self._timeout)
        attempt = 1
        while True:
            call = continuation(self._details(client_call_details, end), request)
            try:
                call.result()
                return call
            except grpc.RpcError as failure:
                error = from_rpc(failure)
                pause = pause_before_retry(error, attempt, self._patience, harmless=harmless)
                if pause is None or time.monotonic() + pause >= end:
                    raise error from failure
            time.sleep(pause)
            attempt += 1

    def intercept_unary_stream(
        self,
        continuation: Callable[..., Any],
        client_call_details: grpc.ClientCallDetails,
        request: Any,
    ) -> Any:
        """Opens a stream, without a deadline unless one is given."""
        return continuation(self._details(client_call_details, None), request)

    def _details(self, details: grpc.ClientCallDetails, end: float | None) -> Details:
        left = details.timeout if end is None else max(0.0, end - time.monotonic())
        metadata = (*(details.metadata or ()), *self._metadata)
        return Details(details.method, left, metadata, details.credentials)


def authorization(key: str | None) -> Metadata:
    """The metadata that carries the key."""
    return () if key is None else (("authorization", f"Bearer {key}"),)
