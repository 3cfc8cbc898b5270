"""How a charger's settings differ from those that it is to have."""

import pytest

from server.domain.configuration_drift import alike, differences, fits
from server.domain.device_model import Setting, Wanted
from server.domain.facts import OcppVersion

KEY = Setting("HeartbeatInterval")
VARIABLE = Setting("HeartbeatInterval", "OCPPCommCtrlr")


@pytest.mark.parametrize(
    ("wanted", "told", "same"),
    [
        ("60", "60", True),
        ("60", "61", False),
        ("true", "True", True),
        ("Abc", "abc", False),
        ("Voltage,SoC", " Voltage , SoC", True),
        ("Voltage,SoC", "SoC,Voltage", False),
        ("", "", True),
    ],
)
def test_values_are_alike_however_they_are_written(wanted: str, told: str, same: bool) -> None:
    assert alike(wanted, told) is same


@pytest.mark.parametrize(
    ("version", "fitting"),
    [
        (None, [KEY, VARIABLE]),
        (OcppVersion.OCPP_1_6, [KEY]),
        (OcppVersion.OCPP_2_0_1, [VARIABLE]),
        (OcppVersion.OCPP_2_1, [VARIABLE]),
    ],
)
def test_a_setting_is_for_its_versions(version: int | None, fitting: list[Setting]) -> None:
    assert [setting for setting in (KEY, VARIABLE) if fits(setting, version)] == fitting


def test_what_was_never_told_is_different_and_not_known() -> None:
    wanted = [Wanted(KEY, "60"), Wanted(Setting("A"), "1"), Wanted(Setting("B"), "2")]
    told = {KEY: "300", Setting("A"): "1"}
    found = differences(wanted, told, OcppVersion.OCPP_1_6)
    assert [(each.wanted.setting.key, each.value) for each in found] == [
        ("HeartbeatInterval", "300"),
        ("B", None),
    ]
