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
from portal.resource_form import Page
from portal.time_kinds import Moment

room = Blueprint("webhook_actions", __name__, url_prefix="/webhooks/<key>/do")


@room.route("/test", methods=["GET", "POST"])
def test(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = TestWebhookEndpointRequest(name=name_of(key), request_id=request_id)
        told = api().webhook_endpoints.TestWebhookEndpoint(asked)
        return (
            f"{'It took it' if told.delivered else 'It did not take it'}: {in_words(told.attempt)}"
        )

    text = "It is sent one event, webhook_endpoint.test, at once and once."
    return run_action(Action("Try it out", "Send", run, text), back(key))


@room.route("/rotate-secret", methods=["GET", "POST"])
def rotate_secret(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = RotateWebhookSecretRequest(name=name_of(key), request_id=request_id)
        secret = api().webhook_endpoints.RotateWebhookSecret(asked).secret
        return f"The secret, which is shown this once: {secret}" if secret else "It was shown."

    text = "For 24 hours what is sent is signed with the one before it, too."
    return run_action(Action("Take a new secret", "Show it", run, text), back(key))


@room.route("/resend", methods=["GET", "POST"])
def resend_all(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = ResendWebhookDeliveriesRequest(parent=name_of(key), request_id=request_id)
        form.into(asked)
        form.must_be_readable()
        told = api().webhook_deliveries.ResendWebhookDeliveries(asked)
        return (
            f"There are {count(told.event_count)} events since then; what it wants of them is sent."
        )

    since = Field("start_time", "Since (UTC)", Moment(), required=True)
    text = "All that it wants, also of while it was disabled. New events are sent meanwhile."
    return run_action(Action("Send events again", "Send", run, text, (since,)), back(key))


@room.route("/resend/<delivery>", methods=["GET", "POST"])
def resend(key: str, delivery: str) -> Page:
    name = f"{name_of(key)}/deliveries/{delivery}"

    def run(form: Form, request_id: str) -> str:
        asked = ResendWebhookDeliveryRequest(name=name, request_id=request_id)
        api().webhook_deliveries.ResendWebhookDelivery(asked)
        return "It is sent again."

    text = "With the same id: a receiver that has it already can tell."
    return run_action(Action(f"Send event {delivery} again", "Send", run, text), back(key))


def name_of(key: str) -> str:
    return f"webhookEndpoints/{key}"


def back(key: str) -> str:
    return url_for("webhooks.page", key=key)


def in_words(attempt: WebhookAttempt) -> str:
    """What came of an attempt, in one line."""
    if attempt.error:
        return attempt.error
    milliseconds = attempt.latency.ToMilliseconds()
    return f"{attempt.status_code} after {milliseconds} ms. {attempt.response_excerpt}".strip()
