"""Firmware campaigns: what becomes of one, by how its chargers fare."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from server.domain.firmware import UNDER_WAY, UpdateState


class CampaignState(IntEnum):
    """ampline.v1.FirmwareCampaign.State."""

    DRAFT = 1
    RUNNING = 2
    PAUSED = 3
    COMPLETED = 4
    CANCELED = 5


class PauseReason(IntEnum):
    """ampline.v1.FirmwareCampaign.PauseReason."""

    ASKED_FOR = 1
    TOO_MANY_FAILURES = 2


@dataclass(frozen=True, slots=True)
class Counts:
    """How many chargers are how far."""

    queued: int = 0
    under_way: int = 0
    installed: int = 0
    failed: int = 0
    canceled: int = 0

    @classmethod
    def of(cls, by_state: Mapping[int, int]) -> "Counts":
        """Of how many updates are in each state."""
        return cls(
            by_state.get(UpdateState.QUEUED, 0),
            sum(by_state.get(state, 0) for state in UNDER_WAY),
            by_state.get(UpdateState.INSTALLED, 0),
            by_state.get(UpdateState.FAILED, 0),
            by_state.get(UpdateState.CANCELED, 0),
        )


def settled(
    state: CampaignState, counts: Counts, max_failures: int, forgiven: int
) -> CampaignState:
    """The state that a campaign comes to by itself: paused on too many failures that were not
    forgiven, completed when nothing is left to do."""
    if state is not CampaignState.RUNNING:
        return state
    if counts.failed - forgiven > max_failures and counts.queued:
        return CampaignState.PAUSED
    if not counts.queued and not counts.under_way:
        return CampaignState.COMPLETED
    return state


def next_ones(counts: Counts, max_concurrent: int) -> int:
    """How many more may be told now."""
    return min(counts.queued, max(0, max_concurrent - counts.under_way))
