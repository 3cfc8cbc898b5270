"""Block I, tariffs and costs; in 2.1 also payments at the charger."""

from server.ocpp.saying import Heard, Said, noted
from server.ocpp.schemas import Payload
from server.ocpp.stored import stored


def not_validated(asked: Payload, _: int) -> Payload:
    """The answer to VatNumberValidation: there is nobody here who knows tax numbers."""
    answer: Payload = {"status": "Rejected", "vatNumber": asked["vatNumber"]}
    if "evseId" in asked:
        answer["evseId"] = asked["evseId"]
    return answer


HEARD: Heard = {
    "NotifySettlement": (stored, noted),
    "VatNumberValidation": (stored, not_validated),
}
SAID: Said = {}
