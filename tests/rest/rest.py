"""Calls the REST API as curl would, and reads what comes back."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode

Json = dict[str, Any]
DEADLINE = 15.0


@dataclass(frozen=True)
class Answer:
    """A response: its status, its headers by lower-case name, and its body as it came."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        """The body, which must say that it is JSON."""
        assert self.headers.get("content-type") == "application/json", self
        read: Json = json.loads(self.body)
        return read

    @property
    def reason(self) -> str:
        """The reason of an error, as google.rpc.ErrorInfo has it."""
        return str(self._detail("google.rpc.ErrorInfo").get("reason", ""))

    @property
    def metadata(self) -> Json:
        """What belongs to the reason."""
        return dict(self._detail("google.rpc.ErrorInfo").get("metadata", {}))

    @property
    def faulty_fields(self) -> list[str]:
        """The fields that an error finds fault with."""
        faults = self._detail("google.rpc.BadRequest").get("fieldViolations", [])
        return [fault["field"] for fault in faults]

    def _detail(self, kind: str) -> Json:
        details = self.json.get("details", [])
        found = [each for each in details if each["@type"] == f"type.googleapis.com/{kind}"]
        return dict(found[0]) if found else {}


class Rest:
    """The API at an address, for the holder of a key."""

    def __init__(self, address: str, key: str = "") -> None:
        self.address = address
        self._headers = {"authorization": f"Bearer {key}"} if key else {}

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> Answer:
        """One call; `body` goes out as JSON unless it is bytes already."""
        with self.opened(method, path, body, headers=headers, **query) as response:
            return answer_of(response)

    @contextmanager
    def opened(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> Iterator[HTTPResponse]:
        """One call whose body is still to be read."""
        connection = HTTPConnection(self.address, timeout=DEADLINE)
        text = body if isinstance(body, bytes) or body is None else json.dumps(body)
        target = f"{path}?{urlencode(query, doseq=True)}" if query else path
        try:
            connection.request(method, target, text, {**self._headers, **(headers or {})})
            yield connection.getresponse()
        finally:
            connection.close()

    def get(self, path: str, **query: Any) -> Answer:
        """Reads."""
        return self.call("GET", path, **query)

    def post(self, path: str, body: object, **query: Any) -> Answer:
        """Creates, or does."""
        return self.call("POST", path, body, **query)

    def patch(self, path: str, body: object, **query: Any) -> Answer:
        """Changes."""
        return self.call("PATCH", path, body, **query)

    def delete(self, path: str, **query: Any) -> Answer:
        """Deletes."""
        return self.call("DELETE", path, **query)


def answer_of(response: HTTPResponse) -> Answer:
    """The whole of a response."""
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, response.read())
