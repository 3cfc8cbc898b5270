"""Commands about settings: keys of OCPP 1.6, variables of components of 2.x."""

from typing import Any

from portal.commands.charging import ACTIONS
from portal.commands.command import Command, in_words
from portal.commands.places import setting
from portal.forms import Field, Form
from portal.kinds import Text
from portal.language import _, lazy, ngettext


def one_value(asked: Any, form: Form) -> None:
    told = asked.settings.add(value=form.texts.get("value", ""))
    form.into(told.setting, [path for path in form.fields if path != "value"])


def said_to_it(answer: Any) -> str:
    (result,) = answer.results
    return in_words(result.status)


def one_setting(asked: Any, form: Form) -> None:
    """One setting; of OCPP 1.6 by its key, and everything if none is told."""
    if form.texts.get("component"):
        form.into(asked.settings.add())
    elif form.texts.get("key"):
        asked.keys.append(form.texts["key"])


def value_told(answer: Any) -> str:
    if answer.report_number:
        return _("The charger accepted. It tells its settings in the next moments.")
    told = [f"{key.key} = {key.value}" for key in answer.configuration_keys]
    told += [f"{one.setting.key} = {one.value} ({one.status})" for one in answer.results]
    told += [_("It does not know %(key)s.", key=key) for key in answer.unknown_keys]
    if len(told) > 1:
        return ngettext(
            "The charger told %(num)s setting.", "The charger told %(num)s settings.", len(told)
        )
    return "".join(told) or _("The charger told nothing.")


COMMANDS = {
    "configure": Command(
        ACTIONS,
        "SetConfiguration",
        lazy("Set a setting"),
        lazy("Set"),
        lazy("A key of OCPP 1.6, or a variable of a component of 2.x."),
        (setting()[0], Field("value", lazy("Value"), Text()), *setting()[1:]),
        told=said_to_it,
        fill=one_value,
        noun="settings[0].setting",
    ),
    "read-setting": Command(
        ACTIONS,
        "GetConfiguration",
        lazy("Read settings"),
        lazy("Read"),
        lazy("One of them; with no key and no component the charger tells all."),
        setting(needed=False),
        told=value_told,
        fill=one_setting,
        noun="settings[0]",
    ),
}
