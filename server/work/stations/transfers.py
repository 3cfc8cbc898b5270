"""What chargers tell of transfers: of logs that they upload, and firmware that they fetch."""

from ampline.v1.charge_point_event_pb2 import ChargePointTransferStatus
from ampline.v1.firmware_update_pb2 import FirmwareUpdate
from server.domain.facts import Transfer, TransferReported
from server.resources import events
from server.store.models import ChargePoint
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.stations import firmware_campaigns, firmware_updates, logs

_EVENTS = {
    Transfer.FIRMWARE: "charge_point.firmware_status",
    Transfer.LOG: "charge_point.log_status",
}
_PLACE = Statement(
    ChargePoint.select(ChargePoint.location, ChargePoint.partner).where(
        ChargePoint.name == param("name")
    )
)


def reported(unit: Unit, charge_point: str, fact: TransferReported) -> None:
    """How a transfer goes: kept with what it is of, and told."""
    row = unit.one(_PLACE, name=charge_point)
    if row is None:
        return
    location, partner = row
    payload = ChargePointTransferStatus(status=fact.status, transfer_number=fact.number or 0)
    if fact.kind is Transfer.LOG:
        log = logs.heard(unit, charge_point, fact.status, fact.number)
        if log is not None:
            payload.charge_point_log.CopyFrom(log)
    else:
        update = firmware_updates.heard(unit, charge_point, fact)
        if update is not None:
            payload.firmware_update.CopyFrom(update)
            _settle(unit, update)
    unit.tell(
        events.event(
            _EVENTS[fact.kind],
            charge_point,
            payload,
            unit.now,
            charge_point=charge_point,
            location=location,
            partner=partner,
        )
    )


def booted(unit: Unit, charge_point: str, version: str) -> None:
    """A charger booted with that firmware: it may have been told to."""
    update = firmware_updates.booted(unit, charge_point, version)
    if update is not None:
        _settle(unit, update)


def _settle(unit: Unit, update: FirmwareUpdate) -> None:
    if update.firmware_campaign:
        firmware_campaigns.settle(unit, update.firmware_campaign)
