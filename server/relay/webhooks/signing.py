"""What is sent: a CloudEvent in JSON, signed by Standard Webhooks."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import orjson
from google.protobuf.json_format import MessageToDict

from ampline.v1.event_pb2 import Event

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


def body_of(event: Event, source: str) -> bytes:
    """The event as structured JSON of CloudEvents 1.0; `data` is all of it, in proto JSON.

    `source` is the deployment's URI.
    """
    data: dict[str, Any] = MessageToDict(event)
    told = {
        "specversion": "1.0",
        "id": event.name,
        "source": source,
        "type": event.type,
        "subject": event.subject,
        "time": data.get("time") or data.get("recordTime"),
        "datacontenttype": "application/json",
        "data": data,
    }
    return orjson.dumps({name: value for name, value in told.items() if value})


def headers_of(
    message_id: str, seconds: int, body: bytes, secrets: Sequence[str]
) -> dict[str, str]:
    """The headers of an attempt at that time, in seconds since 1970: signed with each secret."""
    signed = b".".join((message_id.encode(), str(seconds).encode(), body))
    return {
        "content-type": CONTENT_TYPE,
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"
