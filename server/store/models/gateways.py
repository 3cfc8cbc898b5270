"""What is asked of payment gateways, and what they tell by themselves."""

from peewee import BigAutoField, BigIntegerField, IntegerField, SmallIntegerField, TextField

from server.store.models.base import Table


class GatewayStep(Table):
    """What a gateway is still to do about a payment; the row goes when it is done. Those of one
    payment are done in the order of their numbers."""

    number = BigAutoField()
    payment = TextField(index=True)  # a Transaction's name
    kind = SmallIntegerField()
    key = TextField(unique=True)  # of its cause: what is asked for twice is one step
    amount_micros = BigIntegerField(null=True)  # of a refund; null = all that is left
    reason = TextField(null=True)
    round = IntegerField(default=0)  # counts the keys that the gateway has spoiled
    tries = IntegerField(default=0)
    first_time = BigIntegerField(null=True)  # when the gateway was asked first, in this round
    due_time = BigIntegerField(index=True)


class GatewayNotice(Table):
    """Something that a gateway told by itself: each once, by the gateway's own id of it."""

    name = TextField(primary_key=True)
    create_time = BigIntegerField(index=True)


class RefundRequest(Table):
    """A refund that was asked for under a request_id: asked for again it is the same, also where
    its answer was that nobody knew yet."""

    name = TextField(primary_key=True)  # the payment, who asks, the request_id
    refunded_micros = BigIntegerField()  # what is given back in all once it is done
    create_time = BigIntegerField(index=True)
