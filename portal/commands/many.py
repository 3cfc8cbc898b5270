"""What can be done to many chargers at once, one after another: their own commands, and a few of
the platform's own."""

from dataclasses import dataclass
from typing import Any

from ampline.v1.charge_point_pb2 import ChargePoint, UpdateChargePointRequest
from ampline.v1.configuration_template_pb2 import ApplyConfigurationTemplateRequest
from ampline.v1.evse_pb2 import BulkAssignTariffGroupRequest
from portal.api import Api
from portal.choices import one_of
from portal.commands import COMMANDS
from portal.commands.command import Command, Service
from portal.forms import Field, Form
from portal.kinds import Reference
from portal.language import _, lazy, ngettext

OFFERED = (
    "reset",
    "availability",
    "trigger",
    "configure",
    "firmware",
    "diagnostics",
    "log",
    "send-list",
    "clear-cache",
    "set-profile",
    "clear-profile",
    "read-setting",
    "data-transfer",
    "disconnect",
)


class Undone(Exception):
    """The call went well, but what was wanted is not so; says why."""


@dataclass(frozen=True)
class Change(Command):
    """Takes chargers in or out of use, here."""

    def request(self, form: Form, charge_point: str, request_id: str) -> Any:
        asked = UpdateChargePointRequest(charge_point=ChargePoint(name=charge_point))
        asked.update_mask.paths.extend(form.into(asked.charge_point))
        form.must_be_readable()
        return asked


@dataclass(frozen=True)
class Application(Command):
    """Has chargers follow a configuration template."""

    def request(self, form: Form, charge_point: str, request_id: str) -> Any:
        asked = ApplyConfigurationTemplateRequest(
            charge_points=[charge_point], request_id=request_id
        )
        form.into(asked)
        form.must_be_readable()
        return asked

    def send(self, by: Api, asked: Any) -> str:
        (result,) = by.configuration_templates.ApplyConfigurationTemplate(asked).results
        if result.applied:
            return _("It has all that the template wants of it.")
        refused = (one for one in result.results if not one.accepted and one.status != "Unchanged")
        told = [f"{one.setting.key}: {one.status}" for one in refused]
        raise Undone(", ".join(told) or result.reason.replace("_", " ").capitalize())


@dataclass(frozen=True)
class Assignment(Command):
    """Gives every EVSE of chargers a tariff group."""

    def request(self, form: Form, charge_point: str, request_id: str) -> Any:
        asked = BulkAssignTariffGroupRequest(charge_points=[charge_point], request_id=request_id)
        form.into(asked)
        form.must_be_readable()
        return asked


def assigned(answer: Any) -> str:
    count = sum(not result.reason for result in answer.results)
    return ngettext("%(num)s EVSE has it now.", "%(num)s EVSEs have it now.", count)


MANY: dict[str, Command] = {
    **{verb: COMMANDS[verb] for verb in OFFERED},
    "state": Change(
        Service("ChargePointService", lambda api: api.charge_points),
        "UpdateChargePoint",
        lazy("Take in or out of use"),
        lazy("Change"),
        lazy("Chargers that are not in use are not let in, and nobody can charge at them."),
        (Field("state", lazy("They are"), one_of("charge_point_state"), required=True),),
        told=lambda answer: _("Changed."),
        noun="charge_point",
    ),
    "tariff-group": Assignment(
        Service("EvseService", lambda api: api.evses),
        "BulkAssignTariffGroup",
        lazy("Assign a tariff group"),
        lazy("Assign"),
        lazy("Every EVSE of theirs has it from now on. Sessions that run keep their tariff."),
        (
            Field(
                "tariff_group",
                lazy("Tariff group"),
                Reference("tariff-groups"),
                lazy("Empty: the charger's own holds, or the location's."),
            ),
        ),
        told=assigned,
    ),
    "template": Application(
        Service("ConfigurationTemplateService", lambda api: api.configuration_templates),
        "ApplyConfigurationTemplate",
        lazy("Apply a configuration template"),
        lazy("Apply"),
        lazy("They follow it from now on; what is different is set."),
        (Field("name", lazy("Template"), Reference("configuration-templates"), required=True),),
    ),
}
