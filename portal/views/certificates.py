"""How a charger proves who it is, and whom it trusts."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from ampline import AmplineError
from ampline.v1 import charge_point_certificate_pb2 as pb
from ampline.v1.charge_point_pb2 import GetChargePointRequest
from ampline.v1.installed_certificate_pb2 import (
    CertificateHash,
    CertificateUse,
    ListInstalledCertificatesRequest,
)
from portal.action_form import Action, run_action
from portal.auth import api, can
from portal.choices import options
from portal.forms import Field, Form
from portal.kinds import Text
from portal.language import lazy
from portal.listing import asked
from portal.refusals import refusal
from portal.resource_form import Page

room = Blueprint("certificates", __name__, url_prefix="/charge-points/<key>/certificates")

CHAIN = Field(
    "certificate_chain",
    lazy("The certificate, then those that lead to its root"),
    Text("textarea"),
    "PEM.",
    required=True,
)
REASON = Field("reason", lazy("Reason"), Text())
# Title, word on the button, what will happen, the form, what has happened.
DECISIONS = {
    "sign": (
        lazy("Bring what somebody else has signed"),
        lazy("Hand it over"),
        lazy("It is handed to the charger."),
        CHAIN,
        lazy("It is handed to the charger."),
    ),
    "decline": (
        lazy("Decline this request"),
        lazy("Decline"),
        lazy("Nobody signs it; the charger may ask again."),
        REASON,
        lazy("It is declined."),
    ),
    "revoke": (
        lazy("Revoke this certificate"),
        lazy("Revoke"),
        lazy("Nobody is let in with it any more, and the charger is disconnected."),
        REASON,
        lazy("It is revoked."),
    ),
}


@room.get("")
def index(key: str) -> str:
    """What is known, and, if a use is asked for, what the charger says that it trusts."""
    name = f"chargePoints/{key}"
    listing, _form = asked(pb.ListChargePointCertificatesRequest(parent=name), ())
    use = request.args.get("use", "")
    trusted, refused = ask(name, use)
    return render_template(
        "certificates/index.html",
        charger=api().charge_points.GetChargePoint(GetChargePointRequest(name=name)),
        answer=api().charge_point_certificates.ListChargePointCertificates(listing),
        uses=[*options("certificate_use", "", ())],
        use=use,
        trusted=trusted,
        refused=refused,
    )


def ask(name: str, use: str) -> tuple[Sequence[CertificateHash], str]:
    """The certificates that the charger trusts in that way, or why it did not tell."""
    if use not in CertificateUse.keys() or not can("CONTROL"):  # noqa: SIM118 - no dict
        return (), ""
    wanted = ListInstalledCertificatesRequest(charge_point=name, use=CertificateUse.Value(use))
    try:
        return api().installed_certificates.ListInstalledCertificates(wanted).certificates, ""
    except AmplineError as error:
        return (), refusal(error)


@room.app_template_filter("hash_word")
def hash_word(algorithm: int) -> str:
    return CertificateHash.Algorithm.Name(algorithm)  # type: ignore[arg-type] # of a message


@room.app_template_filter("hash_arguments")
def hash_arguments(known: CertificateHash) -> dict[str, str]:
    """What names a certificate in the address of a form."""
    return {
        "certificate.algorithm": hash_word(known.algorithm),
        "certificate.issuer_name_hash": known.issuer_name_hash,
        "certificate.issuer_key_hash": known.issuer_key_hash,
        "certificate.serial_number": known.serial_number,
    }


@room.route("/<certificate>/<verb>", methods=["GET", "POST"])
def decide(key: str, certificate: str, verb: str) -> Page:
    """Sign, decline, revoke."""
    if verb not in DECISIONS:
        abort(404)
    title, button, text, field, done = DECISIONS[verb]
    method = f"{verb.capitalize()}ChargePointCertificate"

    def run(form: Form, request_id: str) -> str:
        name = f"chargePoints/{key}/certificates/{certificate}"
        wanted: Any = getattr(pb, f"{method}Request")(name=name, request_id=request_id)
        form.into(wanted)
        getattr(api().charge_point_certificates, method)(wanted)
        return str(done)

    action = Action(title, button, run, text, (field,), danger=verb == "revoke")
    return run_action(action, url_for(".index", key=key))
