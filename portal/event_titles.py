"""The titles of events: what happened, by type."""

from ampline.v1.event_pb2 import Event
from portal.language import _, lazy
from portal.nouns import noun_word

# What happened, by type; of the others the noun and the deed are said.
TITLES = {
    "authorization.decided": lazy("Authorization"),
    "charge_point.booted": lazy("Charger booted"),
    "charge_point.certificate_changed": lazy("Certificate"),
    "charge_point.charging_profile_applied": lazy("Charging profile"),
    "charge_point.configuration_changed": lazy("Configuration changed"),
    "charge_point.configuration_reported": lazy("Configuration told"),
    "charge_point.connected": lazy("Charger connected"),
    "charge_point.customer_information": lazy("Customer information"),
    "charge_point.data_transfer_received": lazy("Data of the vendor"),
    "charge_point.device_event": lazy("Device event"),
    "charge_point.disconnected": lazy("Charger disconnected"),
    "charge_point.firmware_status": lazy("Firmware"),
    "charge_point.hardware_status_changed": lazy("Charger status"),
    "charge_point.log_received": lazy("Log uploaded"),
    "charge_point.log_status": lazy("Log"),
    "charge_point.network_status_changed": lazy("Network status"),
    "charge_point.security_event": lazy("Security event"),
    "charge_point.unknown_connected": lazy("Unknown charger"),
    "circuit.consumption": lazy("Circuit"),
    "circuit.limited": lazy("Circuit limited"),
    "evse.charging_needs_told": lazy("What a car asks for"),
    "evse.hardware_status_changed": lazy("EVSE status"),
    "firmware_campaign.state_changed": lazy("Firmware campaign"),
    "reservation.status_changed": lazy("Reservation"),
    "session.meter_values": lazy("Meter values"),
    "session.priced": lazy("Session priced"),
    "session.started": lazy("Session started"),
    "session.stopped": lazy("Session stopped"),
    "session.updated": lazy("Session updated"),
    "transaction.changed": lazy("Transaction"),
    "user.balance_changed": lazy("Balance changed"),
    "user.subscription_changed": lazy("Subscription changed"),
    "voucher.redeemed": lazy("Voucher redeemed"),
    "webhook_endpoint.disabled": lazy("Webhook disabled"),
}

# What people do to resources; the noun stands before it.
DEEDS = {
    "created": lazy("created"),
    "updated": lazy("updated"),
    "deleted": lazy("deleted"),
}


def event_title(event: Event) -> str:
    """`Session started` of `session.started`."""
    if event.type in TITLES:
        return str(TITLES[event.type])
    noun, verb = event.type.split(".", 1)
    done = DEEDS.get(verb, verb.replace("_", " "))
    return _("%(noun)s %(done)s", noun=noun_word(noun), done=done)
