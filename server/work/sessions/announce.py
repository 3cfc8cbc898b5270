"""Events about sessions, each with the session as it then is."""

from ampline.v1 import event_pb2, session_pb2
from server.resources import events, sessions, wire
from server.store.models import Session
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit

_SESSION = Statement(sessions.MAPPING.query().where(Session.name == param("name")))

_TOLD = Statement(
    sessions.MAPPING.query()
    .select_extend(
        Session.charge_point, Session.location, Session.partner, Session.user, Session.token
    )
    .where(Session.name == param("name"))
)
_FIELDS = event_pb2.SessionChanged.DESCRIPTOR.fields_by_name
_SESSION_FIELD = wire.body(_FIELDS["session"].number)
_OLD_STATE = wire.choice(_FIELDS["old_state"].number)


def read_session(rows: Rows, name: str) -> session_pb2.Session:
    """A session as it is now."""
    row = rows.one(_SESSION, name=name)
    assert row is not None
    return sessions.MAPPING.to_message(row)


def session(unit: Unit, type: str, name: str, old_state: int, time_us: int) -> None:  # noqa: A002
    """Tells that a session began, ended or changed."""
    row = unit.one(_TOLD, name=name)
    assert row is not None
    *_, charge_point, location, partner, user, token = row
    payload = _SESSION_FIELD(sessions.MAPPING.to_bytes(row))
    if old_state:
        payload += _OLD_STATE(old_state)
    unit.tell(
        events.event(
            type,
            name,
            events.Written(event_pb2.SessionChanged, payload, user if token else None),
            time_us,
            charge_point=charge_point,
            location=location,
            partner=partner,
        )
    )
