"""From resource names, such as `chargePoints/CP-1`, to pages and back."""

from flask import Flask, url_for

# The page of each collection.
PAGES = {
    "apiKeys": "api_keys.page",
    "auditEntries": "audit.page",
    "chargePoints": "charge_points.page",
    "firmwareCampaigns": "firmware_campaigns.page",
    "firmwareImages": "firmware.page",
    "circuits": "circuits.page",
    "configurationTemplates": "configuration_templates.page",
    "electricityRates": "electricity_rates.page",
    "idTags": "id_tags.edit",
    "locations": "locations.page",
    "portalOperators": "operators.page",
    "partners": "partners.page",
    "receipts": "receipts.page",
    "reservations": "reservations.page",
    "sessions": "sessions.page",
    "subscriptionPlans": "subscription_plans.page",
    "subscriptions": "subscriptions.page",
    "tariffGroups": "tariff_groups.page",
    "tariffs": "tariffs.page",
    "transactions": "transactions.page",
    "userGroups": "user_groups.page",
    "users": "users.page",
    "vendorErrorCodes": "vendor_error_codes.edit",
    "vouchers": "vouchers.page",
    "webhookEndpoints": "webhooks.page",
}


def register(app: Flask) -> None:
    app.add_template_filter(resource_id)
    app.add_template_filter(evse_number)
    app.add_template_filter(page_of)


def resource_id(name: str) -> str:
    """The last segment: `CP-1` of `chargePoints/CP-1`."""
    return name.rpartition("/")[2]


def evse_number(name: str) -> str:
    """The EVSE's number, if that is what the name names: `2` of `chargePoints/CP-1/evses/2`."""
    return resource_id(name) if "/evses/" in name else ""


def page_of(name: str) -> str:
    """Address of the page about a resource; empty if it has none."""
    collection, _, rest = name.partition("/")
    if collection not in PAGES or not rest:
        return ""
    address = url_for(PAGES[collection], key=rest.split("/")[0])
    return f"{address}#evse-{resource_id(name)}" if "/evses/" in name else address
