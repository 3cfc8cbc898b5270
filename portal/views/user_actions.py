"""What one can do for a user: move money, subscribe, enable, disable."""

from flask import Blueprint, url_for
from werkzeug.wrappers import Response

from ampline.v1.user_action_pb2 import (
    ActivateSubscriptionRequest,
    ApplyCustomFeeRequest,
    CancelSubscriptionRequest,
    RedeemVoucherRequest,
)
from ampline.v1.user_pb2 import (
    AddBalanceRequest,
    ChangeUserStatusRequest,
    ExportUserDataRequest,
    GetUserRequest,
    User,
)
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of
from portal.downloads import downloaded
from portal.formats import date_text, money
from portal.forms import Field, Form
from portal.kinds import Flag, Money, Reference, Text
from portal.language import _, in_sentence, lazy
from portal.lookups import plan_title
from portal.resource_form import Page
from portal.words import word

room = Blueprint("user_actions", __name__, url_prefix="/users/<key>/do")

REASON = Field("reason", lazy("Reason"), Text())


@room.route("/add-balance", methods=["GET", "POST"])
def add_balance(key: str) -> Page:
    user, currency = user_and_currency(key)

    def run(form: Form, request_id: str) -> str:
        asked = AddBalanceRequest(name=user.name, request_id=request_id)
        form.into(asked, currency=currency)
        form.must_be_readable()
        return balance_now(api().users.AddBalance(asked).user)

    amount = Field(
        "amount",
        _("Amount"),
        Money(),
        _("With a minus to take money away."),
        required=True,
        unit=currency,
    )
    told = _("The balance is %(balance)s.", balance=money(user.balance))
    action = Action(_("Add to the balance"), _("Book it"), run, told, (amount, REASON))
    return run_action(action, url_for("users.page", key=key))


@room.route("/apply-fee", methods=["GET", "POST"])
def apply_fee(key: str) -> Page:
    user, currency = user_and_currency(key)

    def run(form: Form, request_id: str) -> str:
        asked = ApplyCustomFeeRequest(name=user.name, request_id=request_id)
        form.into(asked, currency=currency)
        form.must_be_readable()
        now = api().user_actions.ApplyCustomFee(asked).user
        return balance_now(now)

    amount = Field("amount", _("Amount"), Money(), _("With tax."), required=True, unit=currency)
    description = Field("description", _("What it is for"), Text())
    told = _(
        "The balance is %(balance)s. It pays the fee, or nothing is taken.",
        balance=money(user.balance),
    )
    action = Action(_("Take a fee"), _("Take it"), run, told, (amount, description))
    return run_action(action, url_for("users.page", key=key))


@room.route("/redeem-voucher", methods=["GET", "POST"])
def redeem_voucher(key: str) -> Page:
    user, _currency = user_and_currency(key)

    def run(form: Form, request_id: str) -> str:
        asked = RedeemVoucherRequest(name=user.name, request_id=request_id)
        form.into(asked)
        answer = api().user_actions.RedeemVoucher(asked)
        worth, balance = money(answer.balance_entry.amount), money(answer.user.balance)
        return _(
            "Done. It was worth %(worth)s; the balance is now %(balance)s.",
            worth=worth,
            balance=balance,
        )

    code = Field("code", _("Code"), Text(), _("As it stands on the voucher."), required=True)
    told = _("What the voucher is worth comes to the balance. A user can use it once.")
    action = Action(_("Redeem a voucher"), _("Redeem"), run, told, (code,))
    return run_action(action, url_for("users.page", key=key))


@room.route("/subscribe", methods=["GET", "POST"])
def subscribe(key: str) -> Page:
    user, _currency = user_and_currency(key)

    def run(form: Form, request_id: str) -> str:
        asked = ActivateSubscriptionRequest(name=user.name, request_id=request_id)
        form.into(asked)
        asked.auto_renew = asked.auto_renew  # what is not ticked is said, too
        form.must_be_readable()
        made = api().user_actions.ActivateSubscription(asked).subscription
        state = in_sentence(word(made.state, "subscription_state"))
        return _(
            "Done. The subscription to %(plan)s: %(state)s.",
            plan=plan_title(made.plan),
            state=state,
        )

    fields = (
        Field("plan", _("Plan"), Reference("subscription-plans"), required=True),
        Field("auto_renew", _("It is renewed at the end of each period"), Flag(), assumed="yes"),
    )
    told = _(
        "A fee in advance comes from the balance, which is %(balance)s.",
        balance=money(user.balance),
    )
    action = Action(_("Subscribe"), _("Subscribe"), run, told, fields)
    return run_action(action, url_for("users.page", key=key))


@room.route("/cancel-subscription", methods=["GET", "POST"])
def cancel_subscription(key: str) -> Page:
    user, _currency = user_and_currency(key)

    def run(form: Form, request_id: str) -> str:
        asked = CancelSubscriptionRequest(name=user.name, request_id=request_id)
        form.into(asked)
        ended = api().user_actions.CancelSubscription(asked).subscription
        return _("Done. It ends on %(date)s.", date=date_text(ended.end_time))

    when = Field("when", _("It ends"), one_of("cancel_when"), assumed="AT_PERIOD_END")
    told = _("A fee that was paid is not paid back; what was used and is billed later is billed.")
    action = Action(
        _("Cancel the subscription"), _("Cancel it"), run, told, (when, REASON), danger=True
    )
    return run_action(action, url_for("users.page", key=key))


@room.route("/change-status", methods=["GET", "POST"])
def change_status(key: str) -> Page:
    user = api().users.GetUser(GetUserRequest(name=f"users/{key}"))

    def run(form: Form, request_id: str) -> str:
        asked = ChangeUserStatusRequest(name=user.name, request_id=request_id)
        form.into(asked)
        now = api().users.ChangeUserStatus(asked).state
        return _("Done. The user: %(state)s.", state=in_sentence(word(now, "user_state")))

    other = "DISABLED" if user.state == User.ENABLED else "ENABLED"
    state = Field("state", _("The user is to be"), one_of("user_state"), assumed=other)
    stop = Field("stop_sessions", _("Sessions that run are stopped"), Flag())
    action = Action(
        _("Change the status"),
        _("Change"),
        run,
        _("A disabled user cannot start sessions; those that run go on, unless they are stopped."),
        (state, stop, REASON),
    )
    return run_action(action, url_for("users.page", key=key))


@room.get("/export")
def export(key: str) -> Response:
    """Everything that is kept of the user, as a file: what a person may ask for by law."""
    asked = ExportUserDataRequest(name=f"users/{key}")
    return downloaded(api().users.ExportUserData(asked), f"{key}.json")


def user_and_currency(key: str) -> tuple[User, str]:
    """The user, and the currency of the balance."""
    user = api().users.GetUser(GetUserRequest(name=f"users/{key}"))
    return user, user.currency or user.balance.currency_code or "EUR"


def balance_now(user: User) -> str:
    return _("Done. The balance is now %(balance)s.", balance=money(user.balance))
