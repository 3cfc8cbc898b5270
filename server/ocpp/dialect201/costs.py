"""Block I, tariffs and costs; in 2.1 also payments at the charger."""

from server.domain.commands import CommandAnswer
from server.domain.display_messages import ShowCost
from server.ocpp.saying import Heard, Said, Saying, noted
from server.ocpp.schemas import Payload
from server.ocpp.stored import stored


def not_validated(asked: Payload, _: int) -> Payload:
    """The answer to VatNumberValidation: there is nobody here who knows tax numbers."""
    answer: Payload = {"status": "Rejected", "vatNumber": asked["vatNumber"]}
    if "evseId" in asked:
        answer["evseId"] = asked["evseId"]
    return answer


def cost_updated(command: ShowCost) -> Payload:
    """CostUpdated (I02, I03)."""
    return {
        "totalCost": command.total_micros / 1_000_000,
        "transactionId": command.transaction_id,
    }


def shown(_: Payload) -> CommandAnswer:
    """Its answer says nothing."""
    return CommandAnswer("", True)


HEARD: Heard = {
    "NotifySettlement": (stored, noted),
    "VatNumberValidation": (stored, not_validated),
}
SAID: Said = {ShowCost: Saying("CostUpdated", cost_updated, shown)}
