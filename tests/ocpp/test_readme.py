"""The bridge's README lists every message, and where it is handled."""

from pathlib import Path
from types import ModuleType

from server.ocpp import dialect16
from server.ocpp.dialect16 import OCPP_1_6

README = Path(dialect16.__file__).parents[1] / "README.md"
BY_HAND = "by CustomCall"


def table() -> dict[str, tuple[str, str]]:
    """Of each message: the file that hears it, and the file that says it."""
    rows = [line.strip("| ").split("|") for line in README.read_text().splitlines() if "|" in line]
    cells = [[cell.strip(" `") for cell in row] for row in rows[2:]]
    return {row[0]: (row[1], [*row, ""][2]) for row in cells}


def modules() -> dict[str, ModuleType]:
    """The files of the dialect, by their names."""
    parts = vars(dialect16).items()
    return {f"{name}.py": part for name, part in parts if isinstance(part, ModuleType)}


def test_no_message_is_forgotten() -> None:
    assert set(table()) == OCPP_1_6.actions


def test_what_is_heard_is_heard_where_it_says() -> None:
    heard = {action: file for action, (file, _) in table().items() if file}
    assert set(heard) == set(OCPP_1_6.exchanges)
    for action, file in heard.items():
        assert action in modules()[file].HEARD, action


def test_what_is_said_is_said_where_it_says() -> None:
    said = {action: file for action, (_, file) in table().items() if file not in {"", BY_HAND}}
    assert set(said) == {order.action for order in OCPP_1_6.orders.values()}
    for action, file in said.items():
        calls = modules()[file].SAID.values()
        assert action in {saying.action for saying in calls}, action


def test_what_has_no_file_can_be_said_by_hand() -> None:
    by_hand = {action for action, (_, file) in table().items() if file == BY_HAND}
    assert by_hand == OCPP_1_6.actions - set(OCPP_1_6.exchanges) - {
        order.action for order in OCPP_1_6.orders.values()
    }
