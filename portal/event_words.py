"""Events in words: what happened, in one sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from ampline.v1.event_pb2 import Event
from portal.event_titles import event_title
from portal.formats import count, kw, kwh, money, percent
from portal.language import _, in_sentence, lazy
from portal.lookups import plan_title
from portal.needs_words import needs_words
from portal.refusals import reason_words
from portal.words import status, word


@dataclass(frozen=True)
class Kind:
    """Some types of events that one may want to see alone."""

    title: str
    types: tuple[str, ...]


# The filters name what is wanted; nothing says what is not.
ALL_BUT_METER_VALUES = (
    "session.st*",
    "session.updated",
    "session.priced",
    "evse.*",
    "charge_point.*",
    "authorization.*",
    "user.*",
    "transaction.*",
    "tariff*",
    "location.*",
    "id_tag.*",
)

KINDS = {
    "most": Kind(lazy("All but meter values"), ALL_BUT_METER_VALUES),
    "sessions": Kind(lazy("Sessions"), ("session.st*", "session.updated", "session.priced")),
    "meter-values": Kind(lazy("Meter values"), ("session.meter_values",)),
    "status": Kind(
        lazy("Status of chargers"), ("evse.hardware_*", "charge_point.*_status_changed")
    ),
    "connections": Kind(lazy("Connections"), ("*connected", "*.booted", "*.security_event")),
    "authorizations": Kind(lazy("Authorizations"), ("authorization.*",)),
    "money": Kind(lazy("Money"), ("user.*_changed", "transaction.*", "voucher.*")),
    "changes": Kind(lazy("Changes by people"), ("*.created", "*.updated", "*.deleted")),
}  # fmt: skip

BAD = ("faulted", "failed", "security_event", "unknown_connected")


def register(app: Flask) -> None:
    app.add_template_filter(event_text)
    app.add_template_filter(event_place)
    app.add_template_filter(event_tone)
    app.add_template_filter(event_title)


def event_place(event: Event) -> str:
    """Where it happened, or to whom: the charger's id and EVSE, else the subject's id."""
    parts = (event.subject if "/evses/" in event.subject else event.charge_point).split("/")
    if len(parts) == 4:
        return f"{parts[1]}, EVSE {parts[3]}"
    return parts[-1] or event.subject.rpartition("/")[2]


def event_text(event: Event) -> str:
    """What the payload says, in one sentence; empty if it says no more than the type."""
    payload = event.WhichOneof("payload")
    tell = TELLERS.get(payload or "")
    return tell(getattr(event, payload)) if tell and payload else ""


def event_tone(event: Event) -> str:
    payload = event.WhichOneof("payload")
    if payload == "evse_hardware_status_changed":
        return status(event.evse_hardware_status_changed.new_status, "evse_status").tone
    if payload == "charge_point_hardware_status_changed":
        changed = event.charge_point_hardware_status_changed
        return status(changed.new_status, "hardware_status").tone
    if payload == "charge_point_network_status_changed":
        return status(event.charge_point_network_status_changed.new_status, "network_status").tone
    if payload == "authorization_decided":
        return "good" if event.authorization_decided.accepted else "warn"
    if any(word_ in event.type for word_ in BAD):
        return "bad"
    return "live" if event.type.startswith("session.") else "idle"


def status_change(enum: str) -> Callable[[Any], str]:
    def tell(change: Any) -> str:
        before = f"{word(change.old_status, enum)} → " if change.old_status else ""
        fault = change.error_code if change.error_code not in {"", "NoError"} else ""
        told = [
            f"{before}{word(change.new_status, enum)}",
            fault,
            change.error_info if fault else "",
        ]
        return ", ".join(part for part in told if part)

    return tell


def network_change(change: Any) -> str:
    return word(change.new_status, "network_status")


def session_change(change: Any) -> str:
    session = change.session
    told = [word(session.state, "session_state"), f"{kwh(session.energy_wh)} kWh"]
    if session.price.total.currency_code:
        told.append(money(session.price.total))
    if session.stop_reason:
        told.append(in_sentence(word(session.stop_reason, "stop_reason")))
    return ", ".join(told)


def meter_values(values: Any) -> str:
    told = [f"{kwh(values.energy_wh)} kWh"]
    if values.HasField("power_import_w"):
        told.append(f"{kw(values.power_import_w)} kW")
    if values.HasField("soc_percent"):
        told.append(percent(values.soc_percent))
    return ", ".join(told)


def balance_change(change: Any) -> str:
    entry = change.balance_entry
    what = word(entry.entry_type, "entry_type")
    return _(
        "%(what)s of %(amount)s, balance %(balance)s",
        what=what,
        amount=money(entry.amount),
        balance=money(entry.balance_after),
    )


def transaction_change(change: Any) -> str:
    return money(change.transaction.total)


def subscription_change(change: Any) -> str:
    state = in_sentence(word(change.subscription.state, "subscription_state"))
    return f"{plan_title(change.subscription.plan)}: {state}"


def authorization(decided: Any) -> str:
    if decided.accepted:
        return _("Token %(token)s: accepted", token=decided.token)
    refused = in_sentence(reason_words(decided.refused))
    return _("Token %(token)s: refused, %(reason)s", token=decided.token, reason=refused)


def boot(booted: Any) -> str:
    told = [f"{booted.vendor} {booted.model}".strip(), booted.firmware_version]
    told.append(
        _("answered %(status)s", status=booted.registration_status)
        if booted.registration_status
        else ""
    )
    return ", ".join(part for part in told if part)


def connection(told: Any) -> str:
    parts = [
        told.identity,
        told.remote_address,
        word(told.ocpp_version, "ocpp_version"),
        told.reason,
    ]
    return ", ".join(part for part in parts if part)


def configuration(changed: Any) -> str:
    key = ".".join(filter(None, (changed.setting.component, changed.key)))
    if not changed.status:
        return f"{key}: {changed.old_value} → {changed.value}"
    return f"{key} = {changed.value or _('(hidden)')}: {changed.status}"


def configuration_reported(reported: Any) -> str:
    return _(
        "%(settings)s settings, %(changed)s changed",
        settings=count(reported.setting_count),
        changed=count(reported.changed_count),
    )


def device_event(told: Any) -> str:
    event = told.device_event
    of_evse = _(" of EVSE %(number)s", number=event.setting.evse) if event.setting.evse else ""
    words = (event.tech_code, event.tech_info, _("over") if event.cleared else "")
    said = ", ".join(filter(None, words))
    what = f"{event.setting.component}.{event.setting.key}{of_evse} = {event.value}"
    return f"{what} ({said})" if said else what


def security_event(seen: Any) -> str:
    return " ".join(filter(None, (seen.type, seen.tech_info, seen.remote_address)))


TELLERS: dict[str, Callable[[Any], str]] = {
    "authorization_decided": authorization,
    "charge_point_booted": boot,
    "charge_point_configuration_changed": configuration,
    "charge_point_configuration_reported": configuration_reported,
    "charge_point_device_event": device_event,
    "charge_point_connection": connection,
    "charge_point_data_transfer": lambda sent: f"{sent.vendor_id} {sent.message_id}: {sent.status}",
    "charge_point_hardware_status_changed": status_change("hardware_status"),
    "charge_point_network_status_changed": network_change,
    "charge_point_security_event": security_event,
    "charge_point_transfer_status": lambda told: str(told.status),
    "evse_charging_needs_told": lambda told: needs_words(told.charging_needs),
    "evse_hardware_status_changed": status_change("evse_status"),
    "resource_changed": lambda change: ", ".join(change.changed_fields).replace("_", " "),
    "session_changed": session_change,
    "session_meter_values": meter_values,
    "transaction_changed": transaction_change,
    "user_balance_changed": balance_change,
    "user_subscription_changed": subscription_change,
    "voucher_redeemed": lambda used: _(
        "worth %(amount)s", amount=money(used.balance_entry.amount)
    ),
}  # fmt: skip
