"""Firmware campaigns: begun, paused, resumed, ended; and whose turn it is.

Whose turn has come is claimed in a transaction, told outside of it, and what came of it written
down. A claim that nobody answered for ends by itself; then the charger's turn comes again.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from peewee import fn

from ampline.v1.event_pb2 import FirmwareCampaignChanged
from ampline.v1.firmware_campaign_pb2 import FirmwareCampaign as Message
from server.domain.errors import RefusedError, not_found, precondition
from server.domain.firmware import UNDER_WAY, UpdateState, is_for
from server.domain.firmware_campaigns import (
    CampaignState,
    Counts,
    PauseReason,
    next_ones,
    settled,
)
from server.resources import events
from server.resources.firmware import CAMPAIGNS
from server.store.ids import new_name
from server.store.models import ChargePoint, FirmwareCampaign, FirmwareUpdate
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.stations import firmware_images, firmware_updates
from server.work.stations.firmware_updates import INSERT, Prepared

SECOND = 1_000_000
CLAIM = 90 * SECOND
"""How long a charger may take to answer, queue included."""
AGAIN_IN = 15 * 60 * SECOND
"""When a charger is told again that refused."""
SOON = 60 * SECOND
"""When a charger is told again that was away."""
MOST_TARGETS = 20_000
_NOT_ITS_FAULT = {"CHARGER_OFFLINE", "CHARGER_TIMEOUT"}


class Turn(NamedTuple):
    """A charger whose turn has come."""

    charge_point: str
    update: Prepared
    is_signed: bool


class _CampaignRow(NamedTuple):
    name: str
    partner: str | None
    firmware_image: str
    state: int
    max_concurrent: int
    max_failures: int
    max_attempts: int
    forgiven: int
    without_signature: bool | None


_NAMED = FirmwareCampaign.name == param("name")
_ROW = FirmwareCampaign.select(
    *(getattr(FirmwareCampaign, column) for column in _CampaignRow._fields)
)
_BY_NAME = Statement(_ROW.where(_NAMED))
_RUNNING = Statement(_ROW.where(FirmwareCampaign.state == CampaignState.RUNNING))
_DUE = Statement(
    FirmwareCampaign.select(FirmwareCampaign.name).where(
        (FirmwareCampaign.state == CampaignState.DRAFT)
        & (FirmwareCampaign.start_time <= param("now"))
    )
)
_WHOLE = Statement(CAMPAIGNS.query().where(_NAMED))
_MOVE = Statement(
    FirmwareCampaign.update(
        state=param("state"),
        pause_reason=param("reason"),
        begin_time=fn.COALESCE(FirmwareCampaign.begin_time, param("begin")),
        end_time=param("end"),
    ).where(_NAMED)
)
_NOT_STARTED = Statement(FirmwareCampaign.update(start_time=None).where(_NAMED))
_FORGIVE = Statement(FirmwareCampaign.update(forgiven=param("count")).where(_NAMED))
_OF = FirmwareUpdate.firmware_campaign == param("campaign")
_COUNTS = Statement(
    FirmwareUpdate.select(FirmwareUpdate.state, fn.COUNT(FirmwareUpdate.name))
    .where(_OF)
    .group_by(FirmwareUpdate.state)
)
_ABANDONED = Statement(
    FirmwareUpdate.update(state=UpdateState.QUEUED, claim_time=None).where(
        _OF
        & (FirmwareUpdate.state == UpdateState.REQUESTED)
        & (FirmwareUpdate.claim_time <= param("now"))
    )
)
_NEXT = Statement(
    FirmwareUpdate.select(FirmwareUpdate.name, FirmwareUpdate.charge_point)
    .join(ChargePoint, on=(ChargePoint.name == FirmwareUpdate.charge_point))
    .where(
        _OF
        & (FirmwareUpdate.state == UpdateState.QUEUED)
        & (FirmwareUpdate.try_time.is_null() | (FirmwareUpdate.try_time <= param("now")))
        & ChargePoint.connected_since.is_null(False)
    )
    .order_by(FirmwareUpdate.create_time, FirmwareUpdate.name)
    .limit(param("limit"))
)
_UPDATE = FirmwareUpdate.name == param("name")
_CLAIMED = Statement(
    FirmwareUpdate.update(
        state=UpdateState.REQUESTED,
        transfer_number=param("number"),
        attempts=FirmwareUpdate.attempts + 1,
        claim_time=param("until"),
        charger_status=None,
        update_time=param("now"),
    ).where(_UPDATE & (FirmwareUpdate.state == UpdateState.QUEUED))
)
_ANSWERED = Statement(FirmwareUpdate.update(claim_time=None).where(_UPDATE))
_AGAIN = Statement(
    FirmwareUpdate.update(
        state=UpdateState.QUEUED,
        claim_time=None,
        attempts=FirmwareUpdate.attempts - param("forgiven"),
        try_time=param("try_time"),
        update_time=param("now"),
    ).where(_UPDATE & (FirmwareUpdate.state == UpdateState.REQUESTED))
)
_ATTEMPTS = Statement(
    FirmwareUpdate.select(FirmwareUpdate.attempts, FirmwareUpdate.state).where(_UPDATE)
)
_END_QUEUED = Statement(
    FirmwareUpdate.update(
        state=UpdateState.CANCELED, end_time=param("now"), update_time=param("now")
    ).where(_OF & (FirmwareUpdate.state == UpdateState.QUEUED))
)
_QUEUE_FAILED = Statement(
    FirmwareUpdate.update(
        state=UpdateState.QUEUED,
        failure=None,
        attempts=0,
        try_time=None,
        end_time=None,
        update_time=param("now"),
    ).where(_OF & (FirmwareUpdate.state == UpdateState.FAILED))
)
_FORGET = Statement(FirmwareUpdate.update(firmware_campaign=None).where(_OF))


def start(unit: Unit, name: str) -> Message:
    """Queues whoever it is for. Refused FIRMWARE_CAMPAIGN_EMPTY if that is nobody."""
    row = _in_state(unit, name, CampaignState.DRAFT)
    image = firmware_images.require_ready(unit, row.firmware_image)
    targets = _targets(unit, read(unit, name), row.partner)
    count = 0
    for target in targets:
        charger = firmware_updates.charger_of(unit, target)
        fits = is_for(image.vendor, image.models, charger.vendor, charger.model)
        if not fits or charger.firmware_version == image.firmware_version:
            continue
        columns: dict[str, Any] = {
            "name": new_name("firmwareUpdates"),
            "partner": charger.partner,
            "charge_point": target,
            "firmware_image": row.firmware_image,
            "firmware_campaign": name,
            "state": UpdateState.QUEUED,
            "publishes": False,
            "old_version": charger.firmware_version,
            "new_version": image.firmware_version,
            "create_time": unit.now + count,  # their turns come in this order
            "update_time": unit.now,
        }
        unit.insert(INSERT, tuple(columns.get(column) for column in INSERT.columns))
        count += 1
    if not count:
        raise precondition("FIRMWARE_CAMPAIGN_EMPTY", f"{name} is for no charge point", name=name)
    return _move(unit, row, CampaignState.RUNNING)


def _targets(unit: Unit, campaign: Message, partner: str | None) -> Sequence[str]:
    """The charge points that it is for."""
    listed = list(campaign.charge_points)
    if campaign.HasField("selection"):
        query = ChargePoint.select(ChargePoint.name)
        for field, value in campaign.selection.ListFields():
            query = query.where(getattr(ChargePoint, field.name) == value)
        if partner is not None:
            query = query.where(ChargePoint.partner == partner)
        found = query.order_by(ChargePoint.name).limit(MOST_TARGETS).tuples()
        listed += [name for (name,) in found.execute(unit.database)]
    if partner is None:
        return list(dict.fromkeys(listed))
    own = (name for name in dict.fromkeys(listed))
    return [name for name in own if firmware_updates.charger_of(unit, name).partner == partner]


def pause(unit: Unit, name: str) -> Message:
    """Tells no more chargers."""
    row = _in_state(unit, name, CampaignState.RUNNING)
    return _move(unit, row, CampaignState.PAUSED, PauseReason.ASKED_FOR)


def resume(unit: Unit, name: str, *, again: bool) -> Message:
    """Goes on; `again`: whoever failed is queued once more."""
    row = _in_state(unit, name, CampaignState.PAUSED)
    if again:
        unit.run(_QUEUE_FAILED, campaign=name, now=unit.now)
    unit.run(_FORGIVE, name=name, count=counts_of(unit, name).failed)
    return _move(unit, row, CampaignState.RUNNING)


def cancel(unit: Unit, name: str) -> Message:
    """Calls off whoever is queued."""
    row = _in_state(unit, name, CampaignState.DRAFT, CampaignState.RUNNING, CampaignState.PAUSED)
    unit.run(_END_QUEUED, campaign=name, now=unit.now)
    return _move(unit, row, CampaignState.CANCELED)


def forget(unit: Unit, name: str) -> None:
    """The campaign is no more; its updates stay."""
    _in_state(unit, name, CampaignState.DRAFT, CampaignState.COMPLETED, CampaignState.CANCELED)
    unit.run(_FORGET, campaign=name)


def settle(unit: Unit, name: str) -> None:
    """Pauses or completes a campaign whose chargers have come so far; until the commit nobody else
    calls it off."""
    found = unit.one_locked(_BY_NAME, name=name)
    if found is None:
        return
    row = _CampaignRow(*found)
    counts = counts_of(unit, name)
    new = settled(CampaignState(row.state), counts, row.max_failures, row.forgiven)
    if new != row.state:
        paused = new is CampaignState.PAUSED
        _move(unit, row, new, PauseReason.TOO_MANY_FAILURES if paused else None)


def turns(unit: Unit, rules: Rules) -> list[Turn]:
    """Starts what is due, settles what runs, and claims the chargers whose turn has come."""
    for (name,) in unit.all(_DUE, now=unit.now):
        _start_by_itself(unit, name)
    found: list[Turn] = []
    for row in map(_CampaignRow._make, unit.all(_RUNNING)):
        unit.run(_ABANDONED, campaign=row.name, now=unit.now)
        settle(unit, row.name)
        if _CampaignRow(*(unit.one(_BY_NAME, name=row.name) or row)).state == row.state:
            found += _turns_of(unit, rules, row)
    return found


def _start_by_itself(unit: Unit, name: str) -> None:
    """One that cannot start stays a draft, without its time."""
    try:
        start(unit, name)
    except RefusedError:
        unit.run(_NOT_STARTED, name=name)


def _turns_of(unit: Unit, rules: Rules, row: _CampaignRow) -> list[Turn]:
    limit = next_ones(counts_of(unit, row.name), row.max_concurrent)
    next_up = unit.all(_NEXT, campaign=row.name, now=unit.now, limit=limit) if limit else []
    found = []
    for name, charge_point in next_up:
        number = firmware_updates.new_number()
        unit.run(_CLAIMED, name=name, number=number, until=unit.now + CLAIM, now=unit.now)
        image = firmware_images.read(unit, row.firmware_image)
        update = firmware_updates.offered(unit, rules, name, image, number)
        is_signed = bool(update.signature) and not row.without_signature
        found.append(Turn(charge_point, update, is_signed))
    return found


def accepted(unit: Unit, name: str, status: str) -> None:
    """The charger agreed."""
    unit.run(_ANSWERED, name=name)
    firmware_updates.accepted(unit, name, status)


def not_told(unit: Unit, name: str, reason: str, *, was_sent: bool) -> None:
    """The charger was away, refused, or did not answer: its turn comes again, or it has failed."""
    if was_sent:  # it may be at it: its notifications will tell
        unit.run(_ANSWERED, name=name)
        return
    forgiven = reason in _NOT_ITS_FAULT
    update = firmware_updates.read(unit, name)
    campaign = unit.one(_BY_NAME, name=update.firmware_campaign)
    attempts, state = unit.one(_ATTEMPTS, name=name) or (0, 0)
    if state not in UNDER_WAY:
        return
    most = _CampaignRow(*campaign).max_attempts if campaign else 0
    if not forgiven and attempts >= most:
        firmware_updates.move(unit, name, UpdateState.FAILED, reason)
        firmware_updates.tell(unit, firmware_updates.read(unit, name))
        settle(unit, update.firmware_campaign)
        return
    wait = SOON if forgiven else AGAIN_IN
    unit.run(_AGAIN, name=name, forgiven=int(forgiven), try_time=unit.now + wait, now=unit.now)


def counts_of(rows: Rows, name: str) -> Counts:
    """How many of a campaign's chargers are how far."""
    return Counts.of(dict(rows.all(_COUNTS, campaign=name)))


def read(rows: Rows, name: str) -> Message:
    """A campaign as it is now."""
    row = rows.one(_WHOLE, name=name)
    if row is None:
        raise not_found(name)
    message: Message = CAMPAIGNS.to_message(row)
    message.MergeFromString(counted(rows, [name])[name])
    return message


def counted(rows: Rows, names: Sequence[str]) -> dict[str, bytes]:
    """What its row does not know of a campaign: by name, the wire bytes of its counts."""
    found = {}
    for name in names:
        counts = counts_of(rows, name)
        told = Message.Counts(
            queued=counts.queued,
            under_way=counts.under_way,
            installed=counts.installed,
            failed=counts.failed,
            canceled=counts.canceled,
        )
        found[name] = Message(counts=told).SerializeToString()
    return found


def _in_state(unit: Unit, name: str, *states: CampaignState) -> _CampaignRow:
    row = unit.one_locked(_BY_NAME, name=name)
    if row is None:
        raise not_found(name)
    found = _CampaignRow(*row)
    if found.state not in states:
        state = CampaignState(found.state).name
        raise precondition("FIRMWARE_CAMPAIGN_STATE", f"{name} is {state}", state=state)
    return found


def _move(
    unit: Unit, row: _CampaignRow, state: CampaignState, reason: PauseReason | None = None
) -> Message:
    over = state in {CampaignState.COMPLETED, CampaignState.CANCELED}
    unit.run(
        _MOVE,
        name=row.name,
        state=state,
        reason=reason,
        begin=unit.now if state is CampaignState.RUNNING else None,
        end=unit.now if over else None,
    )
    campaign = read(unit, row.name)
    payload = FirmwareCampaignChanged(firmware_campaign=campaign, old_state=row.state)  # type: ignore[arg-type] # the same numbers
    kind = "firmware_campaign.state_changed"
    unit.tell(events.event(kind, row.name, payload, unit.now, partner=row.partner))
    return campaign
