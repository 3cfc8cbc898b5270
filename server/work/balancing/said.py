"""What somebody says of a circuit while it is shared: readings, priorities, boosts."""

from server.domain.errors import invalid_field, unknown_reference
from server.store.models import ChargePoint, CircuitReading, Session, SessionStanding
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.balancing import leases
from server.work.balancing.circuits import READING_HOLDS, PhasesA, root_of, upwards

_SESSION = Statement(
    Session.select(ChargePoint.circuit, Session.stop_time, Session.partner)
    .join(ChargePoint, on=(ChargePoint.name == Session.charge_point))
    .where(Session.name == param("name"))
)
_BOOST = Statement(
    SessionStanding.update(boost_until=param("until")).where(
        SessionStanding.session == param("session")
    )
)
_STAND = Statement(
    SessionStanding.update(priority=param("priority"), weight=param("weight")).where(
        SessionStanding.session == param("session")
    )
)


def reading(unit: Unit, circuit: str, measured: int, phases_a: PhasesA) -> int:
    """Keeps what a circuit's meter shows; until when it counts, in microseconds."""
    first, second, third = phases_a
    unit.execute(
        CircuitReading.insert(
            circuit=circuit,
            measured=measured,
            phase1_a=first,
            phase2_a=second,
            phase3_a=third,
            time=unit.now,
        ).on_conflict(
            conflict_target=[CircuitReading.circuit],
            preserve=[
                CircuitReading.measured,
                CircuitReading.phase1_a,
                CircuitReading.phase2_a,
                CircuitReading.phase3_a,
                CircuitReading.time,
            ],
        )
    )
    leases.ask(unit, root_of(unit, circuit))
    return unit.now + READING_HOLDS


def stand(
    unit: Unit, circuit: str, session: str, priority: int, weight: float, partner: str | None
) -> None:
    """Says how a session stands, as long as it lasts; `partner` is whose the caller is."""
    _make(unit, circuit, session, partner)
    unit.run(_STAND, session=session, priority=priority, weight=weight)
    leases.ask(unit, root_of(unit, circuit))


def boost(unit: Unit, circuit: str, session: str, until: int, partner: str | None) -> None:
    """Lets a session go before all others until then, in microseconds, or (0) no longer; `partner`
    is whose the caller is."""
    _make(unit, circuit, session, partner)
    unit.run(_BOOST, session=session, until=until)
    leases.ask(unit, root_of(unit, circuit))


def _make(unit: Unit, circuit: str, session: str, partner: str | None) -> None:
    """Makes the row. RefusedError if the session does not run in the circuit or below it."""
    row = unit.one(_SESSION, name=session)
    if row is None or partner not in {None, row[2]}:
        raise unknown_reference("session", session)
    its, stopped, _ = row
    if stopped is not None:
        raise invalid_field("session", f"{session} does not run")
    if its is None or circuit not in upwards(unit, its):
        raise invalid_field("session", f"{session} is not in {circuit}")
    unit.execute(SessionStanding.insert(session=session).on_conflict_ignore())
