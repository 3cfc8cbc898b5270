"""What the launcher tells the server of where it stands."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from server.settings import from_environment
from server.store.database import NoDatabaseError, open_database
from tests.running import ROOT, free_ports
from tools.run.checks import check
from tools.run.credentials import Credentials, credentials
from tools.run.platform import Platform

README = (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    ("environment", "networks"),
    [
        ({}, ""),
        ({"AMPLINE_LISTEN": "127.0.0.1"}, ""),
        ({"AMPLINE_LISTEN": "0.0.0.0"}, "none"),
        ({"AMPLINE_LISTEN": "0.0.0.0", "AMPLINE_WEBHOOK_NETWORKS": "10.0.0.0/8"}, "10.0.0.0/8"),
    ],
)
def test_a_server_that_others_reach_sends_no_webhooks_to_itself(
    environment: dict[str, str], networks: str
) -> None:
    platform = Platform(environment, Credentials("key", "admin:word"))
    assert platform.server().environment["AMPLINE_WEBHOOK_NETWORKS"] == networks


def test_an_account_at_stripe_is_a_key_and_what_signs_its_notices() -> None:
    key = {"AMPLINE_STRIPE_KEY": "sk_test_1"}
    with pytest.raises(ValueError, match="AMPLINE_STRIPE_WEBHOOK_SECRET"):
        from_environment(key)
    settings = from_environment({**key, "AMPLINE_STRIPE_WEBHOOK_SECRET": "whsec_1"})
    assert "sk_test_1" not in repr(settings)
    assert "whsec_1" not in repr(settings)


@pytest.mark.parametrize(
    "wrong",
    [
        {"AMPLINE_PORT": "abc"},
        {"AMPLINE_PORT": "0"},
        {"AMPLINE_PORT": "65536"},
        {"AMPLINE_GRPC_PORT": "-1"},
        {"AMPLINE_PORTAL_PORT": "8081"},
        {"AMPLINE_LISTEN": "localhost"},
        {"AMPLINE_PUBLIC_URL": "ampline.example"},
        {"AMPLINE_PUBLIC_URL": "ftp://ampline.example"},
        {"AMPLINE_TLS": "nowhere.pem"},
        {"AMPLINE_TLS": "README.md"},
        {"AMPLINE_TLS": "README.md,README.md"},
        {"AMPLINE_PROXIES_IN_FRONT": "one"},
        {"AMPLINE_CORS_ORIGINS": "*, app.example"},
        {"AMPLINE_DEMO": "no"},
        {"AMPLINE_BOOTSTRAP_KEY": "two words"},
        {"AMPLINE_BOOTSTRAP_KEY": "schlüssel"},
        {"AMPLINE_BOOTSTRAP_OPERATOR": "admin"},
        {"AMPLINE_BOOTSTRAP_OPERATOR": "an admin:word"},
        {"AMPLINE_CURRENCY": "euro"},
        {"AMPLINE_TIME_ZONE": "Europe/Nowhere"},
        {"AMPLINE_NO_TARIFF": "1"},
        {"AMPLINE_ACCEPT_UNKNOWN": "yes"},
        {"AMPLINE_OCPP_STRICT": "true"},
        {"AMPLINE_OCPP_TLS_CERTIFICATE": "nowhere.pem"},
        {"AMPLINE_OCPP_TLS_URL": "https://chargers.example"},
        {"AMPLINE_OCPP_CLIENT_CA": "nowhere.pem"},
        {"AMPLINE_CHARGER_CA": "http://est.example"},
        {"AMPLINE_V2G_PROVIDER": "contracts.example"},
        {"AMPLINE_UNSECURED_FROM": "10.0.0.1/8"},
        {"AMPLINE_HEARTBEAT": "0"},
        {"AMPLINE_HANDSHAKES_PER_SECOND": "0"},
        {"AMPLINE_MESSAGES_PER_SECOND": "0"},
        {"AMPLINE_TRUSTED_PROXIES": "proxy"},
        {"AMPLINE_READ_CONFIGURATION": "some"},
        {"AMPLINE_NATS": "http://nats.example"},
        {"AMPLINE_EVENT_RETENTION": "30d"},
        {"AMPLINE_WEBHOOK_NETWORKS": "private"},
        {"AMPLINE_WEBHOOK_RETRIES": "5,-1"},
        {"AMPLINE_LOG_LEVEL": "LOUD"},
        {"AMPLINE_MAP_TILES": "tiles.example"},
    ],
    ids=str,
)
def test_a_wrong_setting_is_named_before_anything_starts(
    wrong: dict[str, str], tmp_path: Path
) -> None:
    (name,) = wrong
    platform = Platform({"AMPLINE_DATA": str(tmp_path), **wrong}, credentials(tmp_path, wrong))
    with pytest.raises(ValueError, match=f"^{name}: "):
        check(platform)


@pytest.mark.parametrize(
    "url",
    ["mysql://me:secret@db/ampline", "sqlite:x.db", "sqlite:///README.md", "sqlite:////proc/x/y"],
)
def test_a_database_that_is_none_is_named_without_its_password(url: str) -> None:
    with pytest.raises(NoDatabaseError, match=r"^AMPLINE_DATABASE: ") as refused:
        open_database(url)
    assert "secret" not in str(refused.value)


def test_a_database_that_nobody_serves_is_named_without_its_password() -> None:
    (port,) = free_ports(1)
    with pytest.raises(NoDatabaseError, match=r"^AMPLINE_DATABASE: .*refused") as refused:
        open_database(f"postgresql://me:secret@127.0.0.1:{port}/ampline")
    assert "secret" not in str(refused.value)


def test_what_is_empty_was_not_said(tmp_path: Path) -> None:
    """As containers and unit files have it."""
    rows = re.findall(r"`(AMPLINE_[A-Z0-9_]+)`", README.split("## Settings")[1])
    environment = dict.fromkeys(rows, "")
    assert replace(from_environment(environment), node="") == replace(from_environment({}), node="")
    check(
        Platform({**environment, "AMPLINE_DATA": str(tmp_path)}, Credentials("key", "admin:word"))
    )


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        ("0.0.0.0", "127.0.0.1:8080"),
        ("192.0.2.1", "192.0.2.1:8080"),
        ("::", "[::1]:8080"),
        ("2001:db8::1", "[2001:db8::1]:8080"),
    ],
)
def test_the_public_port_is_looked_for_where_it_is(listen: str, address: str) -> None:
    platform = Platform({"AMPLINE_LISTEN": listen}, Credentials("key", "admin:word"))
    assert (platform.address, platform.url) == (address, f"http://{address}")
    assert platform.host_of("AMPLINE_PORT") == address.rpartition(":")[0].strip("[]")
    assert platform.host_of("AMPLINE_GRPC_PORT") == "127.0.0.1"
