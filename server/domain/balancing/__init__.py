"""How a tree of limited supplies is shared: pure functions from what is to what may be drawn.

    supplies (feeders, takers) ──> sharing (who is let in, then max–min fair) ──> shares
    promises (what chargers may draw until they say otherwise) ──> transition ──> what is sent now

Currents are in A on each phase. A taker is one EVSE with a car: it draws the same current on each
of its phases, nothing, or at least its minimum.
"""

from server.domain.balancing.line import Place, joined, moved_on
from server.domain.balancing.promises import Promise, Promises
from server.domain.balancing.sharing import share
from server.domain.balancing.supplies import EVERY_PHASE, Feeder, Taker
from server.domain.balancing.transition import next_step

__all__ = [
    "EVERY_PHASE",
    "Feeder",
    "Place",
    "Promise",
    "Promises",
    "Taker",
    "joined",
    "moved_on",
    "next_step",
    "share",
]
