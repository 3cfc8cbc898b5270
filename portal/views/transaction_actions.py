"""What one can do with payments: tell of one made outside, say how it went on, pay one back."""

from dataclasses import replace

from flask import Blueprint, request, url_for
from werkzeug.wrappers import Response

from ampline.v1.transaction_pb2 import (
    CreateTransactionRequest,
    RefundTransactionRequest,
    Transaction,
    UpdateTransactionRequest,
)
from portal.action_form import Action, run_action
from portal.auth import api
from portal.choices import one_of
from portal.formats import amount, money
from portal.forms import Field, Form
from portal.kinds import Choice, Money, Reference, Text
from portal.language import _, in_sentence, lazy
from portal.resource_form import Page, to_address
from portal.views.transactions import NEXT, read
from portal.words import said, word

room = Blueprint("transaction_actions", __name__, url_prefix="/transactions")

PLATFORMS_OWN = ("BALANCE", "BY_SUBSCRIPTION", "CORPORATE")
NEVER_FIRST = ("REVERSED", "REFUNDED")
CURRENCY = Field("currency", lazy("Currency"), Text(), required=True, assumed="EUR")
REFERENCE = Field("transaction.provider_reference", lazy("The processor's id of it"), Text())
FAILURE = Field("transaction.failure_reason", lazy("Why it failed"), Text())
NEW = (
    Field("transaction.purchase", lazy("For"), one_of("purchase"), assumed="SESSION"),
    Field(
        "transaction.purchased_resource",
        lazy("What was bought"),
        Text(),
        lazy("A session, subscription or reservation; of a top-up or fee the user."),
        required=True,
        placeholder="sessions/…",
    ),
    Field(
        "transaction.user",
        lazy("Who pays"),
        Reference("users"),
        lazy("Empty: whose purchase it is."),
    ),
    Field(
        "transaction.total", lazy("Amount, with tax"), Money(), required=True, placeholder="10.00"
    ),
    Field("transaction.tax", lazy("Of that, tax"), Money(), required=True, placeholder="1.60"),
    CURRENCY,
    Field(
        "transaction.method",
        lazy("How"),
        one_of("payment_method", leave_out=PLATFORMS_OWN),
        assumed="EXTERNAL",
    ),
    Field(
        "transaction.state",
        lazy("Where it stands"),
        one_of("transaction_state", leave_out=NEVER_FIRST),
        assumed="FINALIZED",
    ),
    REFERENCE,
    FAILURE,
    Field("transaction.external_id", lazy("Your own id"), Text()),
)


@room.route("/new", methods=["GET", "POST"])
def new() -> Page:
    """Tells of a payment that was made elsewhere."""

    def run(form: Form, request_id: str) -> Response:
        wanted = CreateTransactionRequest(request_id=request_id)
        paths = [field.path for field in NEW if field is not CURRENCY]
        form.into(wanted, paths, form.texts.get(CURRENCY.path, ""))
        form.must_be_readable()
        told = wanted.transaction
        net = Money().read(f"{amount(told.total) - amount(told.tax):f}")
        net.currency_code = told.total.currency_code
        told.net.CopyFrom(net)
        made = api().transactions.CreateTransaction(wanted)
        return to_address(url_for("transactions.page", key=made.name.partition("/")[2]))

    text = _("One that an outside processor or a terminal has made, or is about to.")
    action = Action(_("Tell of a payment"), _("Keep it"), run, text, NEW)
    return run_action(action, url_for("transactions.index"), request.args.to_dict())


@room.route("/<key>/go-on", methods=["GET", "POST"])
def go_on(key: str) -> Page:
    """Tells how a payment went on that is made elsewhere."""
    transaction = read(key)
    names = [Transaction.State.Name(state) for state in NEXT.get(transaction.state, ())]
    options = [(name, said("transaction_state", name)) for name in names]

    def run(form: Form, request_id: str) -> str:
        wanted = UpdateTransactionRequest()
        wanted.transaction.name = transaction.name
        wanted.transaction.etag = transaction.etag
        form.into(wanted)
        form.must_be_readable()
        now = api().transactions.UpdateTransaction(wanted)
        return told_state(now)

    state = Choice(lambda: options, Transaction.State.Value, Transaction.State.Name)
    fields = (
        Field("transaction.state", _("It is now"), state),
        replace(REFERENCE, assumed=transaction.provider_reference),
        FAILURE,
    )
    state_word = in_sentence(word(transaction.state, "transaction_state"))
    text = _("It is: %(state)s. There is no way back.", state=state_word)
    action = Action(_("How did it go on?"), _("Keep it"), run, text, fields)
    return run_action(action, url_for("transactions.page", key=key))


@room.route("/<key>/refund", methods=["GET", "POST"])
def refund(key: str) -> Page:
    transaction = read(key)

    def run(form: Form, request_id: str) -> str:
        wanted = RefundTransactionRequest(name=transaction.name, request_id=request_id)
        form.into(wanted, currency=transaction.total.currency_code)
        form.must_be_readable()
        now = api().transactions.RefundTransaction(wanted)
        return told_state(now)

    how_much = Field(
        "amount",
        _("How much"),
        Money(),
        _("Empty: all that is left of it."),
        unit=transaction.total.currency_code,
    )
    reason = Field("reason", _("Reason"), Text(), _("It is kept in the ledger."))
    text = _(
        "Of %(amount)s, what you say goes back to where it came from, at once.",
        amount=money(transaction.total),
    )
    action = Action(_("Pay it back?"), _("Pay it back"), run, text, (how_much, reason), danger=True)
    return run_action(action, url_for("transactions.page", key=key))


def told_state(transaction: Transaction) -> str:
    """What became of a payment."""
    word_ = in_sentence(word(transaction.state, "transaction_state"))
    return _("Done. It is now: %(state)s.", state=word_)
