"""How one charger is configured: what it last told, what its template wants otherwise."""

from functools import partial

from flask import Blueprint, render_template, url_for

from ampline import AmplineError
from ampline.v1 import charge_point_action_pb2 as pb
from ampline.v1.charge_point_pb2 import GetChargePointRequest
from ampline.v1.configuration_key_pb2 import (
    ConfigurationKey,
    ConfigurationSetting,
    ListConfigurationKeysRequest,
)
from ampline.v1.configuration_template_pb2 import CompareConfigurationRequest
from portal.action_form import Action, run_action
from portal.auth import api
from portal.forms import Form
from portal.language import _, ngettext, pgettext
from portal.resource_form import Page

room = Blueprint("configuration", __name__, url_prefix="/charge-points/<key>/configuration")

MOST = 1000


@room.get("")
def page(key: str) -> str:
    """What is known; where nothing is, the charger is asked."""
    name = f"chargePoints/{key}"
    known = known_keys(name)
    if not known:
        ask(name)
        known = known_keys(name)
    drift = api().configuration_templates.CompareConfiguration(
        CompareConfigurationRequest(charge_point=name)
    )
    wanted = GetChargePointRequest(name=name)
    charger = api().charge_points.GetChargePoint(wanted)
    return render_template("configuration/page.html", charger=charger, known=known, drift=drift)


@room.route("/read", methods=["GET", "POST"])
def read(key: str) -> Page:
    """Has the charger tell everything."""
    action = Action(_("Read the configuration"), pgettext("action", "Read"), partial(again, key))
    return run_action(action, url_for(".page", key=key))


def again(key: str, form: Form, request_id: str) -> str:
    """What came of it, in words."""
    asked = pb.GetConfigurationRequest(charge_point=f"chargePoints/{key}", request_id=request_id)
    answer = api().charge_point_actions.GetConfiguration(asked)
    if answer.report_number:
        return _("The charger accepted. It tells its settings in the next moments.")
    return ngettext(
        "The charger told %(num)s setting.",
        "The charger told %(num)s settings.",
        len(answer.configuration_keys),
    )


def known_keys(name: str) -> list[ConfigurationKey]:
    """The settings that a charger told, the components together."""
    asked = ListConfigurationKeysRequest(parent=name, page_size=MOST)
    found = api().configuration_keys.ListConfigurationKeys(asked).configuration_keys
    return sorted(found, key=lambda each: (each.component, each.component_instance, each.evse))


def ask(name: str) -> None:
    """Has a charger tell everything, if it can be reached."""
    try:
        api().charge_point_actions.GetConfiguration(pb.GetConfigurationRequest(charge_point=name))
    except AmplineError:
        return  # the page says that nothing is known


def place_of(setting: ConfigurationKey | ConfigurationSetting) -> str:
    """Of what it is a setting, in words: `EVSE 1, connector 2`; empty for a key of OCPP 1.6."""
    component = " ".join(filter(None, (setting.component, setting.component_instance)))
    place = f"EVSE {setting.evse}" if setting.evse else ""
    connector = _("connector %(number)s", number=setting.connector) if setting.connector else ""
    return ", ".join(filter(None, (component, place, connector)))


@room.app_template_filter("setting_place")
def setting_place(setting: ConfigurationKey | ConfigurationSetting) -> str:
    return place_of(setting)


@room.app_template_filter("setting_arguments")
def setting_arguments(setting: ConfigurationKey | ConfigurationSetting) -> dict[str, str]:
    """What names it in the address of a form."""
    told = {
        "key": setting.key,
        "component": setting.component,
        "component_instance": setting.component_instance,
        "instance": setting.instance,
        "evse": str(setting.evse or ""),
        "connector": str(setting.connector or ""),
    }
    return {name: text for name, text in told.items() if text}
