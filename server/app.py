"""The composition root: the one place that knows every room and puts them together."""

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from cryptography import x509

from server.api import server as api
from server.api.rate_limits import Limits
from server.bus.everywhere import StationsEverywhere
from server.bus.nats_bus import NatsBus
from server.domain.destinations import Addresses
from server.domain.device_model import Reading
from server.domain.payments import Method
from server.domain.token_bucket import Rate
from server.files.endpoint import FileEndpoint
from server.ocpp.bridge import Bridge
from server.ocpp.gate.tls import Tls, TlsFiles
from server.payments.calls import account_of
from server.payments.endpoint import PaymentEndpoint
from server.payments.saving import StripeSaving
from server.payments.stripe_gateway import StripeGateway
from server.pki.choice import authority_of
from server.pki.elsewhere import CertificatesElsewhere
from server.relay.balancing.balancer import Balancer
from server.relay.clock import Clock
from server.relay.collecting import Collecting
from server.relay.errands import Errands
from server.relay.jobs import Keeping, platform_jobs
from server.relay.presence import Presence
from server.relay.reactions import Reactions
from server.relay.rounds import Rounds
from server.relay.signing import Signing
from server.relay.stops import Stops
from server.relay.tail import Tail
from server.relay.webhooks.engine import Pace, Webhooks
from server.relay.webhooks.sending import Sender
from server.settings import Settings
from server.store.database import open_database
from server.store.lane import WriteLane
from server.store.reads import ReadPool
from server.work import nodes, quirks
from server.work.access import bootstrap
from server.work.gateways.carrying import Gateways
from server.work.money.balance_gateway import built_in
from server.work.ports import Stations
from server.work.rules import Operator, Rules
from server.work.vendors import DataHandlers

DATA_HANDLERS: DataHandlers = {}
"""Who understands what chargers of which vendor send by DataTransfer: add yours."""


class Runner(Protocol):
    """What goes on by itself while the server serves."""

    def start(self) -> None:
        """Begins."""

    async def close(self) -> None:
        """Ends; what was begun is finished, or can be begun anew."""


class App:
    """The server: an async context that serves while it is entered.

    OSError, ValueError: the files that settings name cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        quirks.learn(settings.quirks)
        self._rules = rules_of(settings)
        self._authority = authority_of(settings)
        self._tls = tls_of(settings, getattr(self._authority, "chain", ()))
        self._payments: PaymentEndpoint | None = None
        self._bus = NatsBus(settings.nats) if settings.nats else None

    async def __aenter__(self) -> Self:
        settings, rules = self._settings, self._rules
        self._database = open_database(settings.database)
        self._reads = ReadPool(self._database)
        self._tail = Tail(self._database, self._reads)
        self._lane = WriteLane(self._database, self._ring)
        self._webhooks = webhooks_of(settings, self._lane, self._reads)
        self._reactions = Reactions(self._lane, [self._webhooks.reaction])
        await self._lane.write(lambda unit: bootstrap.ensure_key(unit, settings.bootstrap_key))
        await self._lane.write(
            lambda unit: bootstrap.ensure_operator(unit, settings.bootstrap_operator)
        )
        elsewhere = CertificatesElsewhere(
            settings.v2g_provider, frozenset(settings.ocsp_responders)
        )
        self._bridge = Bridge(settings, self._lane, self._reads, rules, self._tls, elsewhere)
        self._gateways = self._gateways_of(settings)
        self._stations: Stations = self._bridge.stations
        if self._bus:
            self._stations = await self._everywhere(self._bus, settings.node)
        self._api = api.build(
            lane=self._lane,
            reads=self._reads,
            stations=self._stations,
            tail=self._tail,
            trials=self._webhooks,
            rules=rules,
            limits=limits_of(settings),
            trusted_proxies=settings.trusted_proxies,
            gateways=self._gateways,
        )
        self._files = FileEndpoint(settings, self._lane, self._reads)
        self._runners = self._runners_of(settings, rules)
        await self._bridge.start()
        await self._files.start()
        if self._payments:
            await self._payments.start()
        await self._api.start(f"{settings.listen}:{settings.grpc_port}")
        for runner in self._runners:
            runner.start()
        return self

    async def _everywhere(self, bus: NatsBus, node: str) -> StationsEverywhere:
        """The chargers of all nodes. This one is noted as living before any charger comes."""
        here = self._bridge.stations
        everywhere = StationsEverywhere(here, bus, self._reads, node)
        here.elsewhere = everywhere
        await bus.start()
        await everywhere.start()
        await self._lane.write(lambda unit: nodes.renew(unit, node))
        return everywhere

    def _gateways_of(self, settings: Settings) -> Gateways:
        """The balance, and Stripe if there is an account; that tells of payments by itself, too."""
        gateways, saving = built_in(self._lane), None
        if account := account_of(settings):
            gateways[Method.EXTERNAL] = StripeGateway(account.client)
            saving = StripeSaving(account.client)
            self._payments = PaymentEndpoint(settings, account, self._lane)
        return Gateways(self._lane, gateways, 3.0 * settings.stripe_timeout, saving)

    def _runners_of(self, settings: Settings, rules: Rules) -> tuple[Runner, ...]:
        lane, reads, stations = self._lane, self._reads, self._stations
        here = self._bridge.stations
        jobs = platform_jobs(rules, keeping_of(settings), settings.running_price)
        renewal = settings.charger_certificate_renewal
        rounds = Rounds(
            lane,
            reads,
            stations,
            rules,
            keeps_lists=settings.keep_local_lists,
            shows_costs=settings.running_price,
        )
        return (
            *((Presence(lane, settings.node, here.still_here),) if self._bus else ()),
            Signing(lane, reads, stations, self._authority, renewal),
            Clock(lane, jobs),
            Errands(lane, rounds.all()),
            self._reactions,
            self._webhooks,
            Stops(lane, reads, stations),
            Collecting(lane, reads, self._gateways, stations, rules),
            Balancer(lane, self._tail, stations, settings.node),
        )

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stops asking, stops answering, then writes what is left."""
        for runner in self._runners:
            await runner.close()
        await self._tail.close()
        await self._api.stop()
        await self._files.stop()
        if self._payments:
            await self._payments.stop()
        await self._bridge.stop()
        if self._bus:
            await self._bus.close()
        self._lane.close()
        self._reads.close()
        self._database.close()

    def _ring(self, position: int) -> None:
        """Wakes whoever reads the event log. On the lane's thread."""
        self._tail.ring(position)
        self._reactions.ring(position)

    @property
    def grpc_port(self) -> int:
        """Where the API listens."""
        return self._api.port

    @property
    def ocpp_port(self) -> int:
        """Where the bridge listens."""
        return self._bridge.port

    @property
    def ocpp_tls_port(self) -> int | None:
        """Where the bridge listens by TLS; None = nowhere."""
        return self._bridge.tls_port

    @property
    def files_port(self) -> int:
        """Where files are brought and fetched."""
        return self._files.port

    @property
    def payments_port(self) -> int | None:
        """Where the payment gateway tells of payments; None = there is none."""
        return self._payments.port if self._payments else None

    def reload(self) -> None:
        """Reads the files again that settings name."""
        if self._tls:
            self._tls.reload()


def tls_of(settings: Settings, authorities: Sequence[x509.Certificate] = ()) -> Tls | None:
    """The bridge's own TLS, if there is to be any. ValueError: not with these files."""
    if settings.ocpp_tls_port is None:
        return None
    files = TlsFiles(
        settings.ocpp_tls_certificates, settings.ocpp_tls_keys, settings.ocpp_client_authorities
    )
    try:
        return Tls(files, authorities)
    except (OSError, ValueError) as error:
        raise ValueError(f"AMPLINE_OCPP_TLS_CERTIFICATE: {error}") from error


def _operator(settings: Settings) -> Operator:
    return Operator(
        settings.operator_name,
        settings.operator_address,
        settings.operator_vat_number,
        settings.operator_registration_number,
        settings.operator_email,
        settings.receipt_series,
    )


def rules_of(settings: Settings) -> Rules:
    """The settings that the verbs go by."""
    public_url = settings.public_url.rstrip("/")
    return Rules(
        currency=settings.currency,
        time_zone=settings.time_zone,
        operator=_operator(settings),
        no_tariff_is_free=settings.no_tariff_is_free,
        accept_unknown=settings.accept_unknown,
        heartbeat=settings.heartbeat,
        pending_session=settings.pending_session,
        lost_stop=settings.lost_stop,
        long_term=settings.long_term,
        charger_url=f"ws{public_url.removeprefix('http')}/ocpp",
        charger_tls_url=tls_url_of(settings),
        charger_certificates=settings.ocpp_tls_port is not None
        and bool(settings.ocpp_client_authorities or settings.charger_authority == "own"),
        charger_organization=settings.charger_organization,
        full_tokens=settings.full_tokens,
        data_handlers=DATA_HANDLERS,
        configuration_reading=Reading[settings.read_configuration.upper()],
        pending_until_read=settings.pending_until_read,
        files_url=f"{public_url}/files",
        largest_log=settings.largest_log,
        largest_firmware=settings.largest_firmware,
        webhook_plain_http=settings.webhook_plain_http,
        webhook_addresses=Addresses(settings.webhook_networks),
        takes_cards=bool(settings.stripe_key),
    )


def tls_url_of(settings: Settings) -> str:
    """Where chargers connect by TLS; empty = nowhere."""
    public = urlsplit(settings.public_url)
    if settings.ocpp_tls_port is None:
        return f"wss://{public.netloc}/ocpp" if public.scheme == "https" else ""
    return settings.ocpp_tls_url or f"wss://{public.hostname}:{settings.ocpp_tls_port}"


def webhooks_of(settings: Settings, lane: WriteLane, reads: ReadPool) -> Webhooks:
    """What sends events to webhook endpoints."""
    sender = Sender(
        Addresses(settings.webhook_networks),
        plain_http=settings.webhook_plain_http,
        timeout=settings.webhook_timeout,
    )
    return Webhooks(
        lane,
        reads,
        sender,
        source=settings.public_url,
        node=settings.node,
        retries=settings.webhook_retries,
        pace=Pace(lease=max(2.5 * settings.webhook_timeout, 3)),
    )


def keeping_of(settings: Settings) -> Keeping:
    """How long things are kept."""
    return Keeping(
        events=settings.event_retention,
        messages=settings.message_retention,
        statuses=settings.status_log_retention,
        audit=settings.audit_retention,
        logs=settings.log_retention,
    )


def limits_of(settings: Settings) -> Limits:
    """How often one may call."""
    return Limits(
        Rate(settings.calls_per_second, settings.calls_at_once),
        Rate(settings.anonymous_calls_per_second, settings.anonymous_calls_at_once),
    )
