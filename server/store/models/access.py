"""Who may call, what was answered, and who did what."""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    CompositeKey,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Log, Resource, Table


class ApiKey(Resource):
    """A key of the API: only the SHA-256 of its secret is kept."""

    display_name = TextField(index=True)
    secret_hash = TextField(unique=True)
    prefix = TextField(default="")  # how the secret begins
    role = SmallIntegerField()
    permissions = BlobField(null=True)  # all that is left of the role's; null = all of them
    may_choose_ids = BooleanField(null=True)
    calls_per_second = IntegerField(null=True)
    expire_time = BigIntegerField(null=True)
    revoke_time = BigIntegerField(null=True)
    last_used_time = BigIntegerField(null=True)


class PortalOperator(Resource):
    """Somebody who signs in to the portal: argon2id of the password is kept."""

    username = TextField(unique=True)
    display_name = TextField(null=True)
    password_hash = TextField(null=True)
    role = SmallIntegerField()
    state = SmallIntegerField(default=1)
    may_choose_ids = BooleanField(null=True)
    failed_attempts = IntegerField(default=0)
    locked_until = BigIntegerField(null=True)
    last_sign_in_time = BigIntegerField(null=True)
    password_change_time = BigIntegerField(null=True)
    totp_secret = TextField(null=True)  # in force once the first code was confirmed
    totp_enabled = BooleanField(default=False)
    totp_step = BigIntegerField(default=0)  # of the last code that was taken: none is taken twice


class SignIn(Table):
    """A token that a sign-in gave out: only its SHA-256 is kept."""

    token_hash = TextField(primary_key=True)
    operator = TextField(index=True)
    create_time = BigIntegerField()
    expire_time = BigIntegerField(index=True)


class StoredAnswer(Table):
    """The first answer to a request_id, for the repeats."""

    key = TextField(primary_key=True)  # principal, method and request_id
    request_hash = TextField()
    state = SmallIntegerField()  # 1 reserved, 2 answered, 3 refused
    answer = BlobField(null=True)  # serialized response, or google.rpc.Status
    create_time = BigIntegerField(index=True)
    person = TextField(
        null=True
    )  # the user of whom the answer says more than the name; `*`: several


StoredAnswer.add_index(
    StoredAnswer.index(
        StoredAnswer.person,
        where=StoredAnswer.person.is_null(False),
        name="stored_answer_person",
    )
)


class AuditEntry(Log):
    """A call that changed something, or was refused. Rows are added, and never changed."""

    number = BigAutoField()
    time = BigIntegerField(index=True)
    principal = TextField()
    partner = TextField(null=True)
    address = TextField()
    method = TextField()
    resource = TextField(null=True)
    request_id = TextField(null=True)
    correlation_id = TextField()
    result = TextField()
    reason = TextField(null=True)
    call_count = BigIntegerField(default=1)


for _filter in (AuditEntry.principal, AuditEntry.method, AuditEntry.resource, AuditEntry.result):
    AuditEntry.by(_filter)


class AnonymousRefusal(Table):
    """How often calls of nobody's were refused, by address and minute."""

    minute = BigIntegerField()
    address = TextField()
    call_count = BigIntegerField()

    class Meta:
        """One row for each address and minute."""

        primary_key = CompositeKey("minute", "address")
        indexes = ((("address", "minute"), False),)
