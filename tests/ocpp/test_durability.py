"""No answer leaves before its commit."""

import pytest
from peewee import Database

from server.store import models
from server.store.database import connect_to, is_postgresql
from tests.ocpp.conftest import Platform
from tests.ocpp.raw_charger import BOOT, RawCharger


class WritersHeldUp:
    """Somebody else holds what every transaction of ours needs, until `let_go`."""

    def __init__(self, url: str) -> None:
        self._other: Database = connect_to(url)

    def __enter__(self) -> "WritersHeldUp":
        self._other.connect()
        if is_postgresql(self._other):
            self._other.begin()
            self._other.execute_sql("LOCK TABLE ocpp_message IN EXCLUSIVE MODE")
        else:
            self._other.execute_sql("BEGIN IMMEDIATE")
        return self

    def let_go(self) -> None:
        """Lets the others write."""
        self._other.rollback() if is_postgresql(self._other) else self._other.execute_sql(
            "ROLLBACK"
        )

    def __exit__(self, *_: object) -> None:
        self._other.close()


@pytest.mark.parametrize(
    ("action", "payload"),
    [
        ("BootNotification", BOOT),
        ("Heartbeat", {}),
        ("Nonsense", {}),
        (
            "StartTransaction",
            {
                "connectorId": 1,
                "idTag": "AAAA",
                "meterStart": 0,
                "timestamp": "2026-11-22T10:00:00Z",
            },
        ),
    ],
)
async def test_no_answer_leaves_before_its_commit(
    platform: Platform, charger: RawCharger, database_url: str, action: str, payload: object
) -> None:
    await platform.settled()
    with WritersHeldUp(database_url) as held:
        await charger.send([2, "1", action, payload])
        for _ in range(5):  # the server reads and answers pings, and says nothing else
            await charger.still_there()
        early = charger.connection.recv_messages.frames.queue
        assert not early
        held.let_go()
        assert (await charger.receive())[1] == "1"
    assert len(await platform.rows(models.OcppMessage)) == 1
