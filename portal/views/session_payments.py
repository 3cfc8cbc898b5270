"""What one can do for a session that was not paid: give it its user, try its payment again."""

from flask import Blueprint, url_for

from ampline.v1.session_payment_pb2 import AssignUserRequest, RetryPaymentRequest
from ampline.v1.session_pb2 import GetSessionRequest, Session
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of
from portal.formats import money
from portal.forms import Field, Form
from portal.kinds import Reference
from portal.language import _, in_sentence
from portal.resource_form import Page
from portal.words import word

room = Blueprint("session_payments", __name__, url_prefix="/sessions/<key>/payment")


@room.route("/assign-user", methods=["GET", "POST"])
def assign_user(key: str) -> Page:
    def run(form: Form, request_id: str) -> str:
        asked = AssignUserRequest(name=f"sessions/{key}", request_id=request_id)
        form.into(asked)
        answer = api().session_payments.AssignUser(asked)
        return _(
            "Done. The session is: %(state)s. The user's balance is %(balance)s.",
            state=payment_state(answer.session),
            balance=money(answer.user.balance),
        )

    user = Field("user", _("User"), Reference("users"), required=True)
    told = _("Who it is pays what is open, as they prefer. It cannot be taken back.")
    action = Action(_("Whose session is this?"), _("Give it to the user"), run, told, (user,))
    return run_action(action, url_for("sessions.page", key=key))


@room.route("/retry", methods=["GET", "POST"])
def retry(key: str) -> Page:
    session = api().sessions.GetSession(GetSessionRequest(name=f"sessions/{key}"))

    def run(form: Form, request_id: str) -> str:
        asked = RetryPaymentRequest(name=session.name, request_id=request_id)
        form.into(asked)
        answer = api().session_payments.RetryPayment(asked)
        return _("Done. The session is: %(state)s.", state=payment_state(answer.session))

    method = Field("method", _("How"), one_of("payment_method", empty=_("As it was tried last")))
    told = _(
        "It cost %(price)s. What is open of that is asked for now.",
        price=money(session.price.total),
    )
    action = Action(_("Try the payment again"), _("Try it"), run, told, (method,))
    return run_action(action, url_for("sessions.page", key=key))


def payment_state(session: Session) -> str:
    return in_sentence(word(session.payment_state, "session_payment"))
