"""What one can do with a webhook: try it out, take a new secret, send events again."""

from flask import Blueprint, url_for

from ampline.v1.webhook_delivery_pb2 import (
    ResendWebhookDeliveriesRequest,
    ResendWebhookDeliveryRequest,
    WebhookAttempt,
)
from ampline.v1.webhook_endpoint_pb2 import (
    RotateWebhookSecretRequest,
    TestWebhookEndpointRequest,
)
from portal.action_form import Action, run_action
from portal.auth import api
from portal.formats import count
from portal.forms import Field, Form
from portal.language import _, ngettext
from portal.resource_form import Page
from portal.time_kinds import Moment
from portal.zones import zoned

room = Blueprint("webhook_actions", __name__, url_prefix="/webhooks/<key>/do")


@room.route("/test", methods=["GET", "POST"])
def test(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = TestWebhookEndpointRequest(name=name_of(key), request_id=request_id)
        told = api().webhook_endpoints.TestWebhookEndpoint(asked)
        return (
            _("It took it: %(answer)s", answer=in_words(told.attempt))
            if told.delivered
            else _("It did not take it: %(answer)s", answer=in_words(told.attempt))
        )

    text = _("It is sent one event, webhook_endpoint.test, at once and once.")
    return run_action(Action(_("Try it out"), _("Send"), run, text), back(key))


@room.route("/rotate-secret", methods=["GET", "POST"])
def rotate_secret(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = RotateWebhookSecretRequest(name=name_of(key), request_id=request_id)
        secret = api().webhook_endpoints.RotateWebhookSecret(asked).secret
        return (
            _("The secret, which is shown this once: %(secret)s", secret=secret)
            if secret
            else _("It was shown.")
        )

    text = _("For 24 hours what is sent is signed with the one before it, too.")
    return run_action(Action(_("Take a new secret"), _("Show it"), run, text), back(key))


@room.route("/resend", methods=["GET", "POST"])
def resend_all(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = ResendWebhookDeliveriesRequest(parent=name_of(key), request_id=request_id)
        form.into(asked)
        form.must_be_readable()
        told = api().webhook_deliveries.ResendWebhookDeliveries(asked)
        return ngettext(
            "There is %(events)s event since then; it is sent if it is wanted.",
            "There are %(events)s events since then; what it wants of them is sent.",
            told.event_count,
            events=count(told.event_count),
        )

    since = Field("start_time", zoned("Since (%(zone)s)"), Moment(), required=True)
    text = _("All that it wants, also of while it was disabled. New events are sent meanwhile.")
    return run_action(Action(_("Send events again"), _("Send"), run, text, (since,)), back(key))


@room.route("/resend/<delivery>", methods=["GET", "POST"])
def resend(key: str, delivery: str) -> Page:
    name = f"{name_of(key)}/deliveries/{delivery}"

    def run(form: Form, request_id: str) -> str:
        asked = ResendWebhookDeliveryRequest(name=name, request_id=request_id)
        api().webhook_deliveries.ResendWebhookDelivery(asked)
        return _("It is sent again.")

    text = _("With the same id: a receiver that has it already can tell.")
    return run_action(
        Action(_("Send event %(event)s again", event=delivery), _("Send"), run, text), back(key)
    )


def name_of(key: str) -> str:
    return f"webhookEndpoints/{key}"


def back(key: str) -> str:
    return url_for("webhooks.page", key=key)


def in_words(attempt: WebhookAttempt) -> str:
    """What came of an attempt, in one line."""
    if attempt.error:
        return attempt.error
    milliseconds = attempt.latency.ToMilliseconds()
    return _(
        "%(status)s after %(milliseconds)s ms. %(excerpt)s",
        status=attempt.status_code,
        milliseconds=milliseconds,
        excerpt=attempt.response_excerpt,
    ).strip()
