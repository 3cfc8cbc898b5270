"""Of what is to be sent about a subject the first has its time, and only that."""

from server.domain.webhooks import State
from server.store.clock import now_us
from server.store.models import WebhookDelivery
from server.work.webhooks import forgetting, planning, resending
from tests.webhooks.conftest import Node, NodeMaker, endpoint
from tests.webhooks.receiver import Receiver
from tests.webhooks.test_delivery import settled


def planned(node: Node, receiver: Receiver) -> str:
    """An endpoint to which three events about one subject are to be sent."""
    name = endpoint(receiver)
    node.tell(*["chargePoints/CP"] * 3)
    node.lane.write_now(lambda unit: planning.plan(unit, 0))
    assert due() == [1]
    return name


def due() -> list[int]:
    """Where those stand in the log that have a time to be sent at."""
    timed = WebhookDelivery.select().where(WebhookDelivery.due_time.is_null(False))
    return [row.position for row in timed.order_by(WebhookDelivery.position)]


def update(*positions: int, **columns: object) -> None:
    WebhookDelivery.update(**columns).where(WebhookDelivery.position.in_(positions)).execute()


async def test_what_is_sent_again_goes_before_what_is_tried_again(
    make_node: NodeMaker, receiver: Receiver
) -> None:
    """The third has failed once, and has a time of its own when all are asked for again."""
    node = make_node()
    name = planned(node, receiver)
    update(1, 2, state=State.DELIVERED, due_time=None)
    update(3, due_time=now_us() + 60_000_000)
    node.lane.write_now(lambda unit: resending.resend_since(unit, name, None, 1))
    while node.lane.write_now(planning.replay):
        pass
    assert due() == [1]
    node.webhooks.start()
    await settled(node, name, 3)
    assert [each.position for each in receiver.received] == [1, 2, 3]


async def test_what_waits_for_one_that_is_forgotten_is_sent(
    make_node: NodeMaker, receiver: Receiver
) -> None:
    """An endpoint was away for longer than deliveries are kept."""
    node = make_node()
    name = planned(node, receiver)
    update(1, create_time=0, due_time=now_us() + 60_000_000)
    node.webhooks.start()
    assert not node.lane.write_now(lambda unit: forgetting.forget_old(unit, 1, 500))
    await settled(node, name, 3)
    assert [each.position for each in receiver.received] == [2, 3]
