"""The gRPC server: services in their envelope, beside health and reflection."""

from collections.abc import Collection, Iterable
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health
from grpc_reflection.v1alpha import reflection, reflection_pb2

from server.api import answers, rest_check, services
from server.api.audit import Audit
from server.api.authentication import Authentication
from server.api.call_log import CallLog
from server.api.envelope import Envelope
from server.api.methods import methods_of, service_name
from server.api.rate_limits import NO_LIMITS, Limits, RateLimits
from server.store.database import is_postgresql
from server.store.lane import WriteLane
from server.store.reads import ReadPool
from server.work.gateways.carrying import Gateways
from server.work.ports import EventTail, Stations, WebhookTrials
from server.work.rules import Rules

LARGEST_MESSAGE = 4 * 1024 * 1024
GRACE = 3.0
"""How many seconds calls have to end when the server stops."""

LOOPBACK = ("127.0.0.1", "::1")
_HEALTH = health_pb2.DESCRIPTOR.services_by_name["Health"].full_name
_OPTIONS = (
    ("grpc.max_receive_message_length", LARGEST_MESSAGE),
    ("grpc.max_send_message_length", 8 * LARGEST_MESSAGE),
    # Above what Envoy lets through: gRPC refuses what is larger by chance.
    ("grpc.max_metadata_size", 24 * 1024),
    ("grpc.absolute_max_metadata_size", 32 * 1024),
    ("grpc.so_reuseport", 0),
    ("grpc.http2.max_ping_strikes", 0),
)


class ApiServer:
    """Serves the API on one port, in plain text: Envoy is in front of it.

    api = build(lane=lane, reads=reads, stations=bridge, tail=tail, trials=webhooks, rules=rules)
    await api.start("127.0.0.1:0")
    ...
    await api.stop()
    """

    def __init__(
        self,
        server: grpc.aio.Server,
        lane: WriteLane,
        authentication: Authentication,
        audit: Audit,
        log: CallLog,
        *,
        only_node: bool,
    ) -> None:
        self._server = server
        self.authentication = authentication
        """What knows who calls."""
        self.audit = audit
        """What keeps who called."""
        self.log = log
        """What writes a line for each call."""
        self._lane = lane
        self._only_node = only_node
        self._health = health.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        self.port = 0
        """Where it listens, once it has started."""

    async def start(self, address: str) -> int:
        """Listens at `host:port`, port 0 = any that is free; returns the port.

        RuntimeError if the address is taken.
        """
        if self._only_node:
            await self._lane.write(answers.settle_cut_off)
        self.port = self._server.add_insecure_port(address)
        await self._server.start()
        await self._health.set("", health_pb2.HealthCheckResponse.SERVING)
        return self.port

    async def stop(self, grace: float = GRACE) -> None:
        """Takes no more calls, and lets those that run end for so many seconds."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace)
        await self.audit.close()
        self.log.write()


def build(
    *,
    lane: WriteLane,
    reads: ReadPool,
    stations: Stations,
    tail: EventTail,
    trials: WebhookTrials,
    rules: Rules,
    gateways: Gateways | None = None,
    limits: Limits = NO_LIMITS,
    trusted_proxies: Collection[str] = LOOPBACK,
) -> ApiServer:
    """The server with every service. UnguardedMethodError or UnknownLaneError names a method that
    cannot be served safely."""
    authentication, audit, log = Authentication(lane, reads), Audit(lane), CallLog()
    envelope = Envelope(
        lane, reads, authentication, audit, log, RateLimits(limits), trusted_proxies
    )
    server = grpc.aio.server(options=_OPTIONS)
    served = services.table_of_contents(
        lane, reads, stations, tail, rules, authentication, audit, trials, gateways=gateways
    )
    server.add_generic_rpc_handlers((_Handlers(served, envelope),))
    names = [service_name(servicer) for servicer in served]
    rest_check.add_to(server, names)
    _reflect(server, (*names, _HEALTH, reflection.SERVICE_NAME))
    return ApiServer(
        server, lane, authentication, audit, log, only_node=not is_postgresql(reads.database)
    )


def _reflect(server: grpc.aio.Server, names: Collection[str]) -> None:
    """Tells tools what is served, by both versions of the protocol: they are the same but for the
    name, and newer tools ask by `v1`, which grpcio-reflection does not know."""
    reflection.enable_server_reflection(names, server)
    answer = grpc.stream_stream_rpc_method_handler(
        reflection.aio.ReflectionServicer(names).ServerReflectionInfo,
        request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
        response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
    )
    handlers = {"ServerReflectionInfo": answer}
    newer = grpc.method_handlers_generic_handler("grpc.reflection.v1.ServerReflection", handlers)
    server.add_generic_rpc_handlers((newer,))


class _Handlers(grpc.GenericRpcHandler):
    """Every method of every service in the envelope. One table for all: gRPC asks one generic
    handler after the other, at every call."""

    def __init__(self, servicers: Iterable[object], envelope: Envelope) -> None:
        self._by_path = {
            method.path: envelope.around(method, getattr(servicer, method.name))
            for servicer in servicers
            for method in methods_of(service_name(servicer))
        }

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> "grpc.RpcMethodHandler[Any, Any] | None":
        """The handler of a method; None if it is none of ours."""
        return self._by_path.get(handler_call_details.method)
