"""What one can do for a user: move money, enable, disable."""

from flask import Blueprint, url_for

from ampline.v1.user_pb2 import (
    AddBalanceRequest,
    ChangeUserStatusRequest,
    GetUserRequest,
    User,
)
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of
from portal.formats import money
from portal.forms import Field, Form
from portal.kinds import Money, Text
from portal.resource_form import Page
from portal.words import word

room = Blueprint("user_actions", __name__, url_prefix="/users/<key>/do")

REASON = Field("reason", "Reason", Text())


@room.route("/add-balance", methods=["GET", "POST"])
def add_balance(key: str) -> Page:
    user = api().users.GetUser(GetUserRequest(name=f"users/{key}"))
    currency = user.currency or user.balance.currency_code or "EUR"

    def run(form: Form, request_id: str) -> str:
        asked = AddBalanceRequest(name=user.name, request_id=request_id)
        form.into(asked, currency=currency)
        form.must_be_readable()
        return f"Done. The balance is now {money(api().users.AddBalance(asked).user.balance)}."

    amount = Field(
        "amount",
        "Amount",
        Money(),
        "With a minus to take money away.",
        required=True,
        unit=currency,
    )
    told = f"The balance is {money(user.balance)}."
    action = Action("Add to the balance", "Book it", run, told, (amount, REASON))
    return run_action(action, url_for("users.page", key=key))


@room.route("/change-status", methods=["GET", "POST"])
def change_status(key: str) -> Page:
    user = api().users.GetUser(GetUserRequest(name=f"users/{key}"))

    def run(form: Form, request_id: str) -> str:
        asked = ChangeUserStatusRequest(name=user.name, request_id=request_id)
        form.into(asked)
        now = api().users.ChangeUserStatus(asked).state
        return f"Done. The user is now {word(now, 'user_state').lower()}."

    other = "DISABLED" if user.state == User.ENABLED else "ENABLED"
    state = Field("state", "The user is to be", one_of("user_state"), assumed=other)
    action = Action(
        "Change the status",
        "Change",
        run,
        "A disabled user cannot start sessions; those that run go on.",
        (state, REASON),
    )
    return run_action(action, url_for("users.page", key=key))
