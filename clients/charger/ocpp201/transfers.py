"""Blocks L and N of OCPP 2.0.1: firmware, and logs."""

from collections.abc import Mapping
from typing import Final

from clients.charger import transfers
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.updating import attempts, telling, update


def get_log(station: Charger, payload: Payload) -> Reply:
    """Uploads a log, after the answer has left."""
    name = f"{station.identity}-{payload['logType']}.txt"
    tell = telling(station, "LogStatusNotification", requestId=payload["requestId"])
    location = payload["log"]["remoteLocation"]
    work = transfers.upload(station, location, name, tell, "UploadFailure", attempts(payload))
    return Reply({"status": "Accepted", "filename": name}, work)


def update_firmware(station: Charger, payload: Payload) -> Reply:
    """Fetches firmware, installs it and boots; a signature is taken as it is."""
    tell = telling(station, "FirmwareStatusNotification", requestId=payload["requestId"])
    work = update(station, payload["firmware"]["location"], tell, attempts(payload))
    return Reply({"status": "Accepted"}, work)


HANDLERS: Final[Mapping[str, Handler]] = {
    "GetLog": get_log,
    "UpdateFirmware": update_firmware,
}
