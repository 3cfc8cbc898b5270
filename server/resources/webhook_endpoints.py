"""Webhook endpoints, and what is wrong with a URL to send to."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from ampline.v1.webhook_endpoint_pb2 import WebhookEndpoint
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models

MAPPING = Mapping(
    WebhookEndpoint,
    models.WebhookEndpoint,
    elsewhere=("secret",),  # shown once, by whoever makes it
    derived={"search_text": lambda endpoint: fold(endpoint.display_name, endpoint.url)},
)


def faults_of(endpoint: WebhookEndpoint) -> dict[str, str]:
    """Field path -> what is wrong with it."""
    problem = _problem_of(endpoint.url) if endpoint.url else None
    return {} if problem is None else {"url": problem}


def _problem_of(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return f"is no URL: {error}"
    if any(letter.isspace() or not letter.isprintable() for letter in url):
        return "must not contain spaces"
    if not parts.hostname or port == 0:
        return "is not a whole URL"
    if parts.username or parts.password or parts.fragment:
        return "must have no credentials and no fragment"
    return None if parts.scheme in {"http", "https"} else "must be https"


def is_unsafe(url: str) -> bool:
    """Whether what is sent there could be read on its way: by http to another machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not _is_own_machine(parts)


def _is_own_machine(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
