"""Configuration templates: kept, applied, and held against what chargers told."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ampline.v1 import configuration_template_pb2 as pb
from ampline.v1.charge_point_pb2 import ChargePoint
from ampline.v1.configuration_template_pb2_grpc import ConfigurationTemplateServiceServicer
from server.api.changes import Particulars
from server.api.crud import Crud
from server.api.filters import at_least, contains, same
from server.api.lanes import Call, acting, reading
from server.api.listing import Listing
from server.api.services.charge_points import charge_points
from server.api.services.commands import Commanding, time_left
from server.api.services.configuration_actions import to_message
from server.domain.configuration_drift import Difference
from server.domain.errors import invalid_field
from server.resources.configuration_keys import from_setting
from server.resources.configuration_templates import MAPPING, faults_of
from server.resources.mapping import Mapping as Mapped
from server.store import models
from server.store.lane import WriteLane
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.stations import templates
from server.work.stations.settings import Conversation, Limits, limits_of
from server.work.stations.templates import MOST_FOLLOWERS, Followed

configuration_templates = Crud(
    MAPPING,
    pb.ListConfigurationTemplatesRequest,
    pb.ListConfigurationTemplatesResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
    particulars=Particulars(faults=faults_of),
)
_SHOWN = Mapped(
    pb.ConfigurationDrift,
    models.ChargePoint,
    columns={"charge_point": "name"},
    elsewhere=("differences",),
)
_BY_NAME = Statement(_SHOWN.query().where(models.ChargePoint.name == param("name")))


class _Ready(NamedTuple):
    """A charge point that follows the template now, and what it is to have."""

    charge_point: str
    followed: Followed
    limits: Limits


class ConfigurationTemplateService(ConfigurationTemplateServiceServicer):
    """Keeps configuration templates, applies them, and shows who differs from them."""

    GetConfigurationTemplate = configuration_templates.get
    ListConfigurationTemplates = configuration_templates.list
    CreateConfigurationTemplate = configuration_templates.create
    UpdateConfigurationTemplate = configuration_templates.update
    DeleteConfigurationTemplate = configuration_templates.delete

    def __init__(self, lane: WriteLane, commanding: Commanding, rules: Rules) -> None:
        self._lane = lane
        self._commanding = commanding
        self._rules = rules
        self._survey = Listing(
            _SHOWN,
            pb.SurveyConfigurationTemplateRequest.DESCRIPTOR,
            pb.SurveyConfigurationTemplateResponse,
            orders=("create_time",),
            filters={"name": same("configuration_template", str)},
            scope=models.ChargePoint.partner,
            addition=self._differences,
        )

    @acting
    async def ApplyConfigurationTemplate(
        self, request: pb.ApplyConfigurationTemplateRequest, call: Call
    ) -> pb.ApplyConfigurationTemplateResponse:
        """Has charge points follow the template, all or none, and then sets them, all at once."""
        ready = await self._lane.write(lambda unit: self._follow(unit, request, call))
        results = await asyncio.gather(*(self._set(each, call) for each in ready))
        return pb.ApplyConfigurationTemplateResponse(results=results)

    @reading
    def SurveyConfigurationTemplate(
        self, request: pb.SurveyConfigurationTemplateRequest, call: Call, rows: Rows
    ) -> bytes:
        """A page of who follows the template."""
        configuration_templates.find(rows, request.name, call.caller)
        return self._survey.page(request, rows, call.caller.partner)

    @reading
    def CompareConfiguration(
        self, request: pb.CompareConfigurationRequest, call: Call, rows: Rows
    ) -> pb.ConfigurationDrift:
        """One charge point."""
        charge_points.find(rows, request.charge_point, call.caller)
        row = rows.one(_BY_NAME, name=request.charge_point)
        assert row is not None
        drift = _SHOWN.to_message(row)
        drift.MergeFromString(self._differences(rows, [request.charge_point]).get(row[0], b""))
        return drift

    def _follow(
        self, unit: Unit, request: pb.ApplyConfigurationTemplateRequest, call: Call
    ) -> list[_Ready]:
        configuration_templates.find(unit, request.name, call.caller)
        names = list(request.charge_points) or templates.followers(unit, request.name)
        if len(names) > MOST_FOLLOWERS:
            raise invalid_field("charge_points", f"more than {MOST_FOLLOWERS} follow it: name some")
        given = ChargePoint(configuration_template=request.name)
        for name in names:
            fields = ["configuration_template"]
            charge_points.revise(request, call, unit, name, fields, given)
        return [self._ready(unit, name) for name in names]

    def _ready(self, unit: Unit, name: str) -> _Ready:
        followed = templates.followed(unit, self._rules, name)
        assert followed is not None
        return _Ready(name, followed, limits_of(unit, name))

    async def _set(self, ready: _Ready, call: Call) -> pb.ApplyConfigurationTemplateResponse.Result:
        name, followed, limits = ready
        conversation = Conversation(self._commanding.stations, name, time_left(call), call.gone)
        results = await conversation.align(followed.wanted, limits, may_ask=followed.may_be_asked)
        applied = all(result.accepted for result in results)
        refusal = conversation.refusal
        return pb.ApplyConfigurationTemplateResponse.Result(
            charge_point=name,
            applied=applied,
            reason=refusal.reason if refusal and not applied else "",
            results=map(to_message, results),
        )

    def _differences(self, rows: Rows, names: Sequence[str]) -> Mapping[str, bytes]:
        """Of each charge point, how it differs from the template that it follows."""
        found = {}
        for name in names:
            followed = templates.followed(rows, self._rules, name)
            if followed is not None:
                drift = templates.drift(rows, name, followed)
                message = pb.ConfigurationDrift(differences=map(_to_message, drift))
                found[name] = message.SerializeToString()
        return found


def _to_message(difference: Difference) -> Any:
    return pb.ConfigurationDrift.Difference(
        setting=from_setting(difference.wanted.setting),
        wanted_value=difference.wanted.value,
        value=difference.value or "",
        is_known=difference.value is not None,
    )
