"""EVSEs as the verbs know them; one that a charger names and nobody registered is made."""

from typing import NamedTuple

from server.domain.errors import not_found
from server.resources import events, evses
from server.store.models import ChargePoint, Evse
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class EvseRow(NamedTuple):
    """What the verbs need of an EVSE."""

    name: str
    charge_point: str
    number: int
    location: str
    partner: str | None
    state: int
    current_type: int | None
    max_power_w: int | None
    tariff_group: str | None
    hardware_status: int | None
    hardware_status_time: int | None
    active_session: str | None
    allows_reservation: bool | None = None


_FIND = Statement(
    Evse.select(*(getattr(Evse, column) for column in EvseRow._fields)).where(
        Evse.name == param("name")
    )
)
_PLACE = Statement(
    ChargePoint.select(ChargePoint.location, ChargePoint.partner).where(
        ChargePoint.name == param("name")
    )
)
_MADE = Statement(evses.MAPPING.query().where(Evse.name == param("name")))
_INSERT = Append(
    Evse,
    (
        "name",
        "charge_point",
        "number",
        "location",
        "partner",
        "create_time",
        "update_time",
    ),
)
_HOLD = Statement(Evse.update(active_session=param("session")).where(Evse.name == param("name")))
_RELEASE = Statement(
    Evse.update(active_session=None).where(
        (Evse.name == param("name")) & (Evse.active_session == param("session"))
    )
)
ENABLED = 1


def evse_name(charge_point: str, number: int) -> str:
    """The resource name of a charge point's EVSE."""
    return f"{charge_point}/evses/{number}"


def find_evse(unit: Unit, name: str) -> EvseRow | None:
    """The EVSE of that resource name."""
    row = unit.one(_FIND, name=name)
    return EvseRow(*row) if row else None


def find_or_make_evse(unit: Unit, charge_point: str, number: int) -> EvseRow:
    """The charge point's EVSE of that number, made if a charger is the first to name it."""
    name = evse_name(charge_point, number)
    row = unit.one(_FIND, name=name)
    if row:
        return EvseRow(*row)
    place = unit.one(_PLACE, name=charge_point)
    if place is None:
        raise not_found(charge_point)
    location, partner = place
    unit.insert(
        _INSERT,
        (name, charge_point, number, location, partner, unit.now, unit.now),
    )
    _tell_made(unit, name, charge_point, location, partner)
    return EvseRow(name, charge_point, number, location, partner, ENABLED, *([None] * 6))


def _tell_made(
    unit: Unit, name: str, charge_point: str, location: str, partner: str | None
) -> None:
    row = unit.one(_MADE, name=name)
    assert row is not None
    made = evses.MAPPING.to_message(row)
    unit.tell(
        events.resource_changed(
            "created",
            made,
            unit.now,
            charge_point=charge_point,
            location=location,
            partner=partner,
        )
    )


def hold(unit: Unit, evse: str, session: str) -> None:
    """The session runs on the EVSE."""
    unit.run(_HOLD, name=evse, session=session)


def release(unit: Unit, evse: str, session: str) -> None:
    """The session does not run on the EVSE any more."""
    unit.run(_RELEASE, name=evse, session=session)
