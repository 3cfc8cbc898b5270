"""Webhooks reach public addresses, and what a setting names: by name, by number, at each look."""

import socket
import ssl
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from server.domain.destinations import LOOPBACK, Addresses
from server.relay.webhooks.addresses import CheckedResolver
from server.relay.webhooks.sending import Sender
from server.settings import from_environment
from tests.ocpp.authority import Authority

PUBLIC = ["93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14", "64:ff9b::5db8:d70e"]
PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
    "2002:a00:1::",
]


class Names(AbstractResolver):
    """A resolver that says what a test wants, one answer after the other."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(hostname=host, host=each, port=port, family=family, proto=0, flags=0)
            for each in found
        ]

    async def close(self) -> None:
        """Nothing to close."""


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public(address: str) -> None:
    Addresses().require(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not(address: str) -> None:
    with pytest.raises(OSError, match="no public address"):
        Addresses().require(address)


def test_a_setting_names_networks() -> None:
    allowed = Addresses([ip_network("10.0.0.0/8")])
    for address in ("10.1.2.3", "::ffff:10.1.2.3", *PUBLIC):
        allowed.require(address)
    with pytest.raises(OSError, match="no public"):
        allowed.require("192.168.1.1")


def test_loopback_is_for_machines_of_ones_own() -> None:
    assert from_environment({}).webhook_networks == LOOPBACK
    assert from_environment({"AMPLINE_PUBLIC_URL": "http://localhost:8080"}).webhook_networks
    public = {"AMPLINE_PUBLIC_URL": "https://ampline.example"}
    assert from_environment(public).webhook_networks == ()
    assert from_environment({"AMPLINE_WEBHOOK_NETWORKS": "none"}).webhook_networks == ()
    named = {**public, "AMPLINE_WEBHOOK_NETWORKS": "10.0.0.0/8, fd00::/8"}
    assert list(map(str, from_environment(named).webhook_networks)) == ["10.0.0.0/8", "fd00::/8"]


class Server:
    """A server, by TLS or without, that says which host it was asked for."""

    def __init__(self) -> None:
        self.hosts: list[str] = []
        self.names: list[str] = []
        self.port = 0

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        async def handle(request: web.Request) -> web.Response:
            self.hosts.append(request.host)
            return web.Response(text="taken")

        app = web.Application()
        app.router.add_post("/", handle)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=tls).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self._runner.cleanup()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server that has not started."""
    made = Server()
    yield made
    await made.stop()


def sender(names: Names, networks: bool = True, tls: ssl.SSLContext | None = None) -> Sender:
    addresses = Addresses(LOOPBACK if networks else ())
    resolver = CheckedResolver(addresses, names)
    return Sender(addresses, plain_http=True, timeout=5, resolver=resolver, tls=tls)


async def test_a_name_that_leads_to_a_private_address(server: Server) -> None:
    await server.start()
    sending = sender(Names(["127.0.0.1"]), networks=False)
    told = await sending.send(f"http://inside.example:{server.port}/", {}, b"x")
    assert (told.attempt.status_code, server.hosts) == (0, [])
    assert "no public address" in told.attempt.error
    mixed = sender(Names(["93.184.215.14", "127.0.0.1"]), networks=False)
    assert "no public" in (await mixed.send("http://mixed.example/", {}, b"x")).attempt.error
    for each in (sending, mixed):
        await each.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "2130706433", "0x7f.1", "127.1"])
async def test_an_address_in_whatever_spelling(host: str) -> None:
    sending = Sender(Addresses(), plain_http=True, timeout=5)
    told = (await sending.send(f"http://{host}:9/", {}, b"x")).attempt
    assert (told.status_code, bool(told.error)) == (0, True)
    assert "refused" not in told.error.lower(), "nothing was connected to"
    await sending.close()


async def test_what_was_checked_is_what_is_connected_to(server: Server) -> None:
    """A name that is rebound between check and connection gains nothing: there is one look."""
    await server.start()
    names = Names(["127.0.0.1"], ["10.0.0.1"])
    sending = sender(names)
    told = await sending.send(f"http://hook.example:{server.port}/", {}, b"x")
    assert (told.attempt.status_code, told.attempt.response_excerpt) == (200, "taken")
    assert names.asked == ["hook.example"]
    assert server.hosts == [f"hook.example:{server.port}"]
    await sending.close()


async def test_tls_goes_by_the_name(server: Server, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate = authority.server()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate.certificate, certificate.key)
    await server.start(tls)
    sending = sender(Names(["127.0.0.1"]), tls=authority.trusting())
    right = (await sending.send(f"https://localhost:{server.port}/", {}, b"x")).attempt
    assert (right.status_code, right.error) == (200, "")
    wrong = (await sending.send(f"https://other.example:{server.port}/", {}, b"x")).attempt
    assert wrong.status_code == 0
    assert "certificate" in wrong.error.lower()
    await sending.close()


async def test_http_is_for_loopback_unless_a_setting_says_otherwise(server: Server) -> None:
    await server.start()
    sending = Sender(Addresses(LOOPBACK), timeout=5)
    here = (await sending.send(f"http://127.0.0.1:{server.port}/", {}, b"x")).attempt
    there = (await sending.send("http://93.184.215.14/", {}, b"x")).attempt
    assert (here.status_code, there.status_code) == (200, 0)
    assert "http is allowed to loopback alone" in there.error
    await sending.close()
