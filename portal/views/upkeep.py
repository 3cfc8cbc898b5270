"""A charger's firmware, its logs, and its local list."""

from flask import Blueprint, render_template

from ampline.v1.charge_point_log_pb2 import ListChargePointLogsRequest
from ampline.v1.charge_point_pb2 import GetChargePointRequest
from ampline.v1.firmware_update_pb2 import ListFirmwareUpdatesRequest
from ampline.v1.local_list_pb2 import ListLocalListsRequest, LocalList
from portal.auth import api

room = Blueprint("upkeep", __name__, url_prefix="/charge-points/<key>/upkeep")

NEWEST = 8


@room.get("")
def index(key: str) -> str:
    name = f"chargePoints/{key}"
    updates = ListFirmwareUpdatesRequest(charge_point=name, page_size=NEWEST)
    logs = ListChargePointLogsRequest(charge_point=name, page_size=NEWEST)
    return render_template(
        "upkeep/index.html",
        charger=api().charge_points.GetChargePoint(GetChargePointRequest(name=name)),
        updates=api().firmware_updates.ListFirmwareUpdates(updates).firmware_updates,
        logs=api().charge_point_logs.ListChargePointLogs(logs).charge_point_logs,
        local_list=local_list(key),
    )


def local_list(key: str) -> LocalList | None:
    """What the charger has of its list; None if it was never sent one."""
    wanted = ListLocalListsRequest(charge_point=f"chargePoints/{key}", page_size=1)
    return next(iter(api().local_lists.ListLocalLists(wanted).local_lists), None)
