"""Block K, smart charging."""

from server.ocpp.saying import Heard, Said, noted
from server.ocpp.schemas import Payload
from server.ocpp.stored import stored


def no_schedule(_: object, __: int) -> Payload:
    """The answer to NotifyEVChargingNeeds: nobody here plans by them, so defaults apply (K15)."""
    return {"status": "Rejected"}


def agreed(_: object, __: int) -> Payload:
    """The answer to NotifyEVChargingSchedule: it is within its limits, so it is fine (K17)."""
    return {"status": "Accepted"}


def no_update(_: object, __: int) -> Payload:
    """The answer to PullDynamicScheduleUpdate: no profile of ours is a dynamic one."""
    return {"status": "Rejected"}


HEARD: Heard = {
    "ClearedChargingLimit": (stored, noted),
    "NotifyChargingLimit": (stored, noted),
    "NotifyEVChargingNeeds": (stored, no_schedule),
    "NotifyEVChargingSchedule": (stored, agreed),
    "NotifyPriorityCharging": (stored, noted),
    "PullDynamicScheduleUpdate": (stored, no_update),
    "ReportChargingProfiles": (stored, noted),
}
SAID: Said = {}
