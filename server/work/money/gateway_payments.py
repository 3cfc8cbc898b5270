"""Payments as a gateway is asked for them, and what it says of them."""

import logging
from typing import NamedTuple

from server.domain.gateway_steps import SECOND
from server.domain.money import Money, zero
from server.domain.payments import Charge, Parts, Purchase, State, Told, can_step, part_of
from server.resources import transactions
from server.store.models import Transaction
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.money import payments, receipts, saved_methods
from server.work.money.gateway_steps import Step

log = logging.getLogger(__name__)

_KNOWN = Statement(
    Transaction.select(
        Transaction.state,
        Transaction.partner,
        Transaction.provider_reference,
        Transaction.failure_reason,
        Transaction.currency,
        Transaction.authorized_micros,
        Transaction.refunded_micros,
    ).where(Transaction.name == param("name"))
)
_NOTE = Statement(
    Transaction.update(
        provider_reference=param("reference"),
        failure_reason=param("why"),
        authorized_micros=param("authorized"),
        refunded_micros=param("refunded"),
    ).where(Transaction.name == param("name"))
)
_AMEND = Statement(
    Transaction.update(
        net_micros=param("net"), tax_micros=param("tax"), total_micros=param("total")
    ).where(Transaction.name == param("name"))
)
_HAND_OVER = Statement(
    Transaction.update(through_gateway=True).where(Transaction.name == param("name"))
)
_PREAUTHORIZES = Statement(
    Transaction.select(Transaction.preauthorizes).where(Transaction.name == param("name"))
)


class Moved(NamedTuple):
    """What a gateway's word has changed of a payment."""

    old: State
    new: State
    refunded: Money
    """How much was given back, that was not known before."""


def told(unit: Unit, name: str, answer: Told) -> Moved:
    """Writes what a gateway says of a payment; what it said before changes nothing, and what
    cannot have happened is not believed."""
    row = unit.one_locked(_KNOWN, name=name)
    assert row is not None, name
    old, partner, reference, why, currency, authorized, refunded = row
    old, new = State(old), answer.state
    if not can_step(old, new):
        log.error("%s is %s; its gateway says %s", name, old.name, new.name)
        return Moved(old, old, zero(currency))
    if answer.taken is not None:
        _take_for_granted(unit, name, answer.taken)
    back = _micros(answer.refunded, refunded)
    unit.run(
        _NOTE,
        name=name,
        reference=answer.provider_reference or reference,
        why=answer.failure_reason or why,
        authorized=_micros(answer.authorized, authorized),
        refunded=back,
    )
    if new is not old:
        unit.run(payments.STEP[new], name=name, now=unit.now)
    more = Money.from_micros(currency, (back or 0) - (refunded or 0))
    if new is not old:
        payments.changed(unit, name, partner, old, new)
    elif more:
        payments.tell(unit, name, partner, old)
        receipts.credit(unit, name)
    return Moved(old, new, more)


def _micros(said: Money | None, known: int | None) -> int | None:
    return known if said is None else said.micros


def _take_for_granted(unit: Unit, name: str, taken: Money) -> None:
    """It was taken, and nothing else: less than what was asked for, where no more was reserved."""
    asked = payments.parts_of(unit, name)
    if taken != asked.total and taken.currency == asked.total.currency:
        amend(unit, name, part_of(asked, taken))


def amend(unit: Unit, name: str, parts: Parts) -> None:
    """What is really to be taken of what was reserved."""
    net, tax, total = (part.micros for part in parts)
    unit.run(_AMEND, name=name, net=net, tax=tax, total=total)


def charge(rows: Rows, name: str, reason: str | None = None) -> Charge:
    """A payment as a gateway is asked for it."""
    message, parts = payments.read(rows, name), payments.parts_of(rows, name)
    user = message.user or None
    preauthorizes = rows.one(_PREAUTHORIZES, name=name)
    return Charge(
        name,
        Purchase(message.purchase),
        message.purchased_resource,
        user,
        *parts,
        provider_reference=message.provider_reference or None,
        reason=reason,
        refunded=transactions.amount_of(message, "refunded")
        if message.HasField("refunded")
        else zero(parts.total.currency),
        saved=saved_methods.of(rows, user) if message.through_gateway else None,
        preauthorizes=bool(preauthorizes and preauthorizes[0]),
    )


def charge_by(rows: Rows, step: Step, now: int) -> Charge:
    """A payment as a step asks a gateway for it."""
    asked = charge(rows, step.payment, step.reason)
    micros, currency = step.amount_micros, asked.total.currency
    return asked._replace(
        key=step.asks_by,
        part=None if micros is None else Money.from_micros(currency, micros),
        doubtful=step.is_doubtful(now),
        age=(now - (step.first_time or now)) / SECOND,
    )


def hand_over(unit: Unit, name: str) -> None:
    """From now on the gateway sees to a payment."""
    unit.run(_HAND_OVER, name=name)
