"""Where events are sent to."""

from peewee import BigIntegerField, BlobField, SmallIntegerField, TextField

from server.store.models.base import Resource


class WebhookEndpoint(Resource):
    """A URL that events are sent to. The secrets sign what is sent, so they are kept themselves."""

    display_name = TextField(null=True, index=True)
    url = TextField()
    types = BlobField(null=True)
    subjects = BlobField(null=True)
    charge_points = BlobField(null=True)
    locations = BlobField(null=True)
    state = SmallIntegerField(default=1, index=True)
    signing_secret = TextField()
    secret_time = BigIntegerField()
    old_signing_secret = TextField(null=True)
    old_secret_expire_time = BigIntegerField(null=True)
    disable_reason = SmallIntegerField(null=True)
    search_text = TextField(default="")
