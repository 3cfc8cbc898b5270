"""Pages to create, change and delete a resource: one `Editor` a room.

The API's conventions make them alike: Create takes the resource and an id, Update a mask and an
etag, Delete a name. What the API finds wrong stands beside the field, with all that was typed.
"""

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from google.protobuf.message import Message
from werkzeug.wrappers import Response

from ampline import AmplineError
from portal.action_form import Action, run_action
from portal.api import Api
from portal.auth import api
from portal.forms import Field, Form, Rows, Unreadable
from portal.language import _, lazy
from portal.links import page_of, resource_id

Page = str | Response | tuple[str, int]


@dataclass(frozen=True)
class Editor:
    """What a room says of its forms."""

    room: Blueprint
    collection: str
    """Of the resource's name: `chargePoints`."""
    resource: type[Message]
    service: Callable[[Api], Any]
    fields: tuple[Field, ...]
    rows: tuple[Rows, ...] = ()
    at_creation: tuple[Field, ...] = ()
    """Fields that cannot be changed later."""
    id_field: Field | None = None
    """For the id that the operator may choose."""
    unsaid_keeps: frozenset[str] = frozenset()
    """Fields that stay as they are when nothing is typed: secrets, which are never shown."""
    starts: Callable[[], Message] | None = None
    """What a new resource begins with."""
    deletes: str = lazy("It cannot be brought back.")
    """What is lost with it."""
    currency: str = "currency"
    """The field that says which currency its amounts are in."""
    permission: str = "WRITE"
    """What one needs to change it."""

    def add_pages(self) -> None:
        """Adds /new, /<key>/edit and /<key>/delete to the room."""
        add = self.room.add_url_rule
        add("/new", "new", self.new)
        add("/new", "create", self.create, methods=["POST"])
        add("/<key>/edit", "edit", self.edit)
        add("/<key>/edit", "update", self.update, methods=["POST"])
        add("/<key>/delete", "delete", self.delete, methods=["GET", "POST"])

    @property
    def kind(self) -> str:
        """`ChargePoint`."""
        return str(self.resource.DESCRIPTOR.name)

    @property
    def noun(self) -> str:
        """`charge_point`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.kind).lower()

    def request(self, verb: str, **values: Any) -> Any:
        """The request message of a standard method."""
        module = sys.modules[self.resource.__module__]
        return getattr(module, f"{verb}{self.kind}Request")(**values)

    def call(self, verb: str, asked: Message) -> Any:
        return getattr(self.service(api()), f"{verb}{self.kind}")(asked)

    def read(self, key: str) -> Any:
        return self.call("Get", self.request("Get", name=f"{self.collection}/{key}"))

    def form(self, *, creating: bool) -> Form:
        own_id = (self.id_field,) if self.id_field else ()
        added = (*own_id, *self.at_creation) if creating else ()
        return Form((*added, *self.fields), self.rows)

    def new(self) -> Page:
        form = self.form(creating=True)
        if self.starts:
            form.filled_from(self.starts())
        form.texts |= {name: text for name, text in request.args.items() if name in form.fields}
        return self.page(form)

    def edit(self, key: str) -> Page:
        resource = self.read(key)
        return self.page(self.form(creating=False).filled_from(resource), resource)

    def create(self) -> Page:
        form, resource = self.submitted(creating=True), self.resource()
        return self.rearranged(form) or self.save(form, resource, self.create_call(form, resource))

    def update(self, key: str) -> Page:
        form, resource = self.submitted(creating=False), self.read(key)
        saving = self.update_call(form, resource)
        return self.rearranged(form, resource) or self.save(form, resource, saving)

    def submitted(self, *, creating: bool) -> Form:
        return self.form(creating=creating).submitted(request.form.to_dict(flat=False))

    def rearranged(self, form: Form, resource: Message | None = None) -> Page | None:
        """The form again, if a button moved its rows."""
        command = request.form.get("do", "")
        if not command:
            return None
        form.edit_rows(command)
        return self.page(form, resource)

    def create_call(self, form: Form, resource: Message) -> Callable[[], Any]:
        def call() -> Any:
            own_id = self.id_field.path if self.id_field else ""
            self.write(form, resource, leave_out={own_id})
            asked = self.request("Create", request_id=request.form.get("request_id"))
            getattr(asked, self.noun).CopyFrom(resource)
            if form.texts.get(own_id):
                setattr(asked, own_id, form.texts[own_id])
            return self.call("Create", asked)

        return call

    def update_call(self, form: Form, resource: Any) -> Callable[[], Any]:
        def call() -> Any:
            kept = {name for name in self.unsaid_keeps if not form.texts.get(name)}
            covered = self.write(form, resource, leave_out=kept)
            resource.etag = request.form.get("etag", "")
            asked = self.request("Update", **{self.noun: resource})
            asked.update_mask.paths.extend(covered)
            return self.call("Update", asked)

        return call

    def write(self, form: Form, resource: Message, leave_out: Iterable[str]) -> list[str]:
        """Writes what was typed into the resource; returns the fields that it covers."""
        paths = [path for path in form.fields if path not in leave_out]
        covered = form.into(resource, paths, form.texts.get(self.currency, ""))
        form.must_be_readable()
        return covered

    def save(self, form: Form, resource: Any, saving: Callable[[], Any]) -> Page:
        is_new = not resource.name
        try:
            saved = saving()
        except Unreadable:
            return self.page(form, None if is_new else resource), 422
        except AmplineError as error:
            form.refused(error, self.noun)
            return self.page(form, None if is_new else resource), 422
        return self.created(saved) if is_new else self.saved(_("Saved."), saved)

    def created(self, resource: Any) -> Page:
        """What is shown when it is new."""
        return self.saved(_("Created."), resource)

    def saved(self, told: str, resource: Any) -> Response:
        flash(told, "good")
        return to_address(self.after(resource))

    def address(self, endpoint: str, **values: Any) -> str:
        return url_for(f"{self.room.name}.{endpoint}", **values)

    def home(self) -> str:
        """Where one came from."""
        return self.address("index")

    def after(self, resource: Any) -> str:
        """Where one goes when it is saved."""
        return page_of(resource.name)

    def page(self, form: Form, resource: Any = None) -> str:
        """The form, of the resource if it is there already."""
        return self.render(form, resource)

    def render(self, form: Form, resource: Any, **more: Any) -> str:
        """`<room>/form.html`."""
        etag = request.form.get("etag") or (resource.etag if resource else "")
        remove = self.address("delete", key=resource_id(resource.name)) if resource else ""
        return render_template(
            f"{self.room.name}/form.html",
            form=form,
            resource=resource,
            etag=etag,
            home=self.home(),
            back=self.after(resource) if resource else self.home(),
            remove=remove,
            permission=self.permission,
            **more,
        )

    def delete(self, key: str) -> Page:
        name = f"{self.collection}/{key}"

        def run(form: Form, request_id: str) -> Response:
            self.call("Delete", self.request("Delete", name=name))
            flash(_("Deleted %(name)s.", name=key), "good")
            return to_address(self.home())

        action = Action(
            _("Delete %(name)s?", name=resource_id(name)),
            _("Delete"),
            run,
            self.deletes,
            danger=True,
        )
        return run_action(action, self.address("edit", key=key))


def to_address(address: str) -> Response:
    """Sends the whole page there, also out of the dialog."""
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": address})
    return redirect(address, 303)
