"""Block C, authorization: who may charge."""

from server.domain import commands
from server.domain.authorization import Authorization
from server.domain.facts import AuthorizationAsked
from server.ocpp.dialect201.words import id_token_info, token_kind
from server.ocpp.duties import Fact
from server.ocpp.saying import Heard, Said, Saying, nothing, yes_by
from server.ocpp.schemas import Payload


def authorize(payload: Payload) -> Fact:
    """Authorize (C01)."""
    shown = payload["idToken"]
    return AuthorizationAsked(shown["idToken"], token_kind(shown))


def authorized(authorization: Authorization, _: int) -> Payload:
    """Its answer."""
    return {"idTokenInfo": id_token_info(authorization)}


HEARD: Heard = {"Authorize": (authorize, authorized)}
SAID: Said = {commands.ClearCache: Saying("ClearCache", nothing, yes_by("Accepted"))}
