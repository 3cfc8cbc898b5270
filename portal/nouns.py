"""What resources are called, by the noun that events and names of resources begin with."""

import re

from flask import Flask

from portal.language import lazy

NOUNS = {
    "api_key": lazy("API key"),
    "charge_point": lazy("Charge point"),
    "charge_point_certificate": lazy("Certificate"),
    "charging_profile": lazy("Charging profile"),
    "circuit": lazy("Circuit"),
    "configuration_template": lazy("Configuration template"),
    "display_message": lazy("Display message"),
    "electricity_rate": lazy("Electricity rate"),
    "evse": lazy("EVSE"),
    "firmware_campaign": lazy("Firmware campaign"),
    "firmware_image": lazy("Firmware"),
    "id_tag": lazy("ID tag"),
    "location": lazy("Location"),
    "partner": lazy("Partner"),
    "portal_operator": lazy("Operator"),
    "reservation": lazy("Reservation"),
    "session": lazy("Session"),
    "subscription": lazy("Subscription"),
    "subscription_plan": lazy("Subscription plan"),
    "tariff": lazy("Tariff"),
    "tariff_group": lazy("Tariff group"),
    "transaction": lazy("Transaction"),
    "user": lazy("User"),
    "user_group": lazy("User group"),
    "variable_monitor": lazy("Monitor"),
    "vendor_error_code": lazy("Vendor error code"),
    "voucher": lazy("Voucher"),
    "webhook_endpoint": lazy("Webhook"),
}


def register(app: Flask) -> None:
    app.add_template_filter(kind_of)


def noun_word(noun: str) -> str:
    """`Tariff group` of `tariff_group`."""
    return str(NOUNS.get(noun) or noun.replace("_", " ").capitalize())


def kind_of(name: str) -> str:
    """What a resource is: `Tariff group` of `tariffGroups/home`."""
    collection = name.partition("/")[0]
    return noun_word(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", collection).lower().removesuffix("s"))
