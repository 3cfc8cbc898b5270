"""Whether a circuit has room for one more car."""

from server.domain.balancing import share
from server.store.models import Circuit
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.balancing import sites
from server.work.balancing.circuits import least_a, upwards

_REFUSES = 2
"""ampline.v1.Circuit.WhenFull."""
_DISABLED = 2
_WHEN_FULL = Statement(
    Circuit.select(Circuit.when_full, Circuit.state).where(Circuit.name == param("name"))
)


def for_start(unit: Unit, evse: str, circuit: str) -> bool:
    """Whether a session that began on the EVSE now would have its minimum, or may wait for it.

    Whoever takes no limits has a place of its own, and always has room."""
    path = upwards(unit, circuit)
    if not any(_refuses(unit, name) for name in path):
        return True
    site = sites.load(unit, path[-1], unit.now)
    outlet = next((outlet for outlet, _ in site.idle if outlet.evse == evse), None)
    if outlet is None:
        return True
    others = [taker for taker in site.takers() if taker.name != evse]
    had = share(site.feeders(), [*others, sites.newcomer(site, outlet)])[evse]
    return had >= least_a(site.shares[circuit].circuit)


def _refuses(unit: Unit, circuit: str) -> bool:
    row = unit.one(_WHEN_FULL, name=circuit)
    return row is not None and row[0] == _REFUSES and row[1] != _DISABLED
