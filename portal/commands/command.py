"""A command to a charger as the portal offers it: its form, its call, what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ampline.v1.connectivity_pb2 import OcppVersion
from portal.action_form import Action
from portal.api import Api
from portal.auth import api, can
from portal.forms import Field, Form, Rows
from portal.kinds import Choice
from portal.language import _, lazy
from portal.methods import method, permission_of, request_of
from portal.words import said

ANSWERS = {
    "Accepted": lazy("The charger accepted."),
    "Scheduled": lazy("The charger will do it when the running session has ended."),
    "RebootRequired": lazy("The charger accepted. It needs a restart for the new value."),
    "Unlocked": lazy("The charger unlocked the connector."),
}


def in_words(status: str) -> str:
    """What the charger answered, its own word said too."""
    plain = str(ANSWERS.get(status) or ANSWERS["Accepted"])
    return f"{plain} {_('Its own word: %(status)s.', status=status)}" if status else plain


def own_word(answer: Any) -> str:
    return in_words(answer.charger_status)


@dataclass(frozen=True)
class Service:
    """A service whose methods command chargers."""

    name: str
    stub: Callable[[Api], Any]


@dataclass(frozen=True)
class Command:
    """A method of the API that is about one charge point, as a form."""

    service: Service
    method: str
    title: str
    verb: str
    """On the button."""
    text: str = ""
    """What will happen."""
    fields: tuple[Field, ...] = ()
    rows: tuple[Rows, ...] = ()
    danger: bool = False
    told: Callable[[Any], str] = own_word
    """What came of it, by the response."""
    fill: Callable[[Any, Form], None] | None = None
    """Writes what was typed into the request, where the fields' paths do not say where to."""
    only_2x: bool = False
    """Whether OCPP 1.6 cannot say it."""
    noun: str = field(default="", kw_only=True)
    """The request's field that the form fills, if it fills one."""

    @cached_property
    def permission(self) -> str:
        """What a caller needs, such as `RESET`."""
        return permission_of(method(self.service.name, self.method))

    @property
    def is_allowed(self) -> bool:
        return can(self.permission)

    def suits(self, version: "OcppVersion.ValueType") -> bool:
        """Whether a charger of this version may know it; of an unknown one, perhaps."""
        return not self.only_2x or version != OcppVersion.OCPP_1_6

    def request(self, form: Form, charge_point: str, request_id: str) -> Any:
        """The request, with what was typed; raises Unreadable where that cannot be read."""
        asked = request_of(method(self.service.name, self.method))
        asked.charge_point, asked.request_id = charge_point, request_id
        (self.fill or fill_all)(asked, form)
        form.must_be_readable()
        return asked

    def send(self, by: Api, asked: Any) -> str:
        """Has it done; returns what came of it, in words."""
        return self.told(getattr(self.service.stub(by), self.method)(asked))

    def action(self, charge_point: str) -> Action:
        """The form for one charge point."""

        def run(form: Form, request_id: str) -> str:
            return self.send(api(), self.request(form, charge_point, request_id))

        return Action(
            self.title,
            self.verb,
            run,
            self.text,
            self.fields,
            self.danger,
            noun=self.noun,
            rows=self.rows,
        )


def fill_all(asked: Any, form: Form) -> None:
    form.into(asked)


def values_of(enum: Any, empty: str = "", **words: str) -> Choice:
    """The values of a command's own enum, in the given words; `empty` is the word for none."""

    def options() -> Any:
        if empty:
            yield "", empty
        for name, number in enum.items():
            if number:
                yield name, words.get(name) or said("", name)

    return Choice(options, enum.Value, enum.Name)
