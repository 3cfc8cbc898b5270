"""Logs that chargers are asked for: from the request to the file."""

import secrets
from typing import NamedTuple

from ampline.v1.charge_point_event_pb2 import ChargePointTransferStatus
from ampline.v1.charge_point_log_pb2 import ChargePointLog as Message
from server.domain.errors import not_found, precondition
from server.domain.uploads import OPEN, UploadState, after
from server.resources import events
from server.resources.charge_point_logs import MAPPING
from server.store.files import StoredFile
from server.store.ids import new_name
from server.store.models import ChargePoint, ChargePointLog
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit
from server.work import tickets
from server.work.rules import Rules
from server.work.tickets import Issued

MOST_NUMBERS = 2**31 - 1
UPLOADING, UPLOADED = "Uploading", "Uploaded"
DAY = 86_400
PATIENCE = DAY
"""Seconds for which a charger may upload, and after which it is not expected to any more."""


class LogWanted(NamedTuple):
    """What somebody wants of a charger; times in microseconds, `uri` None = here."""

    charge_point: str
    kind: int
    command: str
    uri: str | None = None
    oldest_time: int | None = None
    newest_time: int | None = None


class Prepared(NamedTuple):
    """A log that is about to be asked for: where it goes, and the number that it is told by."""

    name: str
    uri: str
    number: int


class _LogRow(NamedTuple):
    name: str
    state: int
    uri: str | None
    file: str | None
    sha256: str | None


_PLACE = Statement(ChargePoint.select(ChargePoint.partner).where(ChargePoint.name == param("name")))
_LOCATION = Statement(
    ChargePoint.select(ChargePoint.location).where(ChargePoint.name == param("name"))
)
_INSERT = Append(
    ChargePointLog,
    (
        "name",
        "partner",
        "charge_point",
        "kind",
        "state",
        "command",
        "transfer_number",
        "uri",
        "oldest_time",
        "newest_time",
        "create_time",
        "update_time",
    ),
)
_ROW = ChargePointLog.select(*(getattr(ChargePointLog, column) for column in _LogRow._fields))
_NAMED = ChargePointLog.name == param("name")
_BY_NAME = Statement(_ROW.where(_NAMED))
_BY_NUMBER = Statement(
    _ROW.where(
        (ChargePointLog.charge_point == param("charge_point"))
        & (ChargePointLog.transfer_number == param("number"))
    )
    .order_by(ChargePointLog.create_time.desc(), ChargePointLog.name.desc())
    .limit(1)
)
_OPEN_AT = Statement(
    _ROW.where(
        (ChargePointLog.charge_point == param("charge_point")) & ChargePointLog.state.in_(OPEN)
    ).order_by(ChargePointLog.create_time.desc(), ChargePointLog.name.desc())
)
_HERE_AT = Statement(
    _ROW.where(
        (ChargePointLog.charge_point == param("charge_point"))
        & ChargePointLog.file.is_null(False)
        & (ChargePointLog.charger_status.is_null() | (ChargePointLog.charger_status == UPLOADING))
    )
    .order_by(ChargePointLog.create_time.desc(), ChargePointLog.name.desc())
    .limit(1)
)
_SILENT = Statement(
    ChargePointLog.select(ChargePointLog.name)
    .where(ChargePointLog.state.in_(OPEN) & (ChargePointLog.create_time < param("before")))
    .limit(param("limit"))
)
_WHOLE = Statement(MAPPING.query().where(_NAMED))
_ANSWERED = Statement(
    ChargePointLog.update(
        charger_status=param("status"), file_name=param("file_name"), update_time=param("now")
    ).where(_NAMED & ChargePointLog.charger_status.is_null() & ChargePointLog.file.is_null())
)
_MOVE = Statement(
    ChargePointLog.update(
        state=param("state"), charger_status=param("status"), update_time=param("now")
    ).where(_NAMED)
)
_SET_STATE = Statement(
    ChargePointLog.update(state=param("state"), update_time=param("now")).where(_NAMED)
)
_FILE_NAME = Statement(ChargePointLog.select(ChargePointLog.file_name).where(_NAMED))
_CAME = Statement(
    ChargePointLog.update(
        state=UploadState.UPLOADED,
        file=param("key"),
        file_name=param("file_name"),
        size_bytes=param("size"),
        sha256=param("sha256"),
        upload_time=param("now"),
        update_time=param("now"),
    ).where(_NAMED)
)
_ALL_AT = Statement(
    ChargePointLog.select(ChargePointLog.name).where(
        ChargePointLog.charge_point == param("charge_point")
    )
)
_DELETE = Statement(ChargePointLog.delete().where(_NAMED))


def prepare(unit: Unit, rules: Rules, wanted: LogWanted) -> Prepared:
    """Makes the log, so that whatever the charger does next finds it."""
    row = unit.one(_PLACE, name=wanted.charge_point)
    if row is None:
        raise not_found(wanted.charge_point)
    (partner,) = row
    name, number = new_name("chargePointLogs"), 1 + secrets.randbelow(MOST_NUMBERS)
    columns = {
        "name": name,
        "partner": partner,
        "state": UploadState.REQUESTED,
        "transfer_number": number,
        "create_time": unit.now,
        "update_time": unit.now,
        **wanted._asdict(),
    }
    unit.insert(_INSERT, tuple(columns[column] for column in _INSERT.columns))
    uri = wanted.uri
    if uri is None:
        uri = tickets.to_bring(unit, rules, name, PATIENCE, rules.largest_log).uri
    return Prepared(name, uri, number)


def accepted(unit: Unit, name: str, status: str, file_name: str, *, may_be_empty: bool) -> None:
    """The charger agreed; `may_be_empty`: it names no file if it has nothing to upload.

    It may be done already, so only what is not known yet is written.
    """
    unit.run(_ANSWERED, name=name, status=status or None, file_name=file_name, now=unit.now)
    row = _found(unit, name)
    if row is None:
        return
    if may_be_empty and not file_name and row.state == UploadState.REQUESTED:
        unit.run(_SET_STATE, name=name, state=UploadState.EMPTY, now=unit.now)
        tickets.withdraw(unit, name)
    if status == "AcceptedCanceled":
        _cancel_others(unit, row)


def _cancel_others(unit: Unit, row: _LogRow) -> None:
    """The charger gave the others up for this one."""
    for other in unit.all(_OPEN_AT, charge_point=read(unit, row.name).charge_point):
        if other[0] != row.name:
            unit.run(_SET_STATE, name=other[0], state=UploadState.CANCELED, now=unit.now)
            tickets.withdraw(unit, other[0])


def refused(unit: Unit, name: str) -> None:
    """The charger was not told, or said no: there is no log."""
    tickets.withdraw(unit, name)
    unit.run(_DELETE, name=name)


def heard(unit: Unit, charge_point: str, word: str, number: int | None) -> Message | None:
    """The charger's word on an upload; the log as it is now, if it is one that was asked for.

    A word without a number (OCPP 1.6) is on what was asked for last and is not done; that it is
    done may be said of one that is here.
    """
    if number:
        found = unit.one(_BY_NUMBER, charge_point=charge_point, number=number)
    else:
        found = unit.one(_OPEN_AT, charge_point=charge_point)
        if found is None and word == UPLOADED:
            found = unit.one(_HERE_AT, charge_point=charge_point)
    if found is None:
        return None
    row = _LogRow(*found)
    here = row.uri is None
    state = after(UploadState(row.state), word, brought_here=here, is_here=row.file is not None)
    unit.run(_MOVE, name=row.name, state=state, status=word, now=unit.now)
    return read(unit, row.name)


def came(unit: Unit, name: str, file: StoredFile, file_name: str) -> None:
    """The whole file is here, on the disk."""
    told = unit.one(_FILE_NAME, name=name)
    if told is None:
        raise not_found(name)
    unit.run(
        _CAME,
        name=name,
        key=file.key,
        file_name=file_name or told[0] or "log",
        size=file.size,
        sha256=file.sha256,
        now=unit.now,
    )
    _tell(unit, read(unit, name), "charge_point.log_received")


def download(unit: Unit, rules: Rules, name: str) -> Issued:
    """A URL of the file. Refused NO_FILE if there is none."""
    log = read(unit, name)
    if not log.HasField("size_bytes"):
        state = Message.State.Name(log.state)
        raise precondition("NO_FILE", f"{name} has no file here", name=name, state=state)
    return tickets.to_fetch(unit, rules, name, log.file_name)


def expire(unit: Unit, before: int, limit: int) -> bool:
    """Gives up the uploads that were asked for before that time; are there more?"""
    silent = unit.all(_SILENT, before=before, limit=limit)
    for (name,) in silent:
        unit.run(_SET_STATE, name=name, state=UploadState.EXPIRED, now=unit.now)
        _tell(unit, read(unit, name), "charge_point.log_status")
    return len(silent) == limit


def forget(unit: Unit, charge_point: str) -> None:
    """The charge point is no more: its files are swept up."""
    for (name,) in unit.all(_ALL_AT, charge_point=charge_point):
        refused(unit, name)


def read(rows: Rows, name: str) -> Message:
    """A log as it is now."""
    row = rows.one(_WHOLE, name=name)
    assert row is not None
    message: Message = MAPPING.to_message(row)
    return message


def _found(unit: Unit, name: str) -> _LogRow | None:
    row = unit.one(_BY_NAME, name=name)
    return _LogRow(*row) if row else None


def _tell(unit: Unit, log: Message, type: str) -> None:  # noqa: A002 - the event's word
    (location,) = unit.one(_LOCATION, name=log.charge_point) or (None,)
    payload = ChargePointTransferStatus(
        status=log.charger_status, transfer_number=log.transfer_number, charge_point_log=log
    )
    unit.tell(
        events.event(
            type,
            log.charge_point,
            payload,
            unit.now,
            charge_point=log.charge_point,
            location=location,
            partner=log.partner,
        )
    )
