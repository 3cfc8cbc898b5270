"""The platform's API as the portal calls it: the only file here that knows gRPC.

    api = Platform("127.0.0.1:8081").as_caller(token)
    page = api.sessions.ListSessions(ListSessionsRequest(page_size=25))

The services, the retries and the errors are those of the `ampline` client.
"""

from collections.abc import Iterator
from threading import Lock
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from ampline.calls import Calls
from ampline.client import open_channel
from ampline.errors import Cancelled, from_rpc
from ampline.retries import Patience
from ampline.services import Services
from ampline.v1.event_pb2 import StreamEventsRequest
from ampline.v1.ocpp_message_pb2 import StreamOcppMessagesRequest

# An action answers when the charger has: the server waits up to 30 s for it.
TIMEOUT_SECONDS = 35
# Somebody waits for the page: two more tries within half a second, then say so.
PATIENCE = Patience(attempts=3)


class Api(Services):
    """The services of the platform, as the holder of one token may use them."""

    def __init__(self, channel: grpc.Channel, token: str, address: str = "") -> None:
        forwarded = (("x-forwarded-for", address),) if address else ()
        calls = Calls(token or None, TIMEOUT_SECONDS, PATIENCE, forwarded)
        self._calling = grpc.intercept_channel(channel, calls)
        super().__init__(self._calling)

    def is_serving(self) -> bool:
        """Whether the API says of itself that it serves."""
        health: Any = HealthStub(self._calling)
        answer = health.Check(HealthCheckRequest())
        return bool(answer.status == HealthCheckResponse.SERVING)

    def ask(self, method: MethodDescriptor, request: Message) -> Any:
        """Calls a method by its descriptor: for what is the same with every resource."""
        call = self.channel.unary_unary(
            f"/{method.containing_service.full_name}/{method.name}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=GetMessageClass(method.output_type).FromString,
        )
        return call(request)

    def follow_events(self, request: StreamEventsRequest) -> "Following":
        """Follows the events until the stream ends; heartbeats are answers without an event."""
        return Following(self.event_log.StreamEvents(request))

    def follow_messages(self, request: StreamOcppMessagesRequest) -> "Following":
        """Follows what a charger and the platform say; heartbeats are answers without a message."""
        return Following(self.ocpp_messages.StreamOcppMessages(request))


class Following:
    """One running streaming call. It does not resume: whoever asked does, where it can."""

    def __init__(self, call: Any) -> None:
        self._call = call

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._call
        except grpc.RpcError as failure:
            error = from_rpc(failure)
            if not isinstance(error, Cancelled):
                raise error from failure

    def close(self) -> None:
        """Ends the call; whoever iterates is woken. From any thread."""
        self._call.cancel()


class Platform:
    """The server behind an address. The channel is made at the first call: after every fork."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._channel: grpc.Channel | None = None
        self._lock = Lock()

    def as_caller(self, token: str, address: str = "") -> Api:
        """The API as the holder of `token` may use it; without one, what anybody may. `address` is
        where they are: the audit tells it, and who guesses passwords is slowed down there."""
        with self._lock:
            self._channel = self._channel or open_channel(self.address)
        return Api(self._channel, token, address)
