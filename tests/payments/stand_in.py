"""A stand-in for Stripe's API: over HTTP, with idempotency keys, faults and signed notices."""

import asyncio
import hashlib
import hmac
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from tests.payments.stripe_account import Account, Object, StripeNoError

KEY, SECRET = "sk_test_stand_in", "whsec_stand_in"


class Fault(Enum):
    """What goes wrong with the next call that does something."""

    LOST = auto()  # it is done, and the connection breaks
    LATE = auto()  # it is done, and the answer takes for ever
    BROKEN = auto()  # 500, and nothing is done
    BROKEN_AFTER = auto()  # 500, and it is done
    BUSY = auto()  # 429, and nothing is done


class StandIn:
    """Serves an account; `faults` go wrong one after the other."""

    def __init__(self) -> None:
        self.account = Account()
        self.faults: list[Fault] = []
        self.calls: Counter[str] = Counter()
        self.done: Callable[[], Awaitable[None]] | None = None
        """Called when something was done, before it is answered."""
        self._kept: dict[str, tuple[str, int, bytes]] = {}
        self._runner: web.AppRunner

    @property
    def url(self) -> str:
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    def forget_keys(self) -> None:
        """A day has passed."""
        self._kept.clear()

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/v1/{path:.*}", self._get)
        app.router.add_post("/v1/{path:.*}", self._post)
        app.router.add_delete("/v1/{path:.*}", self._post)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def notify(self, url: str, *, again: int = 1, secret: str = SECRET) -> list[int]:
        """Tells of everything, the newest first, each so often; the answers' statuses."""
        statuses = []
        async with aiohttp.ClientSession() as session:
            for event in [each for each in reversed(self.account.told) for _ in range(again)]:
                body = json.dumps(event).encode()
                headers = {"Stripe-Signature": signature(body, secret)}
                async with session.post(url, data=body, headers=headers) as answer:
                    statuses.append(answer.status)
        return statuses

    async def _get(self, request: web.Request) -> web.Response:
        self._authorize(request)
        account, path = self.account, request.match_info["path"].split("/")
        self.calls[f"GET {path[0]}"] += 1
        found: Any
        match path:
            case ["payment_intents", "search"]:
                name = re.search(r"'(transactions/.*)'$", request.query["query"])
                found = [
                    each
                    for each in account.intents.values()
                    if name and each["metadata"].get("transaction") == name[1]
                ]
            case ["payment_intents"]:
                customer = request.query["customer"]
                found = [each for each in account.intents.values() if each["customer"] == customer]
            case ["refunds"]:
                intent = request.query["payment_intent"]
                found = [
                    each for each in account.refunds.values() if each["payment_intent"] == intent
                ]
            case ["payment_intents", name]:
                found = account.intents[name]
            case ["setup_intents", name]:
                found = account.setups[name]
            case ["checkout", "sessions", name]:
                found = account.pages[name]
        if isinstance(found, list):
            found = {"object": "list", "data": found, "has_more": False, "url": "/"}
        return web.json_response(found)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        self._authorize(request)
        body, path = await request.text(), request.match_info["path"]
        self.calls[path.split("/")[0]] += 1
        key = request.headers.get("Idempotency-Key", "")
        asked = hashlib.sha256(f"{path}?{body}".encode()).hexdigest()
        assert key or request.method == "DELETE", f"{path} has no idempotency key"
        if key in self._kept:
            return self._again(key, asked)
        fault = self.faults.pop(0) if self.faults else None
        if fault is Fault.BUSY:
            return _error(429, "rate_limit")
        status, told = 500, b'{"error": {"type": "api_error"}}'
        if fault is not Fault.BROKEN:
            done = self._do(request.method, path.split("/"), _nested(body))
            status, told = done if fault is not Fault.BROKEN_AFTER else (500, told)
        self._kept[key] = asked, status, told
        if self.done is not None:
            await self.done()
        if fault is Fault.LATE:
            await asyncio.sleep(3600)
        if fault is Fault.LOST:
            assert request.transport is not None
            request.transport.abort()
        return web.Response(body=told, status=status, content_type="application/json")

    def _again(self, key: str, asked: str) -> web.Response:
        before, status, told = self._kept[key]
        if before != asked:
            return _error(400, "idempotency_error")
        headers = {"Idempotent-Replayed": "true"}
        return web.Response(
            body=told, status=status, headers=headers, content_type="application/json"
        )

    def _do(self, method: str, path: list[str], asked: Object) -> tuple[int, bytes]:
        try:
            made = self._made(method, path, asked)
        except StripeNoError as error:
            return error.status, json.dumps(error.body).encode()
        return 200, json.dumps(made).encode()

    def _made(self, method: str, path: list[str], asked: Object) -> Object:
        account = self.account
        doors: dict[str, Callable[[Object], Object]] = {
            "payment_intents": account.create_intent,
            "refunds": account.refund,
            "checkout/sessions": account.create_page,
            "customers": account.create_customer,
            "setup_intents": account.create_setup,
        }
        if door := doors.get("/".join(path)):
            return door(asked)
        match path:
            case ["payment_intents", name, "capture"]:
                return account.capture(name, asked)
            case ["payment_intents", name, "cancel"]:
                return account.cancel(name)
            case ["checkout", "sessions", name, "expire"]:
                return account.expire(name)
            case ["customers", name] if method == "DELETE":
                return {**account.customers.pop(name), "deleted": True}
        raise AssertionError(path)

    def _authorize(self, request: web.Request) -> None:
        assert request.headers["Authorization"] == f"Bearer {KEY}"


@asynccontextmanager
async def serving() -> AsyncIterator[StandIn]:
    """A stand-in that answers."""
    stand_in = StandIn()
    await stand_in.start()
    try:
        yield stand_in
    finally:
        await stand_in.stop()


def signature(body: bytes, secret: str = SECRET, at: int | None = None) -> str:
    """What Stripe writes above a notice."""
    time_told = int(time.time()) if at is None else at
    signed = hmac.new(secret.encode(), f"{time_told}.".encode() + body, hashlib.sha256)
    return f"t={time_told},v1={signed.hexdigest()}"


def _error(status: int, kind: str) -> web.Response:
    return web.json_response({"error": {"type": kind, "message": kind}}, status=status)


def _nested(body: str) -> Object:
    """`metadata[a]=1` as {"metadata": {"a": "1"}}."""
    told: Object = {}
    for path, value in parse_qsl(body, keep_blank_values=True):
        *above, last = re.findall(r"[^\[\]]+", path)
        place = told
        for part in above:
            place = place.setdefault(part, {})
        place[last] = value
    return told
