"""Commands about who a charger is, and whom it trusts."""

from typing import Any

from ampline.v1.installed_certificate_pb2 import CertificateHash
from portal.choices import one_of
from portal.commands.command import Command, Service, values_of
from portal.forms import Field
from portal.kinds import Text, Whole
from portal.language import _, lazy

SECURITY = Service("ChargePointSecurityService", lambda api: api.charge_point_security)
CERTIFICATES = Service("InstalledCertificateService", lambda api: api.installed_certificates)


def certificates(answer: Any) -> str:
    if not answer.certificates:
        return _("The charger has none of that use.")
    numbers = ", ".join(known.serial_number for known in answer.certificates)
    return _("The charger has these, by serial number: %(numbers)s", numbers=numbers)


COMMANDS = {
    "security-profile": Command(
        SECURITY,
        "SetSecurityProfile",
        lazy("Raise its security profile"),
        lazy("Raise it"),
        lazy("The charger comes back on it, and is not let in with less from then on."),
        (
            Field(
                "security_profile",
                lazy("Security profile"),
                one_of("security_profile", leave_out=("NO_SECURITY",)),
                required=True,
            ),
            Field(
                "configuration_slot",
                lazy("Slot of its network profiles"),
                Whole(),
                lazy("OCPP 2.x. Empty: 2."),
            ),
            Field("ocpp_interface", lazy("Interface"), Text(), lazy("OCPP 2.x. Empty: Wired0.")),
        ),
        danger=True,
    ),
    "password": Command(
        SECURITY,
        "SetPassword",
        lazy("Give it a new password"),
        lazy("Change"),
        lazy("The old one counts until the charger has taken the new one."),
        (
            Field(
                "password",
                lazy("Password"),
                Text("password"),
                lazy(
                    "16 to 40 characters. Empty: one is drawn that only the charger gets to know."
                ),
            ),
        ),
    ),
    "install-certificate": Command(
        CERTIFICATES,
        "InstallCertificate",
        lazy("Install a certificate"),
        lazy("Install"),
        lazy("One that the charger is to trust."),
        (
            Field(
                "use",
                lazy("It is trusted"),
                one_of("certificate_use", leave_out=("V2G_CHAIN",)),
                required=True,
            ),
            Field(
                "certificate",
                lazy("Certificate"),
                Text("textarea"),
                "PEM.",
                required=True,
                placeholder="-----BEGIN CERTIFICATE-----",
            ),
        ),
    ),
    "list-certificates": Command(
        CERTIFICATES,
        "ListInstalledCertificates",
        lazy("Ask which certificates it trusts"),
        lazy("Ask"),
        fields=(Field("use", lazy("Trusted"), one_of("certificate_use"), required=True),),
        told=certificates,
    ),
    "delete-certificate": Command(
        CERTIFICATES,
        "DeleteCertificate",
        lazy("Delete a certificate that it trusts"),
        lazy("Delete"),
        lazy(
            "The charger trusts it no more. A charger that trusts nobody cannot come back over TLS."
        ),
        (
            Field("certificate.algorithm", lazy("Hashed by"), values_of(CertificateHash.Algorithm)),
            Field(
                "certificate.issuer_name_hash",
                lazy("Hash of the issuer's name"),
                Text(),
                required=True,
            ),
            Field(
                "certificate.issuer_key_hash",
                lazy("Hash of the issuer's key"),
                Text(),
                required=True,
            ),
            Field("certificate.serial_number", lazy("Serial number"), Text(), required=True),
        ),
        danger=True,
    ),
}
