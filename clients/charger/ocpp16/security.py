"""The security whitepaper's calls to an OCPP 1.6 station: its certificate, what it trusts."""

from collections.abc import Mapping
from typing import Final

from ocpp.v16.enums import ConfigurationStatus, MessageTrigger

from clients.charger import proving, security
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.ocpp16.commands import change_configuration
from clients.charger.ocpp16.triggers import trigger_message

CENTRAL_SYSTEM = "CentralSystemRootCertificate"


def certificate_signed(station: Charger, payload: Payload) -> Reply:
    """Takes the certificate, for the next time that it connects."""
    taken = station.security.take(payload["certificateChain"])
    station.wake()
    return Reply({"status": "Accepted" if taken else "Rejected"})


def install_certificate(station: Charger, payload: Payload) -> Reply:
    """Trusts a root."""
    if payload["certificateType"] != CENTRAL_SYSTEM:
        return Reply({"status": "Rejected"})
    trusted = station.security.trust(payload["certificate"])
    return Reply({"status": "Accepted" if trusted else "Failed"})


def get_installed_certificate_ids(station: Charger, payload: Payload) -> Reply:
    """The roots that it trusts."""
    known = station.security.trusted if payload["certificateType"] == CENTRAL_SYSTEM else []
    if not known:
        return Reply({"status": "NotFound"})
    told = security.all_hash_data(known)
    return Reply({"status": "Accepted", "certificateHashData": told})


def delete_certificate(station: Charger, payload: Payload) -> Reply:
    """Trusts a root no more."""
    gone = station.security.distrust(payload["certificateHashData"])
    return Reply({"status": "Accepted" if gone else "NotFound"})


def extended_trigger_message(station: Charger, payload: Payload) -> Reply:
    """As TriggerMessage; and asks for a new certificate."""
    if payload["requestedMessage"] == MessageTrigger.sign_charge_point_certificate:
        return Reply({"status": "Accepted"}, proving.ask_for_certificate(station))
    return trigger_message(station, payload)


def change_security(station: Charger, payload: Payload) -> Reply:
    """Of all keys, AuthorizationKey and SecurityProfile make it dial again."""
    key, value = payload["key"], payload["value"]
    if key == "AuthorizationKey":
        accepted = Reply({"status": ConfigurationStatus.accepted})
        return Reply(accepted.payload, proving.come_back(station, password=value))
    if key != "SecurityProfile":
        return change_configuration(station, payload)
    current = station.configuration.count(key)
    wanted = int(value) if value.isdecimal() else 0
    if not current <= wanted <= proving.CERTIFICATE or not proving.can_be_on(station, wanted):
        return Reply({"status": ConfigurationStatus.rejected})
    station.configuration.set(key, value)
    return Reply({"status": ConfigurationStatus.accepted}, proving.come_back(station))


HANDLERS: Final[Mapping[str, Handler]] = {
    "CertificateSigned": certificate_signed,
    "ChangeConfiguration": change_security,
    "DeleteCertificate": delete_certificate,
    "ExtendedTriggerMessage": extended_trigger_message,
    "GetInstalledCertificateIds": get_installed_certificate_ids,
    "InstallCertificate": install_certificate,
}
