"""Where events are sent to, and what became of each."""

from peewee import SQL, BigIntegerField, BlobField, IntegerField, SmallIntegerField, TextField

from server.store.models.base import Resource, Table


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
    failing_since_time = BigIntegerField(null=True)
    search_text = TextField(default="")
    enabled_since = BigIntegerField(default=0)  # what was stored before is not sent
    hidden_types = TextField(default="")  # what types begin with that its author may not read


class WebhookQueue(Table):
    """Who sends what is to be sent to an endpoint. Whoever changes that holds the row."""

    webhook_endpoint = TextField(primary_key=True)
    owner = TextField(null=True)  # a node
    lease_time = BigIntegerField(default=0)  # until when it is the owner's
    changes = BigIntegerField(default=0)  # grows when there is more to be sent
    replay_after = BigIntegerField(null=True)  # positions: what is to be sent once more
    replay_upto = BigIntegerField(null=True)


class WebhookDelivery(Table):
    """An event on its way to an endpoint. Of a subject's that are pending, the first has a time."""

    name = TextField(primary_key=True)
    webhook_endpoint = TextField()
    partner = TextField(null=True)
    position = BigIntegerField()  # the event's, in the log
    event_type = TextField()
    subject = TextField()
    state = SmallIntegerField(default=1)
    due_time = BigIntegerField(null=True)
    attempt_count = IntegerField(default=0)  # since it was first to be sent, or sent again
    attempts = BlobField(null=True)
    create_time = BigIntegerField(index=True)
    end_time = BigIntegerField(null=True)

    class Meta:
        """Lists go by endpoint, also those of a state, of a type or of a subject."""

        indexes = (
            (("webhook_endpoint", "position"), False),
            (("webhook_endpoint", "state", "position"), False),
        )


WebhookDelivery.add_index(
    WebhookDelivery.index(
        WebhookDelivery.webhook_endpoint,
        WebhookDelivery.due_time,
        WebhookDelivery.position,
        where=WebhookDelivery.due_time.is_null(False),
        name="webhook_delivery_due",
    )
)
WebhookDelivery.add_index(
    WebhookDelivery.index(
        WebhookDelivery.webhook_endpoint,
        WebhookDelivery.subject,
        WebhookDelivery.position,
        where=SQL('"state" = 1'),
        name="webhook_delivery_pending",
    )
)
