"""Local authorization lists: what a charger should have, what it has, what it is sent.

What a charger has is the digest of a content, which is kept once for all that have the same. A
sending holds a claim, so that no two send to one charger at once; what becomes of each call is
written at once, so that whoever goes on after a crash knows that only the whole list will do.
"""

from collections.abc import Mapping
from typing import NamedTuple

from peewee import JOIN

from ampline.v1.local_list_pb2 import LocalList as Message
from server.domain import local_lists as rules
from server.domain.authorization import TokenKind
from server.domain.errors import not_found, precondition
from server.domain.local_lists import Entry, EntryStatus, Part
from server.resources.local_lists import MAPPING, pack, unpack
from server.store.clock import to_datetime
from server.store.models import (
    ChargePoint,
    ConfigurationKey,
    IdTag,
    LocalList,
    LocalListContent,
    User,
)
from server.store.reads import Rows
from server.store.statements import Append, Statement, param
from server.store.unit import Unit

UP_TO_DATE, STALE, INCOMPLETE = 1, 2, 3  # ampline.v1.LocalList.State
SECOND = 1_000_000
CLAIM = 60 * SECOND
"""How long a sending may be silent before somebody else may begin one."""
COMPONENT = "LocalAuthListCtrlr"
"""Where a charger of 2.x has the settings of its list."""
_ENABLED = 1
_PRIVATE, _PERSONAL = 2, 3  # ampline.v1.ChargePoint.Kind


class Scope(NamedTuple):
    """What decides which ID tags are on a charge point's list."""

    partner: str | None
    kind: int
    owner: str | None
    auto_start: bool | None


class Compared(NamedTuple):
    """The state that a list is in, as long as its content has this digest."""

    state: int
    content: str


class Sending(NamedTuple):
    """What a charger is to be sent, in this order, and the digest of what it has then."""

    name: str
    parts: tuple[Part, ...]
    is_full: bool
    digest: str
    entry_count: int


class _ListRow(NamedTuple):
    list_version: int
    content_digest: str | None
    claim_time: int | None


class _TagRow(NamedTuple):
    name: str
    token: str
    kind: int
    state: int
    expire_time: int | None
    parent_group_id: str | None
    partner: str | None
    on_local_list: bool | None
    user: str | None
    user_state: int | None
    user_partner: str | None


_SCOPE = Statement(
    ChargePoint.select(*(getattr(ChargePoint, column) for column in Scope._fields)).where(
        ChargePoint.name == param("name")
    )
)
_TAG_COLUMNS = tuple(getattr(IdTag, column) for column in _TagRow._fields[:-2])
_TAGS = IdTag.select(*_TAG_COLUMNS, User.state, User.partner).join(
    User, JOIN.LEFT_OUTER, on=(User.name == IdTag.user)
)
_ON_LISTS = Statement(_TAGS.where(IdTag.on_local_list == param("yes")))
_TAG = Statement(_TAGS.where(IdTag.name == param("name")))
_NAMED = LocalList.name == param("name")
_ROW = Statement(
    LocalList.select(*(getattr(LocalList, column) for column in _ListRow._fields)).where(_NAMED)
)
_INSERT = Append(
    LocalList, ("name", "partner", "charge_point", "state", "create_time", "update_time")
)
_CLAIM = Statement(
    LocalList.update(claim_time=param("until"), partner=param("partner")).where(_NAMED)
)
_RELEASE = Statement(LocalList.update(claim_time=None).where(_NAMED))
_SENT = Statement(
    LocalList.update(
        state=param("state"),
        list_version=param("version"),
        content_digest=param("content"),
        charger_status=param("status"),
        claim_time=param("until"),
        update_time=param("now"),
    ).where(_NAMED)
)
_DONE = Statement(
    LocalList.update(
        state=UP_TO_DATE,
        content_digest=param("content"),
        entry_count=param("count"),
        send_time=param("now"),
        update_time=param("now"),
        claim_time=None,
    ).where(_NAMED)
)
_REFUSED = Statement(
    LocalList.update(
        state=INCOMPLETE,
        content_digest=None,
        charger_status=param("status"),
        try_time=param("try_time"),
        update_time=param("now"),
        claim_time=None,
    ).where(_NAMED)
)
_SET_STATE = Statement(
    LocalList.update(state=param("state"), update_time=param("now")).where(
        _NAMED
        & (LocalList.state != param("state"))
        & (LocalList.content_digest == param("content"))
        & LocalList.claim_time.is_null()
    )
)
_OTHER_VERSION = Statement(
    LocalList.update(state=STALE, content_digest=None, update_time=param("now")).where(
        _NAMED & (LocalList.list_version != param("version"))
    )
)
_CONTENT = Statement(
    LocalListContent.select(LocalListContent.entries).where(
        LocalListContent.digest == param("digest")
    )
)
_KEEP = Statement(
    LocalListContent.insert(
        digest=param("digest"), entries=param("entries"), create_time=param("now")
    ).on_conflict_ignore()
)
_SETTING = Statement(
    ConfigurationKey.select(ConfigurationKey.value).where(
        (ConfigurationKey.charge_point == param("charge_point"))
        & (ConfigurationKey.key == param("key"))
        & (ConfigurationKey.component.is_null() | (ConfigurationKey.component == COMPONENT))
    )
)
_COMPARED = Statement(
    LocalList.select(
        LocalList.name,
        LocalList.state,
        LocalList.content_digest,
        *(getattr(ChargePoint, column) for column in Scope._fields),
    )
    .join(ChargePoint, on=(ChargePoint.name == LocalList.charge_point))
    .where(LocalList.content_digest.is_null(False) & LocalList.claim_time.is_null())
)
_DUE = Statement(
    LocalList.select(LocalList.charge_point)
    .join(ChargePoint, on=(ChargePoint.name == LocalList.charge_point))
    .where(
        LocalList.state.in_((STALE, INCOMPLETE))
        & (LocalList.try_time <= param("now"))
        & (LocalList.claim_time.is_null() | (LocalList.claim_time <= param("now")))
        & ChargePoint.connected_since.is_null(False)
    )
    .order_by(LocalList.update_time)
    .limit(param("limit"))
)
_WHOLE = Statement(MAPPING.query().where(_NAMED))
_FORGET = Statement(LocalList.delete().where(LocalList.charge_point == param("charge_point")))


def name_of(charge_point: str) -> str:
    """The name of a charge point's list."""
    return f"localLists/{charge_point.partition('/')[2]}"


def begin(unit: Unit, charge_point: str, *, full: bool) -> Sending:
    """What the charger is to be sent; claims the sending. Refused LOCAL_LIST_BUSY while another
    goes on, LOCAL_LIST_TOO_LONG if the charger cannot take the list."""
    scope = scope_of(unit, charge_point)
    row = _claimed(unit, charge_point, scope)
    wanted = wanted_in(unit, scope, unit.now)
    _require_room(unit, charge_point, len(wanted))
    content = rules.content_of(wanted)
    most = _number(unit, charge_point, "SendLocalListMaxLength", "ItemsPerMessage")
    most = max(1, most or rules.MOST_A_CALL)
    parts = None if full else _changes(unit, row, wanted, most)
    is_full = parts is None
    if parts is None:
        parts = rules.whole(wanted, row.list_version, most)
    digest = rules.digest_of(content)
    unit.run(_KEEP, digest=digest, entries=pack(content), now=unit.now)
    return Sending(name_of(charge_point), tuple(parts), is_full, digest, len(wanted))


def _claimed(unit: Unit, charge_point: str, scope: Scope) -> _ListRow:
    name = name_of(charge_point)
    found = unit.one_locked(_ROW, name=name)
    if found is None:
        new = (name, scope.partner, charge_point, INCOMPLETE, unit.now, unit.now)
        unit.insert(_INSERT, new)
        found = (0, None, None)
    row = _ListRow(*found)
    if row.claim_time is not None and row.claim_time > unit.now:
        raise precondition("LOCAL_LIST_BUSY", f"{name} is being sent", charge_point=charge_point)
    unit.run(_CLAIM, name=name, until=unit.now + CLAIM, partner=scope.partner)
    return row


def _changes(
    unit: Unit, row: _ListRow, wanted: Mapping[str, Entry], most: int
) -> list[Part] | None:
    """What has changed; None if nobody knows, or it is as much as the whole list."""
    packed = unit.one(_CONTENT, digest=row.content_digest) if row.content_digest else None
    if packed is None:
        return None
    known = unpack(bytes(packed[0]))
    tokens = {}
    for name in known.keys() - wanted.keys():
        tag = unit.one(_TAG, name=name)
        if tag is not None:
            tokens[name] = _entry(_TagRow(*tag), unit.now)
    parts = rules.changes(wanted, known, tokens, row.list_version, most)
    if parts is None or sum(len(part.entries) for part in parts) > len(wanted):
        return None
    return parts


def _require_room(unit: Unit, charge_point: str, entries: int) -> None:
    room = _number(unit, charge_point, "LocalAuthListMaxLength")
    if room is not None and entries > room:
        raise precondition(
            "LOCAL_LIST_TOO_LONG",
            f"{charge_point} takes {room} entries, and its list has {entries}",
            entries=str(entries),
            max_entries=str(room),
        )


def _number(unit: Unit, charge_point: str, *keys: str) -> int | None:
    """What the charger told of a setting, by the first of its names that it knows."""
    for key in keys:
        for (value,) in unit.all(_SETTING, charge_point=charge_point, key=key):
            if value and value.isdecimal():
                return int(value)
    return None


def sent(unit: Unit, sending: Sending, part: Part, status: str) -> None:
    """The charger has taken a part; until the last one it has something in between."""
    if part is sending.parts[-1]:
        done(unit, sending)
        content, state, until = sending.digest, UP_TO_DATE, None
    else:
        content, state, until = None, INCOMPLETE, unit.now + CLAIM
    unit.run(
        _SENT,
        name=sending.name,
        state=state,
        version=part.version,
        content=content,
        status=status,
        until=until,
        now=unit.now,
    )


def done(unit: Unit, sending: Sending) -> None:
    """The charger has all of it."""
    count = sending.entry_count
    unit.run(_DONE, name=sending.name, content=sending.digest, count=count, now=unit.now)


def refused(unit: Unit, sending: Sending, status: str, again_in: int = 0) -> None:
    """The charger has not taken a part, or nobody knows whether it has."""
    try_time = unit.now + again_in * SECOND
    unit.run(_REFUSED, name=sending.name, status=status, try_time=try_time, now=unit.now)


def released(unit: Unit, name: str) -> None:
    """Nothing was sent: the list is as it was."""
    unit.run(_RELEASE, name=name)


def version_told(unit: Unit, charge_point: str, version: int) -> None:
    """The charger told the version that it has: any but that it was sent makes its list stale."""
    unit.run(_OTHER_VERSION, name=name_of(charge_point), version=max(0, version), now=unit.now)


def note_states(unit: Unit, found: Mapping[str, Compared]) -> None:
    """Lists were found to be up to date, or not; what was sent since then knows better."""
    for name, (state, content) in found.items():
        unit.run(_SET_STATE, name=name, state=state, content=content, now=unit.now)


def forget(unit: Unit, charge_point: str) -> None:
    """The charge point is no more."""
    unit.run(_FORGET, charge_point=charge_point)


def read(rows: Rows, name: str) -> Message:
    """A list as it is now."""
    row = rows.one(_WHOLE, name=name)
    assert row is not None
    message: Message = MAPPING.to_message(row)
    return message


def find_stale(rows: Rows, now: int) -> dict[str, Compared]:
    """The lists whose state has changed with the ID tags, and their states now: each scope's list
    is made once. It takes a while, so it is done on a reader's thread."""
    digests: dict[Scope, str] = {}
    found = {}
    for name, state, content, *scope in rows.all(_COMPARED):
        of = Scope(*scope)
        if of not in digests:
            digests[of] = rules.digest_of(rules.content_of(wanted_in(rows, of, now)))
        new = UP_TO_DATE if content == digests[of] else STALE
        if state != new:
            found[name] = Compared(new, content)
    return found


def due(rows: Rows, now: int, limit: int) -> list[str]:
    """Connected charge points whose list is to be sent: those that have waited longest."""
    return [charge_point for (charge_point,) in rows.all(_DUE, now=now, limit=limit)]


def forget_contents(unit: Unit, before: int, limit: int) -> bool:
    """Contents that no list has any more; are there more?"""
    used = LocalList.select(LocalList.content_digest).where(LocalList.content_digest.is_null(False))
    unused = LocalListContent.select(LocalListContent.digest).where(
        (LocalListContent.create_time < before) & LocalListContent.digest.not_in(used)
    )
    found = [digest for (digest,) in unused.limit(limit).tuples().execute(unit.database)]
    if found:
        unit.execute(LocalListContent.delete().where(LocalListContent.digest.in_(found)))
    return len(found) == limit


def scope_of(rows: Rows, charge_point: str) -> Scope:
    """Whose tags are on a charge point's list."""
    row = rows.one(_SCOPE, name=charge_point)
    if row is None:
        raise not_found(charge_point)
    return Scope(*row)


def wanted_in(rows: Rows, scope: Scope, now: int) -> dict[str, Entry]:
    """The entries of a list, by the names of their ID tags."""
    tags = (_TagRow(*row) for row in rows.all(_ON_LISTS, yes=True))
    return {tag.name: _entry(tag, now) for tag in tags if _belongs(tag, scope)}


def _belongs(tag: _TagRow, scope: Scope) -> bool:
    """Whether somebody has the tag who may charge there, as `authorization.decide` has it."""
    if tag.user is None or (scope.partner is not None and tag.partner not in (None, scope.partner)):
        return False
    if scope.kind == _PERSONAL:
        return tag.user == scope.owner
    return scope.kind != _PRIVATE or bool(scope.auto_start) or tag.user_partner == scope.partner


def _entry(tag: _TagRow, now: int) -> Entry:
    status = EntryStatus.ACCEPTED
    if tag.state != _ENABLED or tag.user_state != _ENABLED:
        status = EntryStatus.BLOCKED
    elif tag.expire_time is not None and tag.expire_time <= now:
        status = EntryStatus.EXPIRED
    expires = to_datetime(tag.expire_time) if tag.expire_time is not None else None
    return Entry(tag.token, TokenKind(tag.kind), status, expires, tag.parent_group_id)
