"""Actions: a form that says what it will do, and then what came of it.

In the page an action opens as a dialog; without a script, or by its address, it is a page.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import render_template, request
from werkzeug.wrappers import Response

from ampline import AmplineError
from portal.forms import Field, Form, Rows, Unreadable
from portal.refusals import refusal


@dataclass(frozen=True)
class Action:
    """Something that can be done to a resource."""

    title: str
    verb: str
    """On the button."""
    run: Callable[[Form, str], str | Response]
    """Does it with the form and a request id; returns a sentence about what came of it, or where to
    go from here. An AmplineError is shown in plain words."""
    text: str = ""
    """What will happen."""
    fields: tuple[Field, ...] = ()
    danger: bool = False
    rows: tuple[Rows, ...] = ()
    noun: str = ""
    """The request's field that the form fills, if it fills one: `charge_point`."""


def run_action(
    action: Action, back: str, given: dict[str, str] | None = None
) -> str | Response | tuple[str, int]:
    """Shows the action's form; does it when the form is sent. `given` fills the form."""
    form = Form(action.fields, action.rows)
    form.texts |= {name: text for name, text in (given or {}).items() if name in form.fields}
    if request.method == "GET":
        for table in action.rows:
            if not table.begins_empty:
                form.edit_rows(f"add {table.path}")
        return shown(action, form, back)
    form.submitted(request.form.to_dict(flat=False))
    if command := request.form.get("do", ""):
        form.edit_rows(command)
        return shown(action, form, back)
    try:
        answer = action.run(form, request.form.get("request_id", ""))
    except Unreadable:
        return shown(action, form, back), 422
    except AmplineError as error:
        form.refused(error, action.noun)
        form.problem = "" if form.errors else refusal(error)
        return shown(action, form, back), 422
    return shown(action, form, back, answer) if isinstance(answer, str) else answer


def shown(action: Action, form: Form, back: str, answer: str = "") -> str:
    return render_template("action.html", action=action, form=form, back=back, answer=answer)
