"""Configuration templates: applied to many charge points, and held against what they told."""

from typing import Any

import grpc
import pytest

from ampline.v1 import configuration_template_pb2 as pb
from server.domain.access import Role
from server.domain.commands import Command, CommandAnswer
from server.domain.device_commands import (
    GetConfiguration,
    GetVariables,
    SetConfiguration,
    SetVariables,
)
from server.domain.device_model import Mutability, Result, Setting, Told
from server.domain.errors import Outcome, RefusedError
from server.domain.facts import OcppVersion
from server.store import models
from server.work.stations import configuration
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, CONFIGURATION_TEMPLATES

INTERVAL = Setting("HeartbeatInterval")
ROTATION = Setting("ConnectorPhaseRotation")
VARIABLE = Setting("HeartbeatInterval", "OCPPCommCtrlr")


class Charger:
    """A charger with values, behind the API's port: it tells them and takes others."""

    def __init__(self, **values: str) -> None:
        self.values = values
        self.readonly: set[str] = set()
        self.heard: list[Command] = []

    def __call__(self, command: Command) -> CommandAnswer:
        self.heard.append(command)
        match command:
            case GetConfiguration():
                told = [Told(Setting(key), self.values[key]) for key in command.keys]
                return CommandAnswer("", True, tuple(told))
            case SetConfiguration():
                status = "Rejected" if command.key in self.readonly else "Accepted"
                return CommandAnswer(status, status == "Accepted")
            case GetVariables():
                results = (Result(each, "Accepted", True, "300") for each in command.settings)
                return CommandAnswer("", True, results=tuple(results))
            case SetVariables():
                yes = tuple(Result(each.setting, "Accepted", True) for each in command.wanted)
                return CommandAnswer("", True, results=yes)
        raise AssertionError(command)


async def charge_point(api: Api, client: Client, key: str, **columns: Any) -> str:
    """A charge point, with what is known of it."""
    made = await CHARGE_POINTS.make(client, charge_point_id=key)
    table = models.ChargePoint
    told = {"ocpp_version": OcppVersion.OCPP_1_6, **columns}
    query = table.update(**told).where(table.name == made.name)
    await api.lane.write(lambda unit: unit.execute(query))
    return str(made.name)


@pytest.fixture
async def template(client: Client) -> Any:
    """Wants two keys of 1.6 and one variable of 2.x."""
    wanted = await CONFIGURATION_TEMPLATES.build(client)
    wanted.settings.add(value="RST").setting.key = "ConnectorPhaseRotation"
    return await CONFIGURATION_TEMPLATES.create(client, wanted, configuration_template_id="street")


async def apply(client: Client, *charge_points: str) -> list[Any]:
    request = pb.ApplyConfigurationTemplateRequest(
        name="configurationTemplates/street", charge_points=charge_points
    )
    answer = await client.configuration_templates.ApplyConfigurationTemplate(request)
    return list(answer.results)


async def test_what_is_different_is_set_on_each_charge_point(
    api: Api, client: Client, template: Any
) -> None:
    one = await charge_point(api, client, "ONE")
    two = await charge_point(api, client, "TWO", ocpp_version=OcppVersion.OCPP_2_0_1)
    away = await charge_point(api, client, "AWAY")
    old = Charger(HeartbeatInterval="300", ConnectorPhaseRotation="Unknown")
    new = Charger()
    api.stations.connect(one, old)
    api.stations.connect(two, new)
    results = {each.charge_point: each for each in await apply(client, one, two, away)}
    assert [(each.setting.key, each.status) for each in results[one].results] == [
        ("HeartbeatInterval", "Unchanged"),
        ("ConnectorPhaseRotation", "Accepted"),
    ]
    assert old.heard == [
        GetConfiguration(("HeartbeatInterval", "ConnectorPhaseRotation")),
        SetConfiguration("ConnectorPhaseRotation", "RST"),
    ]
    assert results[one].applied
    assert results[two].applied
    assert [type(command) for command in new.heard] == [GetVariables, SetVariables]
    assert (results[away].applied, results[away].reason) == (False, "CHARGER_OFFLINE")
    for name in (one, two, away):
        follower = await CHARGE_POINTS.get(client, name)
        assert follower.configuration_template == template.name


async def test_followers_are_set_again_without_being_named(
    api: Api, client: Client, template: Any
) -> None:
    one = await charge_point(api, client, "ONE")
    await charge_point(api, client, "OTHER")
    charger = Charger(HeartbeatInterval="1", ConnectorPhaseRotation="RST")
    charger.readonly.add("HeartbeatInterval")
    api.stations.connect(one, charger)
    await apply(client, one)
    (result,) = await apply(client)
    assert (result.charge_point, result.applied, result.reason) == (one, False, "")
    assert [each.status for each in result.results] == ["Rejected", "Unchanged"]


async def test_a_charger_that_must_not_be_asked_is_told_all(
    api: Api, client: Client, template: Any
) -> None:
    one = await charge_point(api, client, "ONE", configuration_reading=3)
    charger = Charger()
    api.stations.connect(one, charger)
    await apply(client, one)
    assert charger.heard == [
        SetConfiguration("HeartbeatInterval", "300"),
        SetConfiguration("ConnectorPhaseRotation", "RST"),
    ]


async def test_a_charger_that_cannot_tell_is_told_all(
    api: Api, client: Client, template: Any
) -> None:
    one = await charge_point(api, client, "ONE")
    charger = Charger()

    def script(command: Command) -> CommandAnswer:
        if isinstance(command, GetConfiguration):
            raise RefusedError(Outcome.FAILED_PRECONDITION, "CHARGER_ERROR", "no")
        return charger(command)

    api.stations.connect(one, script)
    (result,) = await apply(client, one)
    assert result.applied
    assert [each.status for each in result.results] == ["Accepted", "Accepted"]


async def compare(client: Client, name: str) -> pb.ConfigurationDrift:
    """How it differs from its template."""
    request = pb.CompareConfigurationRequest(charge_point=name)
    drift: pb.ConfigurationDrift = await client.configuration_templates.CompareConfiguration(
        request
    )
    return drift


async def test_drift_is_shown(api: Api, client: Client, template: Any) -> None:
    one = await charge_point(api, client, "ONE")
    assert (await compare(client, one)).configuration_template == ""
    two = await charge_point(api, client, "TWO", ocpp_version=OcppVersion.OCPP_2_1)
    await apply(client, one, two)
    told = [Told(INTERVAL, "60", Mutability.READ_WRITE)]
    await api.lane.write(lambda unit: configuration.reported(unit, one, told))
    variable = [Told(VARIABLE, "60", Mutability.READ_WRITE)]
    await api.lane.write(lambda unit: configuration.reported(unit, two, variable))
    drift = await compare(client, one)
    assert [
        (each.setting.key, each.wanted_value, each.value, each.is_known)
        for each in drift.differences
    ] == [
        ("HeartbeatInterval", "300", "60", True),
        ("ConnectorPhaseRotation", "RST", "", False),
    ]
    assert drift.configuration_template == template.name
    request = pb.SurveyConfigurationTemplateRequest(name=template.name, page_size=1)
    page = await client.configuration_templates.SurveyConfigurationTemplate(request)
    assert list(page.drifts) == [drift]
    request.page_token = page.next_page_token
    page = await client.configuration_templates.SurveyConfigurationTemplate(request)
    assert [(each.charge_point, list(each.differences)) for each in page.drifts] == [(two, [])]
    assert not page.next_page_token


async def test_a_charge_point_that_is_none_stops_it_all(
    api: Api, client: Client, template: Any
) -> None:
    one = await charge_point(api, client, "ONE")
    api.stations.connect(one, Charger())
    refusal = await refused(apply(client, one, "chargePoints/NONE"))
    assert refusal.code is grpc.StatusCode.NOT_FOUND
    assert not (await CHARGE_POINTS.get(client, one)).configuration_template
    assert api.stations.sent == []


async def test_a_template_in_use_stays(api: Api, client: Client, template: Any) -> None:
    await apply(client, await charge_point(api, client, "ONE"))
    refusal = await refused(CONFIGURATION_TEMPLATES.delete(client, template.name))
    assert refusal.reason == "RESOURCE_IN_USE"


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        (["AuthorizationKey"], "settings[0].setting.key"),
        (["A", "A"], "settings[1].setting.key"),
        ([""], "settings[0].setting.key"),
    ],
)
async def test_what_no_template_can_want(client: Client, keys: list[str], field: str) -> None:
    wanted = pb.ConfigurationTemplate(display_name="wrong")
    for key in keys:
        wanted.settings.add(value="1").setting.key = key
    refusal = await refused(CONFIGURATION_TEMPLATES.create(client, wanted))
    assert list(refusal.fields) == [f"configuration_template.{field}"]


async def test_partners_have_templates_of_their_own(
    api: Api, client: Client, template: Any
) -> None:
    partner = api.client(await api.key_of(Role.PARTNER_ADMIN))
    refusal = await refused(CONFIGURATION_TEMPLATES.get(partner, template.name))
    assert refusal.reason == "RESOURCE_NOT_FOUND"
    one = await charge_point(api, client, "ONE")
    own = await CONFIGURATION_TEMPLATES.make(partner)
    request = pb.ApplyConfigurationTemplateRequest(name=own.name, charge_points=[one])
    apply_own = partner.configuration_templates.ApplyConfigurationTemplate(request)
    assert (await refused(apply_own)).code is grpc.StatusCode.NOT_FOUND
    await partner.close()
