"""Firmware images: their files come, and are handed out."""

from ampline.v1.firmware_image_pb2 import FirmwareImage as Message
from server.domain.errors import not_found, precondition
from server.resources import events
from server.resources.firmware import IMAGES
from server.store.files import StoredFile
from server.store.models import FirmwareImage
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work import tickets
from server.work.rules import Rules
from server.work.tickets import Issued

READY = int(Message.READY)
FOR_UPLOAD = 3600
"""Seconds that an operator has to bring a file."""
_OF_THE_FILE = ("state", "file_name", "size_bytes", "sha256", "md5", "upload_time")
_NAMED = FirmwareImage.name == param("name")
_WHOLE = Statement(IMAGES.query().where(_NAMED))
_CAME = Statement(
    FirmwareImage.update(
        state=READY,
        file=param("key"),
        file_name=param("file_name"),
        size_bytes=param("size"),
        sha256=param("sha256"),
        md5=param("md5"),
        upload_time=param("now"),
    ).where(_NAMED & FirmwareImage.file.is_null())
)


def upload(unit: Unit, rules: Rules, name: str) -> Issued:
    """A URL that takes the file. Refused FIRMWARE_IMAGE_READY if it is there."""
    if read(unit, name).state == READY:
        raise precondition("FIRMWARE_IMAGE_READY", f"{name} has its file", name=name)
    return tickets.to_bring(unit, rules, name, FOR_UPLOAD, rules.largest_firmware)


def came(unit: Unit, name: str, file: StoredFile, file_name: str) -> bool:
    """The whole file is here, on the disk; False if another was before."""
    came = unit.run(
        _CAME,
        name=name,
        key=file.key,
        file_name=file_name or "firmware.bin",
        size=file.size,
        sha256=file.sha256,
        md5=file.md5,
        now=unit.now,
    )
    if came:
        image = read(unit, name)
        partner = image.partner or None
        unit.tell(
            events.resource_changed(
                "updated", image, unit.now, changed_fields=_OF_THE_FILE, partner=partner
            )
        )
    return bool(came)


def download(unit: Unit, rules: Rules, name: str, seconds: int = tickets.FOR_DOWNLOAD) -> Issued:
    """A URL of the file. Refused NO_FILE if it is not there yet."""
    image = require_ready(unit, name)
    return tickets.to_fetch(unit, rules, name, image.file_name, seconds)


def require_ready(rows: Rows, name: str) -> Message:
    """An image with its file. Refused NO_FILE if that is not there yet."""
    image = read(rows, name)
    if image.state != READY:
        state = Message.State.Name(image.state)
        raise precondition("NO_FILE", f"{name} has no file yet", name=name, state=state)
    return image


def read(rows: Rows, name: str) -> Message:
    """An image as it is now."""
    row = rows.one(_WHOLE, name=name)
    if row is None:
        raise not_found(name)
    message: Message = IMAGES.to_message(row)
    return message
