"""OCPP messages in words: what a frame says, in one line."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Flask

from ampline.v1.ocpp_message_pb2 import OcppMessage
from portal.language import lazy

CALL_RESULT, CALL_ERROR = 3, 4
MOST_PARTS, MOST_LETTERS = 5, 80
# By action: what to say of its payload; each part by its paths in the versions of OCPP, its label
# before it. Of other actions the first values are said.
PARTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "Authorize": (("", ("idTag", "idToken.idToken")),),
    "BootNotification": (
        ("", ("chargePointVendor", "chargingStation.vendorName")),
        ("", ("chargePointModel", "chargingStation.model")),
        (lazy("firmware"), ("firmwareVersion", "chargingStation.firmwareVersion")),
        ("", ("reason",)),
    ),
    "Heartbeat": (),
    "MeterValues": ((lazy("connector"), ("connectorId",)), ("EVSE", ("evseId",))),
    "StartTransaction": (
        (lazy("connector"), ("connectorId",)),
        (lazy("token"), ("idTag",)),
        (lazy("meter"), ("meterStart",)),
    ),
    "StatusNotification": (
        ("EVSE", ("evseId",)),
        (lazy("connector"), ("connectorId",)),
        ("", ("status", "connectorStatus")),
        ("", ("errorCode",)),
        ("", ("info",)),
    ),
    "StopTransaction": (
        (lazy("transaction"), ("transactionId",)),
        (lazy("meter"), ("meterStop",)),
        ("", ("reason",)),
    ),
    "TransactionEvent": (
        ("", ("eventType",)),
        ("", ("triggerReason",)),
        ("", ("transactionInfo.chargingState",)),
        (lazy("transaction"), ("transactionInfo.transactionId",)),
        (lazy("token"), ("idToken.idToken",)),
    ),
}
ANSWERS = ("status", "idTagInfo.status", "idTokenInfo.status", "transactionId", "currentTime")


def register(app: Flask) -> None:
    app.add_template_filter(laid_out)
    app.add_template_filter(message_text)
    app.add_template_filter(answer_text)


def laid_out(frame: str) -> str:
    """What a frame carries, made readable; the frame as it is if it is no JSON."""
    try:
        return json.dumps(json.loads(frame), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return frame


def message_text(message: OcppMessage) -> str:
    """What the call says."""
    payload = at(frame_of(message.call), 3)
    if message.action in PARTS:
        told = [*parts(payload, PARTS[message.action]), *measured(payload)]
    else:
        told = [f"{name}: {value}" for name, value in values(payload)]
    return ", ".join(told[:MOST_PARTS])


def answer_text(message: OcppMessage) -> str:
    """What the answer says; empty while there is none, and where it says nothing."""
    frame = frame_of(message.answer)
    if at(frame, 0) == CALL_ERROR:
        return ": ".join(shortened(part) for part in frame[2:4] if part)
    found = (value_at(at(frame, 2), path) for path in ANSWERS)
    return next((shortened(value) for value in found if value is not None), "")


def frame_of(text: str) -> list[Any]:
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return frame if isinstance(frame, list) else []


def at(frame: list[Any], place: int) -> Any:
    return frame[place] if len(frame) > place else None


def parts(payload: Any, wanted: tuple[tuple[str, tuple[str, ...]], ...]) -> Iterator[str]:
    for label, paths in wanted:
        found = (value_at(payload, path) for path in paths)
        value = next((value for value in found if value not in (None, "", "NoError")), None)
        if value is not None:
            yield f"{label} {shortened(value)}".strip()


def measured(payload: Any) -> Iterator[str]:
    """The newest values of a set of meter values: `Power.Active.Import 11000 W`."""
    rows = payload.get("meterValue") if isinstance(payload, dict) else None
    newest = rows[-1] if isinstance(rows, list) and rows else {}
    samples = newest.get("sampledValue") if isinstance(newest, dict) else None
    for sample in samples if isinstance(samples, list) else ():
        unit = value_at(sample, "unit") or value_at(sample, "unitOfMeasure.unit") or "Wh"
        measurand = value_at(sample, "measurand") or "Energy.Active.Import.Register"
        yield f"{shortened(measurand)} {shortened(value_at(sample, 'value'))} {shortened(unit)}"


def values(payload: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The values in a payload, by their names."""
    for name, value in payload.items() if isinstance(payload, dict) else ():
        if isinstance(value, dict):
            yield from values(value, f"{prefix}{name}.")
        elif not isinstance(value, list):
            yield f"{prefix}{name}", shortened(value)


def value_at(payload: Any, path: str) -> Any:
    for name in path.split("."):
        payload = payload.get(name) if isinstance(payload, dict) else None
    return None if isinstance(payload, dict | list) else payload


def shortened(value: Any) -> str:
    text = str(value)
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
