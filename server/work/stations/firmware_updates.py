"""Firmware updates: from the request to the boot with the new firmware."""

import secrets
from typing import NamedTuple

from ampline.v1.charge_point_event_pb2 import ChargePointTransferStatus
from ampline.v1.firmware_image_pb2 import FirmwareImage
from ampline.v1.firmware_update_pb2 import FirmwareUpdate as Message
from server.domain.errors import not_found, precondition
from server.domain.facts import TransferReported
from server.domain.firmware import OVER, UNDER_WAY, UpdateState, after, is_for, is_proven_by_boot
from server.resources import events
from server.resources.firmware import UPDATES
from server.store.ids import new_name
from server.store.models import ChargePoint, FirmwareUpdate
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.stations import firmware_images
from server.work.stations.logs import MOST_NUMBERS

SECOND = 1_000_000
DAY = 86_400
PATIENCE = DAY
"""Seconds without a word after which an update is given up."""
FOR_FETCHING = 7 * DAY
"""Seconds, from its retrieve time on, for which a charger can fetch a firmware."""


class FirmwareWanted(NamedTuple):
    """What a charger is to install: an image, or what is at a URL. `wait` is in seconds: how long
    from now it fetches it."""

    charge_point: str
    firmware_image: str | None = None
    uri: str | None = None
    wait: int = 0
    publishes: bool = False


class Prepared(NamedTuple):
    """An update that the charger is about to be told of."""

    name: str
    uri: str
    number: int
    signing_certificate: str = ""
    signature: str = ""
    md5: str = ""


class _UpdateRow(NamedTuple):
    name: str
    state: int
    old_version: str | None
    new_version: str | None


class _Charger(NamedTuple):
    location: str | None
    partner: str | None
    vendor: str | None
    model: str | None
    firmware_version: str | None


_CHARGER = Statement(
    ChargePoint.select(*(getattr(ChargePoint, column) for column in _Charger._fields)).where(
        ChargePoint.name == param("name")
    )
)
INSERT = Append(
    FirmwareUpdate,
    (
        "name",
        "partner",
        "charge_point",
        "firmware_image",
        "firmware_campaign",
        "state",
        "transfer_number",
        "uri",
        "old_version",
        "new_version",
        "publishes",
        "create_time",
        "update_time",
    ),
)
_ROW = FirmwareUpdate.select(*(getattr(FirmwareUpdate, column) for column in _UpdateRow._fields))
_NAMED = FirmwareUpdate.name == param("name")
_AT = FirmwareUpdate.charge_point == param("charge_point")
_SINCE = param("since")
_NEWEST_FIRST = (FirmwareUpdate.create_time.desc(), FirmwareUpdate.name.desc())
_BY_NUMBER = Statement(
    _ROW.where(_AT & (FirmwareUpdate.transfer_number == param("number")))
    .order_by(*_NEWEST_FIRST)
    .limit(1)
)
_LAST_AT = Statement(
    _ROW.where(
        _AT
        & (
            FirmwareUpdate.state.in_(UNDER_WAY)
            | ((FirmwareUpdate.state == UpdateState.FAILED) & (FirmwareUpdate.update_time > _SINCE))
        )
    )
    .order_by(*_NEWEST_FIRST)
    .limit(1)
)
_UNDER_WAY_AT = Statement(
    _ROW.where(
        _AT & FirmwareUpdate.state.in_(UNDER_WAY) & (FirmwareUpdate.publishes == param("publishes"))
    ).order_by(*_NEWEST_FIRST)
)
_OFFERED = Statement(
    FirmwareUpdate.update(published_uris=param("uris")).where(FirmwareUpdate.name == param("name"))
)
_PUBLISHED_AT = Statement(
    _ROW.where(
        _AT
        & (FirmwareUpdate.firmware_image == param("image"))
        & (FirmwareUpdate.state == UpdateState.PUBLISHED)
    )
)
_SILENT = Statement(
    FirmwareUpdate.select(FirmwareUpdate.name)
    .where(FirmwareUpdate.state.in_(UNDER_WAY) & (FirmwareUpdate.update_time < param("before")))
    .limit(param("limit"))
)
_WHOLE = Statement(UPDATES.query().where(_NAMED))
_MOVE = Statement(
    FirmwareUpdate.update(
        state=param("state"),
        failure=param("failure"),
        end_time=param("end_time"),
        update_time=param("now"),
    ).where(_NAMED)
)
_WORD = Statement(FirmwareUpdate.update(charger_status=param("status")).where(_NAMED))
_FORGET = Statement(FirmwareUpdate.delete().where(_AT))
_WITH = FirmwareUpdate.firmware_image == param("image")
_UNDER_WAY_WITH = Statement(
    FirmwareUpdate.select(FirmwareUpdate.name)
    .where(_WITH & FirmwareUpdate.state.in_((UpdateState.QUEUED, *UNDER_WAY)))
    .limit(1)
)
_FORGET_IMAGE = Statement(FirmwareUpdate.update(firmware_image=None).where(_WITH))
_DELETE = Statement(FirmwareUpdate.delete().where(_NAMED))


def prepare(unit: Unit, rules: Rules, wanted: FirmwareWanted) -> Prepared:
    """Makes the update, so that whatever the charger tells next finds it."""
    charger, image = charger_of(unit, wanted.charge_point), None
    if wanted.firmware_image:
        image = firmware_images.read(unit, wanted.firmware_image)
        if not wanted.publishes:
            require_fit(image, wanted.charge_point, charger)
    name, number = new_name("firmwareUpdates"), new_number()
    columns = {
        **wanted._asdict(),
        "name": name,
        "partner": charger.partner,
        "firmware_campaign": None,
        "state": UpdateState.REQUESTED,
        "transfer_number": number,
        "old_version": charger.firmware_version,
        "new_version": image.firmware_version if image else None,
        "create_time": unit.now,
        "update_time": unit.now,
    }
    unit.insert(INSERT, tuple(columns[column] for column in INSERT.columns))
    if image is None:
        return Prepared(name, wanted.uri or "", number)
    return offered(unit, rules, name, image, number, wanted.wait)


def offered(
    unit: Unit, rules: Rules, name: str, image: FirmwareImage, number: int, wait: int = 0
) -> Prepared:
    """What to tell the charger of an image: a URL for it alone, and the signature."""
    uri = firmware_images.download(unit, rules, image.name, wait + FOR_FETCHING).uri
    return Prepared(name, uri, number, image.signing_certificate, image.signature, image.md5)


def new_number() -> int:
    """What the charger's notifications of a transfer bear: one that no other has, most likely."""
    return 1 + secrets.randbelow(MOST_NUMBERS)


def charger_of(rows: Rows, charge_point: str) -> _Charger:
    """What firmware depends on."""
    row = rows.one(_CHARGER, name=charge_point)
    if row is None:
        raise not_found(charge_point)
    return _Charger(*row)


def require_fit(image: FirmwareImage, charge_point: str, charger: _Charger) -> None:
    """Refused FIRMWARE_MISMATCH if the image is for other chargers."""
    if not is_for(image.vendor, image.models, charger.vendor, charger.model):
        raise precondition(
            "FIRMWARE_MISMATCH",
            f"{image.name} is not for {charge_point}",
            vendor=charger.vendor or "",
            model=charger.model or "",
        )


def accepted(unit: Unit, name: str, status: str) -> None:
    """The charger agreed: it gives up what it was told before."""
    if status:
        unit.run(_WORD, name=name, status=status)
    update = read(unit, name)
    same = unit.all(_UNDER_WAY_AT, charge_point=update.charge_point, publishes=update.publishes)
    for other in same:
        if other[0] != name:
            move(unit, other[0], UpdateState.CANCELED)


def refused(unit: Unit, name: str) -> None:
    """The charger was not told, or said no: there is no update."""
    unit.run(_DELETE, name=name)


def unpublished(unit: Unit, charge_point: str, image: str) -> None:
    """A local controller offers the image no more."""
    for name, *_ in unit.all(_PUBLISHED_AT, charge_point=charge_point, image=image):
        move(unit, name, UpdateState.CANCELED)
        tell(unit, read(unit, name))


def heard(unit: Unit, charge_point: str, fact: TransferReported) -> Message | None:
    """The charger's word on an update; the update as it is now, if it is one that we know."""
    word = fact.status
    if fact.number:
        found = unit.one(_BY_NUMBER, charge_point=charge_point, number=fact.number)
    else:
        since = unit.now - PATIENCE * SECOND  # of what failed before, nothing more is said
        found = unit.one(_LAST_AT, charge_point=charge_point, since=since)
    if found is None:
        return None
    row = _UpdateRow(*found)
    unit.run(_WORD, name=row.name, status=word)
    if fact.uris:
        uris = Message(published_uris=fact.uris).SerializeToString()
        unit.run(_OFFERED, name=row.name, uris=uris)
    move(unit, row.name, after(UpdateState(row.state), word))
    return read(unit, row.name)


def booted(unit: Unit, charge_point: str, version: str) -> Message | None:
    """A charger booted with that firmware; the update that this ends."""
    found = unit.one(_UNDER_WAY_AT, charge_point=charge_point, publishes=False)
    if found is None:
        return None
    row = _UpdateRow(*found)
    if is_proven_by_boot(UpdateState(row.state), version, row.old_version, row.new_version):
        move(unit, row.name, UpdateState.INSTALLED)
        update = read(unit, row.name)
        tell(unit, update)
        return update
    return None


def give_up(unit: Unit, before: int, limit: int) -> bool:
    """Ends the updates that nothing was heard of since that time; are there more?"""
    silent = unit.all(_SILENT, before=before, limit=limit)
    for (name,) in silent:
        move(unit, name, UpdateState.FAILED, "SILENT")
        tell(unit, read(unit, name))
    return len(silent) == limit


def move(unit: Unit, name: str, state: UpdateState, failure: str | None = None) -> None:
    """Brings an update into a state."""
    end_time = unit.now if state in OVER else None
    unit.run(_MOVE, name=name, state=state, failure=failure, end_time=end_time, now=unit.now)


def forget(unit: Unit, charge_point: str) -> None:
    """The charge point is no more."""
    unit.run(_FORGET, charge_point=charge_point)


def forget_image(unit: Unit, image: str) -> None:
    """The image is no more: updates say only which version it was. Refused RESOURCE_IN_USE while
    a charger may still fetch it."""
    busy = unit.one(_UNDER_WAY_WITH, image=image)
    if busy is not None:
        raise precondition(
            "RESOURCE_IN_USE", f"{image} is used by {busy[0]}", name=image, referrers=busy[0]
        )
    unit.run(_FORGET_IMAGE, image=image)


def read(rows: Rows, name: str) -> Message:
    """An update as it is now."""
    row = rows.one(_WHOLE, name=name)
    if row is None:
        raise not_found(name)
    message: Message = UPDATES.to_message(row)
    return message


def tell(unit: Unit, update: Message) -> None:
    """Tells of an update that moved without a word of its charger's."""
    location = charger_of(unit, update.charge_point).location
    payload = ChargePointTransferStatus(
        status=update.charger_status,
        transfer_number=update.transfer_number,
        firmware_update=update,
    )
    unit.tell(
        events.event(
            "charge_point.firmware_status",
            update.charge_point,
            payload,
            unit.now,
            charge_point=update.charge_point,
            location=location,
            partner=update.partner,
        )
    )
