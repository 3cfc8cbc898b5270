"""Charge points that have been away for too long to be called temporarily unavailable."""

from ampline.v1.charge_point_event_pb2 import ChargePointNetworkStatusChanged
from ampline.v1.connectivity_pb2 import LONG_TERM_UNAVAILABLE, TEMPORARILY_UNAVAILABLE
from server.resources import events
from server.store.models import ChargePoint
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.stations import status_log

_AWAY = Statement(
    ChargePoint.select(ChargePoint.name, ChargePoint.location, ChargePoint.partner)
    .where(
        (ChargePoint.network_status == int(TEMPORARILY_UNAVAILABLE))
        & (ChargePoint.last_seen_time <= param("before"))
    )
    .limit(param("limit"))
)
_GIVE_UP = Statement(
    ChargePoint.update(network_status=int(LONG_TERM_UNAVAILABLE)).where(
        ChargePoint.name == param("name")
    )
)


def give_up(unit: Unit, before: int, limit: int) -> bool:
    """Says so of those that were last heard before that time, `limit` at most; are there more?"""
    away = unit.all(_AWAY, before=before, limit=limit)
    payload = ChargePointNetworkStatusChanged(
        old_status=TEMPORARILY_UNAVAILABLE, new_status=LONG_TERM_UNAVAILABLE
    )
    for name, location, partner in away:
        unit.run(_GIVE_UP, name=name)
        old, new = payload.old_status, payload.new_status
        status_log.network(unit, name, old, new)
        unit.tell(
            events.event(
                "charge_point.network_status_changed",
                name,
                payload,
                unit.now,
                charge_point=name,
                location=location,
                partner=partner,
            )
        )
    return len(away) == limit
