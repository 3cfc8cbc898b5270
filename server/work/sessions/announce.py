"""Events about sessions, each with the session as it then is."""

from ampline.v1 import event_pb2, session_pb2
from server.resources import events, sessions
from server.store.models import Session
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit

_SESSION = Statement(sessions.MAPPING.query().where(Session.name == param("name")))


def read_session(rows: Rows, name: str) -> session_pb2.Session:
    """A session as it is now."""
    row = rows.one(_SESSION, name=name)
    assert row is not None
    return sessions.MAPPING.to_message(row)


def session(unit: Unit, type: str, name: str, old_state: int, time_us: int) -> None:  # noqa: A002
    """Tells that a session began, ended or changed."""
    message = read_session(unit, name)
    unit.tell(
        events.event(
            type,
            name,
            event_pb2.SessionChanged(session=message, old_state=old_state),  # type: ignore[arg-type]
            time_us,
            charge_point=message.charge_point,
            location=message.location,
            partner=message.partner,
        )
    )
