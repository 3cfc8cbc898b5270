"""Commands of OCPP 2.x: displays, monitors, and what a charger keeps of a driver."""

from typing import Any

from ampline.v1.variable_monitor_action_pb2 import SetMonitoringBaseRequest
from portal.choices import one_of
from portal.commands.command import Command, Service, in_words, values_of
from portal.commands.places import setting
from portal.forms import Field, Form
from portal.kinds import Flag, Numbers, Real, Reference, Text, Whole
from portal.language import lazy
from portal.time_kinds import Moment
from portal.zones import zoned

DEVICES = Service("DeviceActionService", lambda api: api.device_actions)
MONITORS = Service("VariableMonitorActionService", lambda api: api.variable_monitor_actions)
SEVERITY = Field(
    "severity",
    lazy("How grave it is"),
    Whole(),
    lazy("From 0, danger, to 9, debugging."),
    assumed="5",
)


def one_monitor(asked: Any, form: Form) -> None:
    form.into(asked.monitors.add())


def some_settings(asked: Any, form: Form) -> None:
    if form.texts.get("component"):
        form.into(asked.settings.add())


def said_to_each(answer: Any) -> str:
    return " ".join(in_words(result.status) for result in answer.results)


COMMANDS = {
    "show-message": Command(
        DEVICES,
        "SetDisplayMessage",
        lazy("Show a message on its display"),
        lazy("Show it"),
        fields=(
            Field("display_message.content", lazy("Message"), Text("textarea"), required=True),
            Field(
                "display_message.priority",
                lazy("How"),
                one_of("display_priority"),
                assumed="NORMAL_CYCLE",
            ),
            Field(
                "display_message.state",
                lazy("While the charger"),
                one_of("display_state", empty=lazy("Does anything")),
            ),
            Field(
                "display_message.format",
                lazy("Written in"),
                one_of("display_format", empty=lazy("Letters")),
            ),
            Field("display_message.language_code", lazy("Language"), Text(), placeholder="en"),
            Field("display_message.start_time", zoned("From (%(zone)s)"), Moment()),
            Field("display_message.end_time", zoned("Until (%(zone)s)"), Moment()),
            Field("display_message.message_id", lazy("Number"), Whole(), lazy("Empty: a new one.")),
        ),
        only_2x=True,
    ),
    "clear-message": Command(
        DEVICES,
        "ClearDisplayMessage",
        lazy("Show a message no more"),
        lazy("Take it off"),
        fields=(Field("message_id", lazy("Number"), Whole(), required=True),),
        only_2x=True,
    ),
    "read-messages": Command(
        DEVICES,
        "GetDisplayMessages",
        lazy("Read the messages of its display"),
        lazy("Read"),
        lazy("It tells them in the next moments."),
        (Field("message_ids", lazy("Numbers"), Numbers(), lazy("With commas. Empty: all.")),),
        only_2x=True,
    ),
    "set-monitor": Command(
        MONITORS,
        "SetVariableMonitoring",
        lazy("Watch a variable"),
        lazy("Watch it"),
        lazy("The charger tells by an event when it is so."),
        (
            *setting("setting."),
            Field("kind", lazy("Tell it when it is"), one_of("monitor_kind"), required=True),
            Field(
                "value",
                lazy("Value"),
                Real(),
                lazy("A threshold, a difference, or seconds."),
                required=True,
            ),
            SEVERITY,
            Field("monitor_id", lazy("Number of the one that it replaces"), Whole()),
            Field("during_transaction", lazy("Only while somebody charges"), Flag()),
        ),
        told=said_to_each,
        fill=one_monitor,
        noun="monitors[0]",
        only_2x=True,
    ),
    "clear-monitor": Command(
        MONITORS,
        "ClearVariableMonitoring",
        lazy("Watch no more"),
        lazy("Clear"),
        fields=(
            Field("monitor_ids", lazy("Numbers"), Numbers(), lazy("With commas."), required=True),
        ),
        told=said_to_each,
        only_2x=True,
    ),
    "monitoring-base": Command(
        MONITORS,
        "SetMonitoringBase",
        lazy("Go back to a set of monitors"),
        lazy("Set it"),
        fields=(
            Field(
                "base",
                lazy("Which"),
                values_of(
                    SetMonitoringBaseRequest.Base,
                    ALL=lazy("All that are there"),
                    FACTORY_DEFAULT=lazy("Those that it came with; ours are cleared"),
                    HARD_WIRED_ONLY=lazy("Those that cannot be changed; all others are cleared"),
                ),
            ),
        ),
        danger=True,
        only_2x=True,
    ),
    "monitoring-level": Command(
        MONITORS,
        "SetMonitoringLevel",
        lazy("Tell only what is grave enough"),
        lazy("Set it"),
        fields=(SEVERITY,),
        only_2x=True,
    ),
    "read-monitors": Command(
        MONITORS,
        "GetMonitoringReport",
        lazy("Read its monitors"),
        lazy("Read"),
        lazy("It tells them in the next moments; of one component, or all."),
        setting(needed=False),
        fill=some_settings,
        noun="settings[0]",
        only_2x=True,
    ),
    "customer": Command(
        DEVICES,
        "RequestCustomerInformation",
        lazy("Ask what it keeps of a driver"),
        lazy("Ask"),
        lazy("What it tells comes by events. What it forgets is gone."),
        (
            Field("id_tag", lazy("Of whom: an ID tag"), Reference("id-tags"), required=True),
            Field("report", lazy("It is to tell it"), Flag(), assumed="yes"),
            Field("clear", lazy("It is to forget it"), Flag()),
        ),
        danger=True,
        only_2x=True,
    ),
}
