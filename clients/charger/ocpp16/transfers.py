"""Firmware management, and logs, of OCPP 1.6 and its security whitepaper."""

from collections.abc import Mapping
from typing import Final

from clients.charger import transfers
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.updating import attempts, telling, update


def get_diagnostics(station: Charger, payload: Payload) -> Reply:
    """Uploads its diagnostics, after the answer has left."""
    name = f"{station.identity}-diagnostics.txt"
    tell = telling(station, "DiagnosticsStatusNotification")
    work = transfers.upload(
        station, payload["location"], name, tell, "UploadFailed", attempts(payload)
    )
    return Reply({"fileName": name}, work)


def get_log(station: Charger, payload: Payload) -> Reply:
    """Uploads a log, after the answer has left."""
    name = f"{station.identity}-{payload['logType']}.txt"
    tell = telling(station, "LogStatusNotification", requestId=payload["requestId"])
    location = payload["log"]["remoteLocation"]
    work = transfers.upload(station, location, name, tell, "UploadFailure", attempts(payload))
    return Reply({"status": "Accepted", "filename": name}, work)


def update_firmware(station: Charger, payload: Payload) -> Reply:
    """Fetches firmware, installs it and boots, after the answer has left."""
    tell = telling(station, "FirmwareStatusNotification")
    return Reply({}, update(station, payload["location"], tell, attempts(payload)))


def signed_update_firmware(station: Charger, payload: Payload) -> Reply:
    """The same; the signature is taken as it is."""
    tell = telling(station, "SignedFirmwareStatusNotification", requestId=payload["requestId"])
    work = update(station, payload["firmware"]["location"], tell, attempts(payload))
    return Reply({"status": "Accepted"}, work)


HANDLERS: Final[Mapping[str, Handler]] = {
    "GetDiagnostics": get_diagnostics,
    "GetLog": get_log,
    "SignedUpdateFirmware": signed_update_firmware,
    "UpdateFirmware": update_firmware,
}
