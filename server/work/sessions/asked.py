"""What somebody asks for from afar: an EVSE, a user, a tag; and whether they may charge."""

import secrets

from server.domain.authorization import TokenKind
from server.domain.errors import invalid_field, precondition, unknown_reference
from server.store.unit import Unit
from server.work.sessions import authorization, evses
from server.work.sessions.authorization import Decision, TagRow
from server.work.sessions.evses import EvseRow


def evse_of(unit: Unit, charge_point: str, number: int) -> EvseRow | None:
    """The EVSE of that number; None for 0, which leaves it to the charger."""
    if not number:
        return None
    evse = evses.find_evse(unit, evses.evse_name(charge_point, number))
    if evse is None:
        raise invalid_field("evse", f"{charge_point} has no EVSE {number}")
    return evse


def tag_of(unit: Unit, user: str | None, id_tag: str | None) -> TagRow | None:
    """The tag that is named, or else the user's first; None if there is none."""
    if user and authorization.user_of(unit, user) is None:
        raise unknown_reference("user", user)
    if id_tag is None:
        if user is None:
            raise invalid_field("user", "is needed where no id_tag is given")
        return authorization.first_tag(unit, user)
    tag = authorization.tag_by_name(unit, id_tag)
    if tag is None:
        raise unknown_reference("id_tag", id_tag)
    if user and tag.user != user:
        raise invalid_field("id_tag", f"{id_tag!r} is not an ID tag of {user}")
    return tag


def kind_of(tag: TagRow | None) -> TokenKind:
    """What kind a token is: the tag's, or one of ours that no tag has."""
    return TokenKind(tag.kind) if tag else TokenKind.APP


def require(decision: Decision) -> None:
    """RefusedError with the start reason, if there is one."""
    if decision.reason:
        words = decision.reason.value.replace("_", " ").lower()
        raise precondition(decision.reason.value, f"the start is refused: {words}")


def one_time_token() -> str:
    """A token that nobody has, as long as an idToken may be (OCPP 1.6 section 7.28)."""
    return secrets.token_hex(10)
