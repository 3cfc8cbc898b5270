"""The bridge's README lists every message of every version, and where it is handled."""

from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

from server.ocpp import dialect16, dialect201
from server.ocpp.dialect import Dialect
from server.ocpp.dialect16 import OCPP_1_6
from server.ocpp.dialect201 import OCPP_2_0_1, OCPP_2_1

README = Path(dialect16.__file__).parents[1] / "README.md"
BY_HAND = "by CustomCall"


class Listed(NamedTuple):
    """What is listed for a version: a dialect, its package, the headings of its tables."""

    dialect: Dialect
    package: ModuleType
    headings: tuple[str, ...]


VERSIONS = [
    Listed(OCPP_1_6, dialect16, ("Every message of OCPP 1.6",)),
    Listed(OCPP_2_0_1, dialect201, ("Every message of OCPP 2.0.1",)),
    Listed(OCPP_2_1, dialect201, ("Every message of OCPP 2.0.1", "What OCPP 2.1 adds")),
]
every_version = pytest.mark.parametrize(
    "listed", VERSIONS, ids=lambda each: each.dialect.version.name
)


def table(listed: Listed) -> dict[str, tuple[str, str]]:
    """Of each message: the file that hears it, and the file that says it."""
    lines = [*README.read_text().splitlines(), "## "]
    starts = [number for number, line in enumerate(lines) if line.startswith("## ")]
    sections = {lines[start][3:]: lines[start:end] for start, end in pairwise(starts)}
    rows = {}
    for heading in listed.headings:
        told = [line.strip("| ").split("|") for line in sections[heading] if "|" in line]
        for message, *files in told[2:]:
            heard, said, *_ = [file.strip(" `") for file in [*files, "", ""]]
            rows[message.strip()] = (heard, said)
    return rows


def modules(listed: Listed) -> dict[str, ModuleType]:
    """The files of the dialect, by their names."""
    parts = vars(listed.package).items()
    return {f"{name}.py": part for name, part in parts if isinstance(part, ModuleType)}


def said_actions(dialect: Dialect) -> set[str]:
    """What a command of ours says."""
    return {order.action for order in dialect.orders.values()}


@every_version
def test_no_message_is_forgotten(listed: Listed) -> None:
    assert set(table(listed)) == listed.dialect.actions


@every_version
def test_what_is_heard_is_heard_where_it_says(listed: Listed) -> None:
    rows = table(listed).items()
    heard = {action: file for action, (file, _) in rows if file}
    assert set(heard) == set(listed.dialect.exchanges)
    for action, file in heard.items():
        assert action in modules(listed)[file].HEARD, action


@every_version
def test_what_is_said_is_said_where_it_says(listed: Listed) -> None:
    said = {a: file for a, (_, file) in table(listed).items() if file not in {"", BY_HAND}}
    assert set(said) == said_actions(listed.dialect)
    for action, file in said.items():
        calls = modules(listed)[file].SAID.values()
        assert action in {saying.action for saying in calls}, action


@every_version
def test_what_has_no_file_can_be_said_by_hand(listed: Listed) -> None:
    rows = table(listed).items()
    by_hand = {action for action, (_, file) in rows if file == BY_HAND}
    heard = {action for action, (file, _) in rows if file}
    assert by_hand == listed.dialect.actions - heard - said_actions(listed.dialect)
