"""What the environment may decide; read once, at start."""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.domain.webhooks import RETRIES

Networks = tuple[IPv4Network | IPv6Network, ...]

LOOPBACK: Networks = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
ANYWHERE: Networks = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))


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
    node: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}")


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings by the variables `AMPLINE_…`. ValueError names the variable that is wrong."""
    data = Path(environment.get("AMPLINE_DATA", "var"))
    accept_unknown = _switch(environment, "AMPLINE_ACCEPT_UNKNOWN")
    listen = environment.get("AMPLINE_LISTEN", "127.0.0.1")
    public_url = environment.get("AMPLINE_PUBLIC_URL", "http://127.0.0.1:8080")
    return Settings(
        data=data,
        database=environment.get("AMPLINE_DATABASE") or f"sqlite:///{data / 'ampline.db'}",
        listen=listen,
        grpc_port=_number(environment, "AMPLINE_GRPC_PORT", 8081),
        ocpp_port=_number(environment, "AMPLINE_OCPP_PORT", 8082),
        **_tls(environment, listen),
        **_authority(environment),
        unsecured_from=_networks(
            environment, "AMPLINE_UNSECURED_FROM", ANYWHERE if accept_unknown else LOOPBACK
        ),
        **_files(environment),
        public_url=public_url,
        bootstrap_key=environment.get("AMPLINE_BOOTSTRAP_KEY", ""),
        bootstrap_operator=environment.get("AMPLINE_BOOTSTRAP_OPERATOR", ""),
        accept_unknown=accept_unknown,
        no_tariff_is_free=_choice(environment, "AMPLINE_NO_TARIFF", ("refuse", "free")) == "free",
        ocpp_strict=_switch(environment, "AMPLINE_OCPP_STRICT"),
        currency=environment.get("AMPLINE_CURRENCY", "EUR"),
        **_operator(environment),
        trusted_proxies=_list(environment, "AMPLINE_TRUSTED_PROXIES", ("127.0.0.1", "::1")),
        heartbeat=_number(environment, "AMPLINE_HEARTBEAT", 300),
        handshakes_per_second=_number(environment, "AMPLINE_HANDSHAKES_PER_SECOND", 500),
        messages_per_second=_number(environment, "AMPLINE_MESSAGES_PER_SECOND", 50),
        pending_session=_number(environment, "AMPLINE_PENDING_SESSION", 120),
        running_price=_number(environment, "AMPLINE_RUNNING_PRICE", 15),
        lost_stop=_number(environment, "AMPLINE_LOST_STOP", 600),
        long_term=_number(environment, "AMPLINE_LONG_TERM", 86_400),
        **_chargers(environment),
        event_retention=_number(environment, "AMPLINE_EVENT_RETENTION", 30 * 86_400),
        message_retention=_number(environment, "AMPLINE_MESSAGE_RETENTION", 30 * 86_400),
        audit_retention=_number(environment, "AMPLINE_AUDIT_RETENTION", 400 * 86_400),
        keep_local_lists=_switch(environment, "AMPLINE_KEEP_LOCAL_LISTS"),
        **_calls(environment),
        status_log_retention=_number(environment, "AMPLINE_STATUS_LOG_RETENTION", 365 * 86_400),
        **_webhooks(environment, public_url),
        nats=environment.get("AMPLINE_NATS", ""),
        **_payments(environment),
    )


def _tls(environment: Mapping[str, str], listen: str) -> dict[str, Any]:
    """The settings of the bridge's own TLS."""
    certificates = _paths(environment, "AMPLINE_OCPP_TLS_CERTIFICATE")
    keys = _paths(environment, "AMPLINE_OCPP_TLS_KEY")
    port = None
    if environment.get("AMPLINE_OCPP_TLS_PORT"):
        port = _number(environment, "AMPLINE_OCPP_TLS_PORT", 0)
        if not certificates or len(certificates) != len(keys):
            raise ValueError("AMPLINE_OCPP_TLS_KEY: must have a key for each certificate")
    return {
        "ocpp_tls_port": port,
        "ocpp_tls_listen": environment.get("AMPLINE_OCPP_TLS_LISTEN", listen),
        "ocpp_tls_certificates": certificates,
        "ocpp_tls_keys": keys,
        "ocpp_tls_url": environment.get("AMPLINE_OCPP_TLS_URL", ""),
        "ocpp_client_authorities": _paths(environment, "AMPLINE_OCPP_CLIENT_CA"),
    }


def _chargers(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings of what is known of chargers, and kept of what they say."""
    quirks = environment.get("AMPLINE_QUIRKS")
    return {
        "read_configuration": _choice(
            environment, "AMPLINE_READ_CONFIGURATION", ("all", "one_by_one", "never")
        ),
        "pending_until_read": _switch(environment, "AMPLINE_PENDING_UNTIL_READ"),
        "full_tokens": _switch(environment, "AMPLINE_FULL_TOKENS"),
        "quirks": Path(quirks) if quirks else None,
    }


def _webhooks(environment: Mapping[str, str], public_url: str) -> dict[str, Any]:
    """The settings of what is sent to webhook endpoints."""
    here = LOOPBACK if _is_here(public_url) else ()
    return {
        "webhook_networks": _networks(environment, "AMPLINE_WEBHOOK_NETWORKS", here),
        "webhook_plain_http": _switch(environment, "AMPLINE_WEBHOOK_PLAIN_HTTP"),
        "webhook_timeout": _positive(environment, "AMPLINE_WEBHOOK_TIMEOUT", 15),
        "webhook_retries": _numbers(environment, "AMPLINE_WEBHOOK_RETRIES", RETRIES),
    }


def _calls(environment: Mapping[str, str]) -> dict[str, Any]:
    """How often one may call."""
    return {
        "calls_per_second": _number(environment, "AMPLINE_CALLS_PER_SECOND", 200),
        "calls_at_once": _positive(environment, "AMPLINE_CALLS_AT_ONCE", 1_000),
        "anonymous_calls_per_second": _number(environment, "AMPLINE_ANONYMOUS_CALLS_PER_SECOND", 5),
        "anonymous_calls_at_once": _positive(environment, "AMPLINE_ANONYMOUS_CALLS_AT_ONCE", 50),
    }


def _payments(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings of the account at Stripe."""
    key = environment.get("AMPLINE_STRIPE_KEY", "")
    secret = environment.get("AMPLINE_STRIPE_WEBHOOK_SECRET", "")
    if bool(key) != bool(secret):
        raise ValueError("AMPLINE_STRIPE_WEBHOOK_SECRET: is needed with AMPLINE_STRIPE_KEY")
    return {
        "stripe_key": key,
        "stripe_webhook_secret": secret,
        "stripe_api": environment.get("AMPLINE_STRIPE_API", ""),
        "stripe_timeout": _positive(environment, "AMPLINE_STRIPE_TIMEOUT", 20),
        "payments_port": _number(environment, "AMPLINE_PAYMENTS_PORT", 8085),
    }


def _authority(environment: Mapping[str, str]) -> dict[str, Any]:
    """The settings of who signs chargers' certificates, and who knows about cars'."""
    asked = environment.get("AMPLINE_CHARGER_CA") or "own"
    if asked not in {"own", "manual"} and not asked.startswith("https://"):
        raise ValueError(f"AMPLINE_CHARGER_CA: {asked!r} is neither own, manual nor https://…")
    files = _paths(environment, "AMPLINE_CHARGER_CA_CERTIFICATE")
    keys = _paths(environment, "AMPLINE_CHARGER_CA_KEY")
    if len(files) != len(keys) or len(files) > 1:
        raise ValueError(
            "AMPLINE_CHARGER_CA_KEY: must be the key of AMPLINE_CHARGER_CA_CERTIFICATE"
        )
    provider = environment.get("AMPLINE_V2G_PROVIDER", "")
    if provider and not provider.startswith("https://"):
        raise ValueError(f"AMPLINE_V2G_PROVIDER: {provider!r} does not begin with https://")
    return {
        "v2g_provider": provider,
        "ocsp_responders": _list(environment, "AMPLINE_OCSP_RESPONDERS", ()),
        "charger_authority": asked,
        "charger_authority_certificate": files[0] if files else None,
        "charger_authority_key": keys[0] if keys else None,
        "charger_authority_credentials": environment.get("AMPLINE_CHARGER_CA_CREDENTIALS", ""),
        "charger_organization": environment.get("AMPLINE_CHARGER_ORGANIZATION", ""),
        "charger_certificate_validity": _positive(
            environment, "AMPLINE_CHARGER_CERTIFICATE_VALIDITY", 365 * 86_400
        ),
        "charger_certificate_renewal": _number(
            environment, "AMPLINE_CHARGER_CERTIFICATE_RENEWAL", 30 * 86_400
        ),
    }


def _paths(environment: Mapping[str, str], name: str) -> tuple[Path, ...]:
    return tuple(Path(path) for path in _list(environment, name, ()))


def _is_here(url: str) -> bool:
    """Whether the URL leads to this machine alone."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


def _networks(environment: Mapping[str, str], name: str, default: Networks) -> Networks:
    networks: list[IPv4Network | IPv6Network] = []
    if environment.get(name) == "none":
        return ()
    for text in _list(environment, name, ()):
        try:
            networks += ANYWHERE if text == "*" else [ip_network(text)]
        except ValueError:
            raise ValueError(f"{name}: {text!r} is no network, as 10.0.0.0/8 is") from None
    return tuple(networks) or default


def _files(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        "files_port": _number(environment, "AMPLINE_FILES_PORT", 8084),
        "log_retention": _number(environment, "AMPLINE_LOG_RETENTION", 90 * 86_400),
        "largest_log": _positive(environment, "AMPLINE_LARGEST_LOG", 256 * 1024 * 1024),
        "largest_firmware": _positive(environment, "AMPLINE_LARGEST_FIRMWARE", 1024 * 1024 * 1024),
    }


def _operator(environment: Mapping[str, str]) -> dict[str, Any]:
    """Whoever runs the network: what stands on receipts of it, and by which clock its days go."""
    address = environment.get("AMPLINE_OPERATOR_ADDRESS", "").split(";")
    return {
        "time_zone": _time_zone(environment),
        "operator_name": environment.get("AMPLINE_OPERATOR_NAME") or "Ampline",
        "operator_address": tuple(line.strip() for line in address if line.strip()),
        "operator_vat_number": environment.get("AMPLINE_OPERATOR_VAT_NUMBER", ""),
        "operator_registration_number": environment.get("AMPLINE_OPERATOR_REGISTRATION", ""),
        "operator_email": environment.get("AMPLINE_OPERATOR_EMAIL", ""),
        "receipt_series": environment.get("AMPLINE_RECEIPT_SERIES", ""),
    }


def _time_zone(environment: Mapping[str, str]) -> str:
    name = environment.get("AMPLINE_TIME_ZONE") or "UTC"
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"AMPLINE_TIME_ZONE: {name!r} is no time zone") from None
    return name


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise ValueError(f"{name}: {text!r} is not a whole number")
    return int(text)


def _positive(environment: Mapping[str, str], name: str, default: int) -> int:
    number = _number(environment, name, default)
    if not number:
        raise ValueError(f"{name}: must be at least 1")
    return number


def _switch(environment: Mapping[str, str], name: str) -> bool:
    return _choice(environment, name, ("0", "1")) == "1"


def _choice(environment: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    value = environment.get(name, choices[0])
    if value not in choices:
        raise ValueError(f"{name}: {value!r} is none of {', '.join(choices)}")
    return value


def _list(environment: Mapping[str, str], name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    text = environment.get(name, "")
    return tuple(part.strip() for part in text.split(",") if part.strip()) or default


def _numbers(
    environment: Mapping[str, str], name: str, default: tuple[int, ...]
) -> tuple[int, ...]:
    numbers = _list(environment, name, ())
    if not all(number.isdecimal() for number in numbers):
        raise ValueError(f"{name}: {environment[name]!r} is no list of whole numbers")
    return tuple(map(int, numbers)) or default
