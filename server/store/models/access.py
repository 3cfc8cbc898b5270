"""Who may call, and what was answered."""

from peewee import (
    BigIntegerField,
    BlobField,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from server.store.models.base import Table


class ApiKey(Table):
    """A key of the API: only the SHA-256 of its secret is kept."""

    name = TextField(primary_key=True)
    display_name = TextField()
    secret_hash = TextField(unique=True)
    role = SmallIntegerField()
    partner = TextField(null=True)
    expire_time = BigIntegerField(null=True)
    revoke_time = BigIntegerField(null=True)
    create_time = BigIntegerField()


class PortalOperator(Table):
    """Somebody who signs in to the portal: argon2id of the password is kept."""

    name = TextField(primary_key=True)
    username = TextField(unique=True)
    display_name = TextField()
    password_hash = TextField()
    role = SmallIntegerField()
    partner = TextField(null=True)
    failed_attempts = IntegerField(default=0)
    locked_until = BigIntegerField(null=True)
    create_time = BigIntegerField()


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
