"""Blocks A and M, and network profiles: how a station of 2.0.1 proves who it is, whom it trusts."""

from collections.abc import Mapping
from typing import Final

from ocpp.v201.enums import SetVariableStatusEnumType

from clients.charger import proving, security
from clients.charger.dialect import Charger, Handler
from clients.charger.exchange import Reply
from clients.charger.frames import Payload
from clients.charger.ocpp201 import commands, variables

CSMS_ROOT = "CSMSRootCertificate"
OWN = "ChargingStationCertificate"
PASSWORD = variables.Variable("SecurityCtrlr", "BasicAuthPassword")
PRIORITY = variables.Variable("OCPPCommCtrlr", "NetworkConfigurationPriority")


def certificate_signed(station: Charger, payload: Payload) -> Reply:
    """Takes the certificate, for the next time that it connects."""
    own = payload.get("certificateType", OWN) == OWN
    taken = own and station.security.take(payload["certificateChain"])
    station.wake()
    return Reply({"status": "Accepted" if taken else "Rejected"})


def install_certificate(station: Charger, payload: Payload) -> Reply:
    """Trusts a root."""
    if payload["certificateType"] != CSMS_ROOT:
        return Reply({"status": "Rejected"})
    trusted = station.security.trust(payload["certificate"])
    return Reply({"status": "Accepted" if trusted else "Failed"})


def get_installed_certificate_ids(station: Charger, payload: Payload) -> Reply:
    """The roots that it trusts."""
    wanted = payload.get("certificateType") or [CSMS_ROOT]
    known = station.security.trusted if CSMS_ROOT in wanted else []
    if not known:
        return Reply({"status": "NotFound"})
    told = [
        {"certificateType": CSMS_ROOT, "certificateHashData": each}
        for each in security.all_hash_data(known)
    ]
    return Reply({"status": "Accepted", "certificateHashDataChain": told})


def delete_certificate(station: Charger, payload: Payload) -> Reply:
    """Trusts a root no more."""
    gone = station.security.distrust(payload["certificateHashData"])
    return Reply({"status": "Accepted" if gone else "NotFound"})


def trigger_message(station: Charger, payload: Payload) -> Reply:
    """Asks for a new certificate; else as any message."""
    if payload["requestedMessage"] == "SignChargingStationCertificate":
        return Reply({"status": "Accepted"}, proving.ask_for_certificate(station))
    return commands.trigger_message(station, payload)


def set_network_profile(station: Charger, payload: Payload) -> Reply:
    """Keeps it, if it could come by it, and on no lower security profile."""
    told = payload["connectionData"]
    profile, current = told["securityProfile"], station.configuration.count("SecurityProfile")
    if profile >= proving.TLS:
        station.security.secure_url = told["ocppCsmsUrl"]
    if profile < current or not proving.can_be_on(station, profile):
        return Reply({"status": "Rejected"})
    station.security.network_profiles[payload["configurationSlot"]] = told
    return Reply({"status": "Accepted"})


def set_variables(station: Charger, payload: Payload) -> Reply:
    """Sets what may be set so. With a new password it dials again; by other network profiles
    after a restart."""
    results, password = [], None
    for one in payload["setVariableData"]:
        variable = variables.variable_of(one)
        named = {"component": one["component"], "variable": one["variable"]}
        if variable == PASSWORD:
            password, status = one["attributeValue"], SetVariableStatusEnumType.accepted
            results.append({**named, "attributeStatus": status})
        elif variable == PRIORITY:
            results.append({**named, "attributeStatus": prefer(station, one["attributeValue"])})
        else:
            results.append(variables.done(station, one))
    station.wake()
    afterwards = None if password is None else proving.come_back(station, password)
    return Reply({"setVariableResult": results}, afterwards)


def prefer(station: Charger, priority: str) -> SetVariableStatusEnumType:
    """Comes by the first of these network profiles, after a restart."""
    first = priority.partition(",")[0].strip()
    profile = station.security.network_profiles.get(int(first) if first.isdecimal() else 0)
    if profile is None:
        return SetVariableStatusEnumType.rejected
    station.configuration.set("SecurityProfile", str(profile["securityProfile"]))
    proving.turn(station)
    return SetVariableStatusEnumType.reboot_required


HANDLERS: Final[Mapping[str, Handler]] = {
    "CertificateSigned": certificate_signed,
    "DeleteCertificate": delete_certificate,
    "GetInstalledCertificateIds": get_installed_certificate_ids,
    "InstallCertificate": install_certificate,
    "SetNetworkProfile": set_network_profile,
    "SetVariables": set_variables,
    "TriggerMessage": trigger_message,
}
