"""Everything that the platform does by the clock."""

from collections.abc import Callable
from dataclasses import dataclass

from server.relay.clock import SECOND, Job
from server.store.unit import Unit
from server.work import forgetting, retention
from server.work.balancing import consumption
from server.work.gateways import notices
from server.work.rules import Rules
from server.work.sessions import expiry, limits, reservations
from server.work.stations import firmware_updates, local_lists, logs, long_absence
from server.work.subscriptions import renewals
from server.work.webhooks import forgetting as webhooks

DAY = 86_400
ANSWERS_KEPT = DAY
"""Seconds for which a request_id is remembered."""
NOTICES_KEPT = 30 * DAY
"""Seconds for which a payment gateway's notice is known again, which it tells for three days at
most; and a refund's request_id."""
CONSUMPTION_KEPT = 92 * DAY
"""Seconds for which it is kept, minute by minute, what flowed in circuits."""
PIECE = 500
"""The most rows that are deleted in one transaction."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long things are kept, in seconds."""

    events: int = 30 * DAY
    messages: int = 30 * DAY
    audit: int = 400 * DAY
    statuses: int = 365 * DAY
    logs: int = 90 * DAY


def platform_jobs(rules: Rules, keeping: Keeping, running_price: int) -> tuple[Job, ...]:
    """The jobs; `running_price` is how old, in seconds, the price of a running session may be."""
    return (
        Job("expire-pending-sessions", 5, lambda unit: _full(expiry.expire_pending(unit, rules))),
        Job("expire-reservations", 5, lambda unit: _full(reservations.expire(unit))),
        Job("give-up-lost-steps", 30, lambda unit: _full(expiry.give_up_steps(unit, rules))),
        Job("close-lost-sessions", 30, lambda unit: _full(expiry.close_lost(unit, rules))),
        Job("look-at-sessions", 3, lambda unit: limits.look_at_due(unit) >= limits.MOST),
        Job(
            "refresh-running-prices",
            max(1, min(5, running_price)),
            lambda unit: _full(expiry.refresh_prices(unit, running_price)),
        ),
        Job(
            "look-after-subscriptions",
            5,
            lambda unit: renewals.look_after(unit) >= renewals.MOST,
        ),
        Job("notice-long-absence", 60, _before(long_absence.give_up, rules.long_term)),
        Job("give-up-uploads", 60, _before(logs.expire, logs.PATIENCE)),
        Job("give-up-updates", 60, _before(firmware_updates.give_up, firmware_updates.PATIENCE)),
        Job("forget-updates", 60, _before(retention.forget_updates, keeping.statuses)),
        Job("forget-list-contents", 3600, _before(local_lists.forget_contents, DAY)),
        Job("forget-logs", 60, _before(retention.forget_logs, keeping.logs)),
        Job("forget-tickets", 60, _before(retention.forget_tickets, DAY)),
        Job("forget-events", 60, _before(retention.forget_events, keeping.events)),
        Job("forget-messages", 60, _before(retention.forget_messages, keeping.messages)),
        Job("forget-statuses", 60, _before(retention.forget_statuses, keeping.statuses)),
        Job("forget-device-events", 60, _before(retention.forget_device_events, keeping.statuses)),
        Job("forget-answers", 60, _before(retention.forget_answers, ANSWERS_KEPT)),
        Job("forget-audit", 60, _before(retention.forget_audit, keeping.audit)),
        Job("forget-refusals", 60, _before(retention.forget_refusals, keeping.audit)),
        Job("forget-consumption", 3600, _before(consumption.forget, CONSUMPTION_KEPT)),
        Job("forget-users", 60, lambda unit: forgetting.go_on(unit, PIECE)),
        Job("forget-deliveries", 60, _before(webhooks.forget_old, keeping.events)),
        Job("forget-endpoints", 60, lambda unit: webhooks.forget_deleted(unit, PIECE)),
        Job("look-at-payments", 3600, notices.look_again),
        Job("forget-notices", 3600, _before(retention.forget_notices, NOTICES_KEPT)),
        Job("forget-sign-ins", 60, _before(retention.forget_sign_ins, 0)),
    )


def _full(count: int) -> bool:
    """Whether a job that did so many may have left some."""
    return count >= expiry.MOST


def _before(work: Callable[[Unit, int, int], bool], age: int) -> Callable[[Unit], bool]:
    """The work on what is older than `age` seconds."""
    return lambda unit: work(unit, unit.now - age * SECOND, PIECE)
