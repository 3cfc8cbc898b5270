"""Tariff groups."""

from typing import Any

from ampline.v1 import tariff_group_pb2 as pb
from ampline.v1.tariff_group_pb2_grpc import TariffGroupServiceServicer
from server.api import references
from server.api.changes import Change, Particulars
from server.api.crud import Crud
from server.api.filters import at_least, contains
from server.api.lanes import Call, reading
from server.api.written_rows import taken
from server.domain.errors import not_found
from server.resources.opening_hours import is_date
from server.resources.tariff_groups import MAPPING
from server.store.clock import now_us
from server.store.models import TariffGroup
from server.store.reads import Rows
from server.store.statements import Statement
from server.work.sessions.tariff_choice import choose

_EVSE = "ampline.app/Evse"
_DEFAULT = Statement(
    TariffGroup.select(TariffGroup.name).where(TariffGroup.operator_default == True)  # noqa: E712
)


def _faults(group: pb.TariffGroup) -> dict[str, str]:
    faults = {}
    if group.entries and group.entries[0].audience.ListFields():
        faults["entries[0].audience"] = "must be absent: the first entry is for everyone"
    for place, entry in enumerate(group.entries):
        audience = entry.audience
        for name in ("start_date", "end_date"):
            if audience.HasField(name) and not is_date(getattr(audience, name)):
                faults[f"entries[{place}].audience.{name}"] = "is not a whole date"
    return faults


def _require_one_default(change: Change[pb.TariffGroup]) -> None:
    if "operator_default" not in change.changed or not change.after.operator_default:
        return
    found = change.unit.one(_DEFAULT)
    if found is not None and found[0] != change.after.name:
        raise taken("tariff_group.operator_default", str(found[0]))


tariff_groups = Crud(
    MAPPING,
    pb.ListTariffGroupsRequest,
    pb.ListTariffGroupsResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
    particulars=Particulars(
        faults=_faults,
        prepare=_require_one_default,
    ),
)


class TariffGroupService(TariffGroupServiceServicer):
    """Keeps tariff groups."""

    GetTariffGroup = tariff_groups.get
    ListTariffGroups = tariff_groups.list
    CreateTariffGroup = tariff_groups.create
    UpdateTariffGroup = tariff_groups.update
    DeleteTariffGroup = tariff_groups.delete

    @reading
    def ResolveTariff(self, request: Any, call: Call, rows: Rows) -> pb.ResolveTariffResponse:
        """Which tariff somebody would pay at an EVSE, and why."""
        partner = call.caller.partner
        if not references.exists(rows, _EVSE, request.evse, partner):
            raise not_found(request.evse)
        references.check(rows, request, ("user",), "", partner)
        told = request.HasField("start_time")
        time_us = request.start_time.ToMicroseconds() if told else now_us()
        choice = choose(rows, request.evse, request.user or None, time_us)
        return pb.ResolveTariffResponse(**choice._asdict())
