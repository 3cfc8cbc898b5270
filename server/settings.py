"""What the environment may decide; read once, at start."""

import os
import re
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from server import environment as read
from server.domain.destinations import LOOPBACK, address_of
from server.domain.webhooks import RETRIES
from server.environment import ANYWHERE, Environment, Networks

_LOGIN = re.compile(r"[^\s:]{1,254}:.+", re.DOTALL)
"""ampline.v1.PortalOperator.username, and a password."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the server. `from_environment` names the variables; times are seconds."""

    data: Path = Path("var")
    database: str = "sqlite:///var/ampline.db"
    listen: str = "127.0.0.1"
    grpc_port: int = 8081
    ocpp_port: int = 8082
    ocpp_tls_port: int | None = None  # None = no TLS of the bridge's own
    ocpp_tls_listen: str = "127.0.0.1"
    ocpp_tls_certificates: tuple[Path, ...] = ()  # each with its chain; of several kinds of keys
    ocpp_tls_keys: tuple[Path, ...] = ()  # of the certificates, in their order
    ocpp_tls_url: str = ""  # where chargers find that port; empty = at public_url's host
    ocpp_client_authorities: tuple[Path, ...] = ()  # whose certificates count as chargers'
    charger_authority: str = "own"  # who signs chargers' certificates: own, manual, or EST's URL
    charger_authority_certificate: Path | None = None  # of our own; None = made, and kept in data
    charger_authority_key: Path | None = None
    charger_authority_credentials: str = ""  # of EST: "username:password"
    charger_organization: str = ""  # which chargers' certificates must name
    charger_certificate_validity: int = 365 * 86_400
    charger_certificate_renewal: int = 30 * 86_400  # before its end; 0 = never
    v2g_provider: str = ""  # who issues cars' contracts, https://…
    ocsp_responders: tuple[str, ...] = ()  # hosts that are asked for certificates' status
    unsecured_from: Networks = LOOPBACK  # where chargers without any security may come from
    files_port: int = 8084
    public_url: str = "http://127.0.0.1:8080"
    bootstrap_key: str = ""
    bootstrap_operator: str = ""  # "username:password" of an administrator
    accept_unknown: bool = False
    no_tariff_is_free: bool = False
    ocpp_strict: bool = False
    currency: str = "EUR"
    time_zone: str = "UTC"  # the operator's: months, and the years of receipts
    operator_name: str = "Ampline"  # and what else of it stands on receipts
    operator_address: tuple[str, ...] = ()  # line by line
    operator_vat_number: str = ""
    operator_registration_number: str = ""
    operator_email: str = ""
    receipt_series: str = ""  # before the year in receipts' numbers
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    heartbeat: int = 300
    handshakes_per_second: int = 500
    messages_per_second: int = 50  # of one charger, sustained
    pending_session: int = 120
    running_price: int = 15  # how old the price of a running session may be
    lost_stop: int = 600
    long_term: int = 86_400
    read_configuration: str = "all"  # after a boot with new firmware; or "one_by_one", "never"
    pending_until_read: bool = False
    full_tokens: bool = False  # in the message log
    quirks: Path | None = None  # a folder of files like work/quirks.toml
    event_retention: int = 30 * 86_400
    message_retention: int = 30 * 86_400
    audit_retention: int = 400 * 86_400
    keep_local_lists: bool = False  # whether lists that were sent once are kept up to date
    log_retention: int = 90 * 86_400  # of chargers' own logs
    largest_log: int = 256 * 1024 * 1024  # bytes
    largest_firmware: int = 1024 * 1024 * 1024  # bytes
    calls_per_second: int = 200  # of one key or operator, sustained; 0 = any number
    calls_at_once: int = 1_000
    anonymous_calls_per_second: int = 5  # of one address, without a valid key; signing in
    anonymous_calls_at_once: int = 50
    status_log_retention: int = 365 * 86_400
    webhook_networks: Networks = LOOPBACK  # that webhooks may reach though they are not public
    webhook_plain_http: bool = False  # to loopback, http is always allowed
    webhook_timeout: int = 15
    webhook_retries: tuple[int, ...] = RETRIES
    stripe_key: str = field(default="", repr=False)  # empty = no payments through Stripe
    stripe_webhook_secret: str = field(default="", repr=False)
    stripe_api: str = ""  # where it is; empty = Stripe's own
    stripe_timeout: int = 20
    payments_port: int = 8085
    nats: str = ""  # by which several nodes reach one another; empty = there is one node
    log_level: str = "INFO"
    node: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}")


def from_environment(environment: Environment = os.environ) -> Settings:
    """Settings by the variables `AMPLINE_…`. ValueError names the variable that is wrong."""
    data = Path(environment.get("AMPLINE_DATA") or "var")
    accept_unknown = read.switch(environment, "AMPLINE_ACCEPT_UNKNOWN")
    listen = environment.get("AMPLINE_LISTEN") or "127.0.0.1"
    no_tariff = read.choice(environment, "AMPLINE_NO_TARIFF", ("refuse", "free"))
    public_url = read.url(
        environment, "AMPLINE_PUBLIC_URL", "http://127.0.0.1:8080", "http", "https"
    )
    return Settings(
        data=data,
        database=environment.get("AMPLINE_DATABASE") or f"sqlite:///{data / 'ampline.db'}",
        listen=listen,
        grpc_port=read.port(environment, "AMPLINE_GRPC_PORT", 8081),
        ocpp_port=read.port(environment, "AMPLINE_OCPP_PORT", 8082),
        **_tls(environment, listen),
        **_authority(environment),
        unsecured_from=read.networks(
            environment, "AMPLINE_UNSECURED_FROM", ANYWHERE if accept_unknown else LOOPBACK
        ),
        **_files(environment),
        public_url=public_url,
        **_administrator(environment),
        accept_unknown=accept_unknown,
        no_tariff_is_free=no_tariff == "free",
        ocpp_strict=read.switch(environment, "AMPLINE_OCPP_STRICT"),
        currency=read.currency(environment, "AMPLINE_CURRENCY", "EUR"),
        **_operator(environment),
        trusted_proxies=read.addresses(
            environment, "AMPLINE_TRUSTED_PROXIES", ("127.0.0.1", "::1")
        ),
        heartbeat=read.positive(environment, "AMPLINE_HEARTBEAT", 300),
        handshakes_per_second=read.positive(environment, "AMPLINE_HANDSHAKES_PER_SECOND", 500),
        messages_per_second=read.positive(environment, "AMPLINE_MESSAGES_PER_SECOND", 50),
        pending_session=read.number(environment, "AMPLINE_PENDING_SESSION", 120),
        running_price=read.number(environment, "AMPLINE_RUNNING_PRICE", 15),
        lost_stop=read.number(environment, "AMPLINE_LOST_STOP", 600),
        long_term=read.number(environment, "AMPLINE_LONG_TERM", 86_400),
        **_chargers(environment),
        event_retention=read.number(environment, "AMPLINE_EVENT_RETENTION", 30 * 86_400),
        message_retention=read.number(environment, "AMPLINE_MESSAGE_RETENTION", 30 * 86_400),
        audit_retention=read.number(environment, "AMPLINE_AUDIT_RETENTION", 400 * 86_400),
        keep_local_lists=read.switch(environment, "AMPLINE_KEEP_LOCAL_LISTS"),
        **_calls(environment),
        status_log_retention=read.number(environment, "AMPLINE_STATUS_LOG_RETENTION", 365 * 86_400),
        **_webhooks(environment, public_url),
        nats=read.url(environment, "AMPLINE_NATS", "", "nats", "tls"),
        **_payments(environment),
        log_level=read.log_level(environment, "AMPLINE_LOG_LEVEL", "INFO"),
    )


def _administrator(environment: Environment) -> dict[str, Any]:
    """What the first administrator calls and signs in with."""
    key = environment.get("AMPLINE_BOOTSTRAP_KEY", "")
    if key and (not key.isascii() or not key.isprintable() or " " in key):
        raise ValueError("AMPLINE_BOOTSTRAP_KEY: must be of ASCII, without spaces: it is a header")
    login = environment.get("AMPLINE_BOOTSTRAP_OPERATOR", "")
    if login and not _LOGIN.fullmatch(login):
        raise ValueError("AMPLINE_BOOTSTRAP_OPERATOR: must be username:password")
    return {"bootstrap_key": key, "bootstrap_operator": login}


def _tls(environment: Environment, listen: str) -> dict[str, Any]:
    """The settings of the bridge's own TLS."""
    certificates = read.paths(environment, "AMPLINE_OCPP_TLS_CERTIFICATE")
    keys = read.paths(environment, "AMPLINE_OCPP_TLS_KEY")
    port = None
    if environment.get("AMPLINE_OCPP_TLS_PORT"):
        port = read.port(environment, "AMPLINE_OCPP_TLS_PORT", 0)
        if not certificates:
            raise ValueError("AMPLINE_OCPP_TLS_CERTIFICATE: is needed with AMPLINE_OCPP_TLS_PORT")
        if len(certificates) != len(keys):
            raise ValueError("AMPLINE_OCPP_TLS_KEY: must have a key for each certificate")
    return {
        "ocpp_tls_port": port,
        "ocpp_tls_listen": environment.get("AMPLINE_OCPP_TLS_LISTEN") or listen,
        "ocpp_tls_certificates": certificates,
        "ocpp_tls_keys": keys,
        "ocpp_tls_url": read.url(environment, "AMPLINE_OCPP_TLS_URL", "", "wss"),
        "ocpp_client_authorities": read.paths(environment, "AMPLINE_OCPP_CLIENT_CA"),
    }


def _chargers(environment: Environment) -> dict[str, Any]:
    """The settings of what is known of chargers, and kept of what they say."""
    quirks = environment.get("AMPLINE_QUIRKS")
    return {
        "read_configuration": read.choice(
            environment, "AMPLINE_READ_CONFIGURATION", ("all", "one_by_one", "never")
        ),
        "pending_until_read": read.switch(environment, "AMPLINE_PENDING_UNTIL_READ"),
        "full_tokens": read.switch(environment, "AMPLINE_FULL_TOKENS"),
        "quirks": Path(quirks) if quirks else None,
    }


def _webhooks(environment: Environment, public_url: str) -> dict[str, Any]:
    """The settings of what is sent to webhook endpoints."""
    here = LOOPBACK if _is_here(public_url) else ()
    return {
        "webhook_networks": read.networks(environment, "AMPLINE_WEBHOOK_NETWORKS", here),
        "webhook_plain_http": read.switch(environment, "AMPLINE_WEBHOOK_PLAIN_HTTP"),
        "webhook_timeout": read.positive(environment, "AMPLINE_WEBHOOK_TIMEOUT", 15),
        "webhook_retries": read.numbers(environment, "AMPLINE_WEBHOOK_RETRIES", RETRIES),
    }


def _calls(environment: Environment) -> dict[str, Any]:
    """How often one may call."""
    return {
        "calls_per_second": read.number(environment, "AMPLINE_CALLS_PER_SECOND", 200),
        "calls_at_once": read.positive(environment, "AMPLINE_CALLS_AT_ONCE", 1_000),
        "anonymous_calls_per_second": read.number(
            environment, "AMPLINE_ANONYMOUS_CALLS_PER_SECOND", 5
        ),
        "anonymous_calls_at_once": read.positive(
            environment, "AMPLINE_ANONYMOUS_CALLS_AT_ONCE", 50
        ),
    }


def _payments(environment: Environment) -> dict[str, Any]:
    """The settings of the account at Stripe."""
    key = environment.get("AMPLINE_STRIPE_KEY", "")
    secret = environment.get("AMPLINE_STRIPE_WEBHOOK_SECRET", "")
    if bool(key) != bool(secret):
        raise ValueError("AMPLINE_STRIPE_WEBHOOK_SECRET: is needed with AMPLINE_STRIPE_KEY")
    return {
        "stripe_key": key,
        "stripe_webhook_secret": secret,
        "stripe_api": read.url(environment, "AMPLINE_STRIPE_API", "", "http", "https"),
        "stripe_timeout": read.positive(environment, "AMPLINE_STRIPE_TIMEOUT", 20),
        "payments_port": read.port(environment, "AMPLINE_PAYMENTS_PORT", 8085),
    }


def _authority(environment: Environment) -> dict[str, Any]:
    """The settings of who signs chargers' certificates, and who knows about cars'."""
    asked = environment.get("AMPLINE_CHARGER_CA") or "own"
    if asked not in {"own", "manual"} and not asked.startswith("https://"):
        raise ValueError(f"AMPLINE_CHARGER_CA: {asked!r} is neither own, manual nor https://…")
    files = read.paths(environment, "AMPLINE_CHARGER_CA_CERTIFICATE")
    keys = read.paths(environment, "AMPLINE_CHARGER_CA_KEY")
    if len(files) != len(keys) or len(files) > 1:
        raise ValueError(
            "AMPLINE_CHARGER_CA_KEY: must be the key of AMPLINE_CHARGER_CA_CERTIFICATE"
        )
    return {
        "v2g_provider": read.url(environment, "AMPLINE_V2G_PROVIDER", "", "https"),
        "ocsp_responders": read.words(environment, "AMPLINE_OCSP_RESPONDERS"),
        "charger_authority": asked,
        "charger_authority_certificate": files[0] if files else None,
        "charger_authority_key": keys[0] if keys else None,
        "charger_authority_credentials": environment.get("AMPLINE_CHARGER_CA_CREDENTIALS", ""),
        "charger_organization": environment.get("AMPLINE_CHARGER_ORGANIZATION", ""),
        "charger_certificate_validity": read.positive(
            environment, "AMPLINE_CHARGER_CERTIFICATE_VALIDITY", 365 * 86_400
        ),
        "charger_certificate_renewal": read.number(
            environment, "AMPLINE_CHARGER_CERTIFICATE_RENEWAL", 30 * 86_400
        ),
    }


def _files(environment: Environment) -> dict[str, Any]:
    return {
        "files_port": read.port(environment, "AMPLINE_FILES_PORT", 8084),
        "log_retention": read.number(environment, "AMPLINE_LOG_RETENTION", 90 * 86_400),
        "largest_log": read.positive(environment, "AMPLINE_LARGEST_LOG", 256 * 1024 * 1024),
        "largest_firmware": read.positive(
            environment, "AMPLINE_LARGEST_FIRMWARE", 1024 * 1024 * 1024
        ),
    }


def _operator(environment: Environment) -> dict[str, Any]:
    """Whoever runs the network: what stands on receipts of it, and by which clock its days go."""
    address = environment.get("AMPLINE_OPERATOR_ADDRESS", "").split(";")
    return {
        "time_zone": read.time_zone(environment, "AMPLINE_TIME_ZONE", "UTC"),
        "operator_name": environment.get("AMPLINE_OPERATOR_NAME") or "Ampline",
        "operator_address": tuple(line.strip() for line in address if line.strip()),
        "operator_vat_number": environment.get("AMPLINE_OPERATOR_VAT_NUMBER", ""),
        "operator_registration_number": environment.get("AMPLINE_OPERATOR_REGISTRATION", ""),
        "operator_email": environment.get("AMPLINE_OPERATOR_EMAIL", ""),
        "receipt_series": environment.get("AMPLINE_RECEIPT_SERIES", ""),
    }


def _is_here(url: str) -> bool:
    """Whether the URL leads to this machine alone."""
    address = address_of(urlsplit(url).hostname or "")
    return address is not None and address.is_loopback
