"""Configuration templates: the list, the form with the settings, who follows, and applying."""

from flask import Blueprint, render_template, request, url_for

from ampline.v1 import configuration_template_pb2 as pb
from ampline.v1.configuration_key_pb2 import ConfigurationValue
from portal.action_form import Action, run_action
from portal.auth import api
from portal.forms import Field, Form, Rows
from portal.kinds import Flag, Reference, Text, Whole
from portal.language import _, lazy
from portal.listing import asked, search
from portal.resource_form import Editor, Page

room = Blueprint("configuration_templates", __name__, url_prefix="/configuration-templates")

FILTERS = (search(placeholder=lazy("Name")),)
ID = Field("configuration_template_id", lazy("Id"), Text(), lazy("Empty: one is made."))
FIELDS = (
    Field("display_name", lazy("Name"), Text(), required=True, placeholder=lazy("Street chargers")),
    Field("external_id", lazy("Your own id"), Text()),
    Field("description", lazy("What it is for"), Text(), wide=True),
    Field("apply_at_boot", lazy("Set chargers to it again after each boot"), Flag(), wide=True),
)
SETTINGS = Rows(
    "settings",
    (
        Field("setting.key", lazy("Key or variable"), Text(), required=True),
        Field("value", lazy("Value"), Text()),
        Field(
            "setting.component",
            lazy("Component"),
            Text(),
            lazy("OCPP 2.x; empty for a key of 1.6."),
        ),
        Field("setting.component_instance", lazy("Its instance"), Text()),
        Field("setting.instance", lazy("The variable's instance"), Text()),
        Field("setting.evse", lazy("EVSE"), Whole()),
        Field("setting.connector", lazy("Connector"), Whole()),
    ),
)
CHARGE_POINT = Field(
    "charge_point",
    lazy("Charge point"),
    Reference("charge-points"),
    lazy("Empty: all that follow it."),
)

Editor(
    room=room,
    collection="configurationTemplates",
    resource=pb.ConfigurationTemplate,
    service=lambda api: api.configuration_templates,
    fields=FIELDS,
    rows=(SETTINGS,),
    id_field=ID,
    starts=lambda: pb.ConfigurationTemplate(settings=[ConfigurationValue()]),
    deletes=lazy("Chargers keep their settings. One that charge points follow cannot be deleted."),
).add_pages()


@room.get("")
def index() -> str:
    listing, filters = asked(pb.ListConfigurationTemplatesRequest(), FILTERS)
    answer = api().configuration_templates.ListConfigurationTemplates(listing)
    return render_template("configuration_templates/index.html", answer=answer, filters=filters)


@room.get("/<key>")
def page(key: str) -> str:
    """What it wants, and who is how far from it."""
    name, service = f"configurationTemplates/{key}", api().configuration_templates
    template = service.GetConfigurationTemplate(pb.GetConfigurationTemplateRequest(name=name))
    survey = pb.SurveyConfigurationTemplateRequest(
        name=name, page_token=request.args.get("page_token", "")
    )
    answer = service.SurveyConfigurationTemplate(survey)
    return render_template(
        "configuration_templates/page.html", key=key, template=template, answer=answer
    )


@room.route("/<key>/apply", methods=["GET", "POST"])
def apply(key: str) -> Page:
    """Has one charge point follow it, or sets all that do."""
    name = f"configurationTemplates/{key}"
    action = Action(
        _("Apply the template"),
        _("Apply"),
        lambda form, request_id: applied(name, form, request_id),
        _("The charge point follows the template from now on; what is different there is set."),
        (CHARGE_POINT,),
    )
    return run_action(action, url_for(".page", key=key), request.args.to_dict())


def applied(name: str, form: Form, request_id: str) -> str:
    """What became of it, in words."""
    typed = form.texts.get(CHARGE_POINT.path, "")
    wanted = pb.ApplyConfigurationTemplateRequest(name=name, request_id=request_id)
    wanted.charge_points.extend(filter(None, [typed]))
    results = api().configuration_templates.ApplyConfigurationTemplate(wanted).results
    done = sum(each.applied for each in results)
    away = sum(each.reason == "CHARGER_OFFLINE" for each in results)
    told = [
        _("%(done)s of %(all)s now have all that the template wants.", done=done, all=len(results))
    ]
    told += [_("%(away)s cannot be reached now.", away=away)] if away else []
    return " ".join(told)
