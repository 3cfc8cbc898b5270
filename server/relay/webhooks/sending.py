"""One attempt: an HTTP request, and what came of it."""

import asyncio
import contextlib
import ssl
import time
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp

from ampline.v1.webhook_delivery_pb2 import WebhookAttempt
from server.domain.destinations import Addresses, ForbiddenAddressError
from server.relay.webhooks.addresses import CheckedResolver

EXCERPT = 1024
"""Bytes of an answer's body that are kept."""
_EXCERPT_SECONDS = 2.0
_LONGEST_REASON = 300
_REMEMBERED = 10
"""Seconds for which what a name resolved to, and was allowed, is connected to."""


class Answered(NamedTuple):
    """An attempt, and for how many seconds the endpoint asked to be left alone."""

    attempt: WebhookAttempt
    retry_after: int = 0


class Sender:
    """Sends to any number of endpoints at once. Made on the event loop it lives on."""

    def __init__(
        self,
        addresses: Addresses,
        *,
        plain_http: bool = False,
        timeout: float = 15.0,
        tls: ssl.SSLContext | None = None,
        resolver: CheckedResolver | None = None,
    ) -> None:
        self.timeout = timeout
        self._addresses = addresses
        self._plain_http = plain_http
        connector = aiohttp.TCPConnector(
            resolver=resolver or CheckedResolver(addresses),
            ssl=tls or True,
            limit=0,
            ttl_dns_cache=_REMEMBERED,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=timeout),
            headers={"user-agent": "Ampline-Webhooks/1", "accept": "*/*"},
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._session.close()

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> Answered:
        """Posts the body. Whatever goes wrong is in the answer."""
        attempt = WebhookAttempt()
        attempt.time.FromNanoseconds(time.time_ns() // 1000 * 1000)
        started = time.perf_counter()
        retry_after = 0
        try:
            self._require_allowed(url)
            async with self._session.post(
                url, data=body, headers=headers, allow_redirects=False
            ) as response:
                attempt.status_code = response.status
                attempt.latency.FromMicroseconds(_micros_since(started))
                attempt.response_excerpt = await _excerpt(response)
                retry_after = _seconds(response.headers.get("retry-after", ""))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            if not attempt.status_code:
                attempt.error = self._reason(error)
        if not attempt.HasField("latency"):
            attempt.latency.FromMicroseconds(_micros_since(started))
        return Answered(attempt, retry_after)

    def _require_allowed(self, url: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme == "http" and not (self._plain_http or is_loopback(host)):
            raise ForbiddenAddressError("http is allowed to loopback alone")
        self._addresses.require(host)

    def _reason(self, error: Exception) -> str:
        if isinstance(error, TimeoutError):
            return f"no answer within {self.timeout:g} s"
        if isinstance(error, ForbiddenAddressError):
            return str(error.strerror)
        return (str(error) or type(error).__name__)[:_LONGEST_REASON]


def is_loopback(host: str) -> bool:
    """Whether a URL's host is the server's own machine; a name may still resolve to another one."""
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


async def _excerpt(response: aiohttp.ClientResponse) -> str:
    """How the body begins. Its status was the answer, so a body that does not come is none."""
    read = b""
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        async with asyncio.timeout(_EXCERPT_SECONDS):
            while len(read) < EXCERPT and not response.content.at_eof():
                read += await response.content.read(EXCERPT - len(read))
    return read.decode(errors="replace").replace("\0", "")


def _micros_since(started: float) -> int:
    return int((time.perf_counter() - started) * 1_000_000)


def _seconds(retry_after: str) -> int:
    """Retry-After, where it is a number: an hour at most."""
    return min(int(retry_after), 3600) if retry_after.isdecimal() else 0
