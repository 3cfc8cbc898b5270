"""Who may call, and what was answered: the first schema."""

from peewee import BigIntegerField, BlobField, IntegerField, SmallIntegerField, TextField

from server.store.migrations.initial.base import Table


class ApiKey(Table):
    name = TextField(primary_key=True)
    display_name = TextField()
    secret_hash = TextField(unique=True)
    role = SmallIntegerField()
    partner = TextField(null=True)
    expire_time = BigIntegerField(null=True)
    revoke_time = BigIntegerField(null=True)
    create_time = BigIntegerField()


class PortalOperator(Table):
    name = TextField(primary_key=True)
    username = TextField(unique=True)
    display_name = TextField()
    password_hash = TextField()
    role = SmallIntegerField()
    partner = TextField(null=True)
    failed_attempts = IntegerField()
    locked_until = BigIntegerField(null=True)
    create_time = BigIntegerField()


class SignIn(Table):
    token_hash = TextField(primary_key=True)
    operator = TextField(index=True)
    create_time = BigIntegerField()
    expire_time = BigIntegerField(index=True)


class StoredAnswer(Table):
    key = TextField(primary_key=True)
    request_hash = TextField()
    state = SmallIntegerField()
    answer = BlobField(null=True)
    create_time = BigIntegerField(index=True)
