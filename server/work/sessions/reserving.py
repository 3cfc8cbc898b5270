"""What the gateway is to reserve before a session, or with its beginning."""

from server.domain.authorization import Payment
from server.domain.errors import invalid_field, precondition
from server.domain.gateway_steps import StepKind
from server.domain.money import Money, total, zero
from server.domain.payments import Method, Parts, State
from server.store.unit import Unit
from server.work.money import gateway_steps, payments, saved_methods
from server.work.money.payments import Billed
from server.work.money.tariffs import Snapshot
from server.work.rules import Rules
from server.work.sessions.session_rows import SessionRow


def require_amount(rules: Rules, snapshot: Snapshot | None) -> None:
    """Of somebody whom nobody knows no more than what is reserved can be had. Refused
    NO_PREAUTHORIZE_AMOUNT by a tariff that says no amount, unless it is free."""
    if not rules.takes_cards:
        raise invalid_field("user", "is needed where no id_tag is given")
    if snapshot and not snapshot.free and not snapshot.terms.preauthorize_amount:
        tariff = snapshot.message.name
        told = f"{tariff} does not say how much to reserve"
        raise precondition("NO_PREAUTHORIZE_AMOUNT", told, tariff=tariff)


def reserve(
    unit: Unit,
    rules: Rules,
    session: Billed,
    snapshot: Snapshot | None,
    payment: int | None,
    *,
    token: str | None = None,
    by_page: bool = False,
) -> str | None:
    """Writes down that the tariff's amount is to be reserved: of what the user has saved, of a
    token, or where the driver pays on a page. Returns the payment; None if there is none."""
    if not rules.takes_cards or payment != Payment.EXTERNAL or snapshot is None or snapshot.free:
        return None
    amount = snapshot.terms.preauthorize_amount
    is_saved = not by_page and (token or saved_methods.of(unit, session.user)) is not None
    if not amount or not (is_saved or by_page):
        return None
    name = payments.record_of(
        unit,
        payments.bought_session(session),
        Parts(amount, zero(amount.currency), amount),
        Method.EXTERNAL,
        State.PENDING,
        reference=token,
        through_gateway=True,
        preauthorizes=True,
    )
    if is_saved:
        gateway_steps.add(unit, name, StepKind.AUTHORIZE)
    return name


def reserved_for(unit: Unit, session: SessionRow, currency: str) -> Money | None:
    """How much is reserved for a session of somebody whom nobody knows: all that it may cost."""
    found = [
        each.paid.total
        for each in payments.payments_of(unit, session.name)
        if each.preauthorizes and each.paid.state is State.AUTHORIZED
    ]
    return total(currency, found) if found else None
