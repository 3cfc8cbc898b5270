"""What the environment may decide; read once, at start."""

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of the server. `from_environment` names the variables; times are seconds."""

    data: Path = Path("var")
    database: str = "sqlite:///var/ampline.db"
    listen: str = "127.0.0.1"
    grpc_port: int = 8081
    ocpp_port: int = 8082
    public_url: str = "http://127.0.0.1:8080"
    bootstrap_key: str = ""
    bootstrap_operator: str = ""  # "username:password" of an administrator
    accept_unknown: bool = False
    no_tariff_is_free: bool = False
    ocpp_strict: bool = False
    currency: str = "EUR"
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    heartbeat: int = 300
    handshakes_per_second: int = 500
    messages_per_second: int = 50  # of one charger, sustained
    pending_session: int = 120
    running_price: int = 15  # how old the price of a running session may be
    lost_stop: int = 600
    long_term: int = 86_400
    event_retention: int = 30 * 86_400
    message_retention: int = 30 * 86_400
    audit_retention: int = 400 * 86_400
    calls_per_second: int = 200  # of one key or operator, sustained; 0 = any number
    calls_at_once: int = 1_000
    anonymous_calls_per_second: int = 5  # of one address, without a valid key; signing in
    anonymous_calls_at_once: int = 50
    status_log_retention: int = 365 * 86_400
    node: str = field(default_factory=lambda: f"{socket.gethostname()}-{os.getpid()}")


def from_environment(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings by the variables `AMPLINE_…`. ValueError names the variable that is wrong."""
    data = Path(environment.get("AMPLINE_DATA", "var"))
    return Settings(
        data=data,
        database=environment.get("AMPLINE_DATABASE") or f"sqlite:///{data / 'ampline.db'}",
        listen=environment.get("AMPLINE_LISTEN", "127.0.0.1"),
        grpc_port=_number(environment, "AMPLINE_GRPC_PORT", 8081),
        ocpp_port=_number(environment, "AMPLINE_OCPP_PORT", 8082),
        public_url=environment.get("AMPLINE_PUBLIC_URL", "http://127.0.0.1:8080"),
        bootstrap_key=environment.get("AMPLINE_BOOTSTRAP_KEY", ""),
        bootstrap_operator=environment.get("AMPLINE_BOOTSTRAP_OPERATOR", ""),
        accept_unknown=_switch(environment, "AMPLINE_ACCEPT_UNKNOWN"),
        no_tariff_is_free=_choice(environment, "AMPLINE_NO_TARIFF", ("refuse", "free")) == "free",
        ocpp_strict=_switch(environment, "AMPLINE_OCPP_STRICT"),
        currency=environment.get("AMPLINE_CURRENCY", "EUR"),
        trusted_proxies=_list(environment, "AMPLINE_TRUSTED_PROXIES", ("127.0.0.1", "::1")),
        heartbeat=_number(environment, "AMPLINE_HEARTBEAT", 300),
        handshakes_per_second=_number(environment, "AMPLINE_HANDSHAKES_PER_SECOND", 500),
        messages_per_second=_number(environment, "AMPLINE_MESSAGES_PER_SECOND", 50),
        pending_session=_number(environment, "AMPLINE_PENDING_SESSION", 120),
        running_price=_number(environment, "AMPLINE_RUNNING_PRICE", 15),
        lost_stop=_number(environment, "AMPLINE_LOST_STOP", 600),
        long_term=_number(environment, "AMPLINE_LONG_TERM", 86_400),
        event_retention=_number(environment, "AMPLINE_EVENT_RETENTION", 30 * 86_400),
        message_retention=_number(environment, "AMPLINE_MESSAGE_RETENTION", 30 * 86_400),
        audit_retention=_number(environment, "AMPLINE_AUDIT_RETENTION", 400 * 86_400),
        calls_per_second=_number(environment, "AMPLINE_CALLS_PER_SECOND", 200),
        calls_at_once=_positive(environment, "AMPLINE_CALLS_AT_ONCE", 1_000),
        anonymous_calls_per_second=_number(environment, "AMPLINE_ANONYMOUS_CALLS_PER_SECOND", 5),
        anonymous_calls_at_once=_positive(environment, "AMPLINE_ANONYMOUS_CALLS_AT_ONCE", 50),
        status_log_retention=_number(environment, "AMPLINE_STATUS_LOG_RETENTION", 365 * 86_400),
    )


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
