"""Strict mode in OCPP 2.0.1 and 2.1: every breach of a schema gets its CALLERROR, nothing of it is
stored, and the socket lives."""

from typing import Any

import pytest

from server.ocpp.dialect201 import OCPP_2_0_1, OCPP_2_1
from server.store import models
from tests.ocpp.breaches import OF_2_X, Case, breaches, complete, schema_of
from tests.ocpp.conftest import Platform, PlatformMaker
from tests.ocpp.v2x import booted

PACKAGES = {"ocpp2.0.1": "ocpp.v201", "ocpp2.1": "ocpp.v21"}
UNCONFIRMED = {"NotifyPeriodicEventStream"}
"""What 2.1 sends without an answer."""
SAID = {
    "ocpp2.0.1": sorted(OCPP_2_0_1.exchanges),
    "ocpp2.1": sorted(OCPP_2_1.exchanges.keys() - UNCONFIRMED),
}
MESSAGES = [(version, action) for version, actions in SAID.items() for action in actions]
each_message = pytest.mark.parametrize(("version", "action"), MESSAGES)
TABLES = (
    models.Event,
    models.Session,
    models.MeterValue,
    models.Evse,
    models.StatusLogEntry,
    models.ConfigurationKey,
)


@pytest.fixture
async def strict(make_platform: PlatformMaker) -> Platform:
    return await make_platform(ocpp_strict=True)


def cases(version: str, action: str) -> list[Case]:
    schema = schema_of(PACKAGES[version], f"{action}Request")
    return list(breaches(schema, complete(schema), OF_2_X))


@each_message
async def test_every_breach_gets_its_code_and_nothing_is_stored(
    strict: Platform, version: str, action: str
) -> None:
    charger = await booted(strict, version)
    before = await stored(strict)
    wrong: list[Any] = []
    for case in cases(version, action):
        answer = await charger.call(action, case.payload)
        if answer[:2] != [4, case.code]:
            wrong.append((case.what, case.code, answer))
    assert not wrong
    assert await stored(strict) == before
    assert await charger.ask("Heartbeat")


@each_message
def test_there_are_cases_for_every_message(version: str, action: str) -> None:
    assert cases(version, action)


@pytest.mark.parametrize("version", PACKAGES)
async def test_every_other_message_gets_its_answer(strict: Platform, version: str) -> None:
    dialect = {"ocpp2.0.1": OCPP_2_0_1, "ocpp2.1": OCPP_2_1}[version]
    charger = await booted(strict, version)
    for action in sorted(dialect.actions - dialect.exchanges.keys()):
        assert (await charger.call(action, {}))[:2] == [4, "NotSupported"], action
    for action in ("Nonsense", "heartbeat", "StartTransaction"):
        assert (await charger.call(action, {}))[:2] == [4, "NotImplemented"], action


async def stored(platform: Platform) -> tuple[int, ...]:
    """How much there is of everything that a message may change."""
    return tuple([len(await platform.rows(table)) for table in TABLES])
