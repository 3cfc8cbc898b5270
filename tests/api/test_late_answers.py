"""What is written of an answer that nobody waits for any more."""

import pytest
from peewee import Database

from server.api.services.commands import if_late
from server.domain.commands import CommandAnswer
from server.store.lane import WriteLane
from server.store.unit import Unit


async def test_what_cannot_be_written_is_not_passed_over_in_silence(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Unit) -> None:
        raise RuntimeError("it is all in vain")

    lane = WriteLane(database)
    hear = if_late(lane, fail)
    hear(CommandAnswer("Rejected", False))
    await lane.write(lambda _: None)
    assert not caplog.text
    hear(CommandAnswer("Accepted", True))
    await lane.write(lambda _: None)
    assert "it is all in vain" in caplog.text
    lane.close()
