"""The limits that a charger was given."""

from flask import Blueprint, render_template

from ampline.v1.charge_point_pb2 import GetChargePointRequest
from ampline.v1.charging_profile_pb2 import ListChargingProfilesRequest
from portal.auth import api
from portal.choices import one_of
from portal.language import lazy
from portal.listing import asked, choice
from portal.profile_words import schedule_words

room = Blueprint("charging_profiles", __name__, url_prefix="/charge-points/<key>/limits")
room.add_app_template_filter(schedule_words)

FILTERS = (
    choice("purpose", lazy("What it limits"), one_of("profile_purpose", empty=lazy("Any"))),
    choice("source", lazy("From"), one_of("profile_source", empty=lazy("Any"))),
)


@room.get("")
def index(key: str) -> str:
    name = f"chargePoints/{key}"
    listing, filters = asked(ListChargingProfilesRequest(parent=name), FILTERS)
    return render_template(
        "charging_profiles/index.html",
        charger=api().charge_points.GetChargePoint(GetChargePointRequest(name=name)),
        answer=api().charging_profiles.ListChargingProfiles(listing),
        filters=filters,
    )
