"""What chargers show on their displays; and what they know of drivers."""

import secrets
from collections.abc import Iterable

from peewee import EXCLUDED

from ampline.v1.charge_point_event_pb2 import ChargePointCustomerInformation
from server.domain.display_messages import CustomerInformationTold
from server.domain.display_messages import DisplayMessage as Told
from server.resources import events
from server.resources.display_messages import message_name
from server.store.clock import to_us
from server.store.models import DeviceReport, DisplayMessage
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions.places import find_place

_MOST_NUMBERS = 2**31 - 1
_KEPT = (
    "priority",
    "state",
    "start_time",
    "end_time",
    "ocpp_transaction_id",
    "format",
    "language_code",
    "content",
    "report_time",
)
_KEEP = Statement(
    DisplayMessage.insert(
        name=param("name"),
        charge_point=param("charge_point"),
        message_id=param("message_id"),
        **{column: param(column) for column in _KEPT},
    ).on_conflict(
        conflict_target=[DisplayMessage.name],
        update={column: getattr(EXCLUDED, column) for column in _KEPT},
    )
)
_OF_CHARGE_POINT = DisplayMessage.charge_point == param("charge_point")
_FORGET_ONE = Statement(DisplayMessage.delete().where(DisplayMessage.name == param("name")))
_FORGET_OLDER = Statement(
    DisplayMessage.delete().where(_OF_CHARGE_POINT & (DisplayMessage.report_time < param("time")))
)
_FORGET = Statement(DisplayMessage.delete().where(_OF_CHARGE_POINT))
_OF_WHOM = Statement(
    DeviceReport.select(DeviceReport.user).where(
        (DeviceReport.charge_point == param("charge_point"))
        & (DeviceReport.number == param("number"))
    )
)


def new_number() -> int:
    """What a new message is called: most likely none of the charger's has that number."""
    return 1 + secrets.randbelow(_MOST_NUMBERS)


def reported(unit: Unit, charge_point: str, messages: Iterable[Told]) -> None:
    """The charger told that it has these messages, or accepted them from us."""
    for told in messages:
        unit.run(
            _KEEP,
            name=message_name(charge_point, told.number),
            charge_point=charge_point,
            message_id=told.number,
            priority=told.priority,
            state=told.state,
            start_time=to_us(told.start) if told.start else None,
            end_time=to_us(told.end) if told.end else None,
            ocpp_transaction_id=told.transaction_id or None,
            format=told.format,
            language_code=told.language or None,
            content=told.content,
            report_time=unit.now,
        )


def cleared(unit: Unit, charge_point: str, number: int) -> None:
    """The charger shows it no more, or never did."""
    unit.run(_FORGET_ONE, name=message_name(charge_point, number))


def forget_older(unit: Unit, charge_point: str, time_us: int) -> None:
    """The charger has no messages that it did not tell since then."""
    unit.run(_FORGET_OLDER, charge_point=charge_point, time=time_us)


def forget(unit: Unit, charge_point: str) -> None:
    """The charge point is no more."""
    unit.run(_FORGET, charge_point=charge_point)


def customer_told(unit: Unit, charge_point: str, fact: CustomerInformationTold) -> None:
    """Tells what a charger keeps of a driver. Of whom nobody here asked, nothing is kept: it could
    not be forgotten with the user."""
    row = unit.one(_OF_WHOM, charge_point=charge_point, number=fact.number)
    place = find_place(unit, charge_point)
    if row is None or not row[0] or place is None:
        return
    payload = ChargePointCustomerInformation(
        report_number=fact.number,
        part=fact.part,
        is_last=fact.is_last,
        user=row[0],
        text=fact.text,
    )
    unit.tell(
        events.event(
            "charge_point.customer_information",
            charge_point,
            payload,
            unit.now,
            charge_point=charge_point,
            location=place.location,
            partner=place.partner,
        )
    )
