"""Stops that fit no session: kept for an operator to see, never billed by themselves."""

from server.domain.facts import TransactionEnded
from server.store.clock import to_us
from server.store.ids import new_name
from server.store.unit import Unit
from server.work.sessions import announce, authorization, metering, places, session_rows
from server.work.sessions.session_rows import BillingState, SessionState, SessionWarning
from server.work.sessions.times import believed


def keep(unit: Unit, charge_point: str, fact: TransactionEnded) -> None:
    """Keeps a stop as an orphan session, once however often it is sent."""
    time, replaced = believed(fact.time, unit.now)
    told = to_us(fact.time) if fact.time else ""
    key = f"orphan/{fact.transaction_id}/{fact.token.casefold()}/{told}"
    if session_rows.by_start_key(unit, charge_point, key):
        return
    place = places.place_of(unit, charge_point)
    tag = authorization.tag_of(unit, fact.token) if fact.token else None
    name = new_name("sessions")
    session_rows.insert(
        unit,
        name=name,
        charge_point=charge_point,
        location=place.location,
        partner=place.partner,
        user=tag.user if tag else None,
        id_tag=tag.name if tag else None,
        token=fact.token or None,
        state=SessionState.FINISHED,
        stop_reason=fact.reason,
        stop_reason_text=fact.reason_text or None,
        start_time=time,
        stop_time=time,
        start_key=key,
        meter_stop_wh=fact.meter_stop_wh,
        billing_state=BillingState.SUSPENDED,
        warnings=session_rows.warnings_blob(
            [SessionWarning.ORPHAN, *([SessionWarning.TIME_REPLACED] if replaced else [])]
        ),
    )
    session = session_rows.by_name(unit, name)
    if session and fact.samples:
        metering.record(unit, session, fact.samples, [])
    announce.session(unit, "session.stopped", name, 0, time)
