"""Users, their ID tags, their money."""

from peewee import BigIntegerField, BlobField, BooleanField, SmallIntegerField, TextField

from server.store.models.base import Resource, Table, listed_by, ordered_by


class User(Resource):
    """A driver. `balance_micros` is the sum of the ledger, kept in the same transaction."""

    external_id = TextField(null=True)
    email = TextField(null=True, unique=True)  # folded to lower case; null once deleted
    given_name = TextField(null=True)
    family_name = TextField(null=True)
    phone = TextField(null=True)
    address = BlobField(null=True)
    language_code = TextField(null=True)
    company = TextField(null=True)
    groups = BlobField(null=True)
    active_subscription = TextField(null=True)  # kept by the actions that change subscriptions
    concurrency = SmallIntegerField(default=2)
    payment_preference = SmallIntegerField(default=1)
    currency = TextField()
    state = SmallIntegerField(default=1)
    balance_micros = BigIntegerField(default=0)
    session_count = BigIntegerField(default=0)
    energy_wh = BigIntegerField(default=0)
    saved_payment_method = BlobField(null=True)
    gateway_customer = TextField(null=True)  # who they are to the payment gateway
    gateway_method = TextField(null=True)  # what they have saved there
    delete_time = BigIntegerField(null=True)  # since when only the pseudonym is left
    search_text = TextField(default="")

    class Meta:
        """Lists by what they are filtered by."""

        indexes = (*listed_by("state", "partner", "external_id"), *ordered_by("family_name"))


class ForgottenUser(Table):
    """A user that was deleted, of whom copies that were stored may still say something."""

    name = TextField(primary_key=True)  # the user's
    tokens = TextField()  # a JSON list of those that the user charged with, without their case
    delete_time = BigIntegerField(index=True)


class IdTag(Resource):
    """A card or another token. `token_key` is the token in lower case: unique with the kind."""

    external_id = TextField(null=True)
    token = TextField(index=True)
    token_key = TextField()
    kind = SmallIntegerField(default=1)
    user = TextField(null=True)
    state = SmallIntegerField(default=1)
    expire_time = BigIntegerField(null=True)
    label = TextField(null=True)
    parent_group_id = TextField(null=True)
    vehicle_kind = TextField(null=True)
    on_local_list = BooleanField(null=True)
    search_text = TextField(default="")

    class Meta:
        """A token is unique within its kind; lists by what they are filtered by."""

        indexes = (
            (("token_key", "kind"), True),
            *listed_by(
                "user",
                "kind",
                "state",
                "partner",
                "parent_group_id",
                "on_local_list",
                "external_id",
            ),
            *ordered_by("expire_time"),
        )


class BalanceEntry(Table):
    """One movement of money, both sides in one row: from `contra_account` to `user` if positive.

    Append only. `cause` is what made it happen, unique within the entry types, so that nothing
    is ever booked twice. Accounts of the operator: `revenue`, `deposits`, `adjustments`, ….
    """

    name = TextField(primary_key=True)
    number = BigIntegerField()  # counts the user's entries, from 1
    user = TextField()
    contra_account = TextField()
    entry_type = SmallIntegerField()
    currency = TextField()
    amount_micros = BigIntegerField()
    balance_after_micros = BigIntegerField()
    cause = TextField()
    reason = TextField(null=True)
    create_time = BigIntegerField()

    class Meta:
        """One entry a cause; pages by the user's numbers."""

        indexes = ((("cause", "entry_type"), True), (("user", "number"), True))
