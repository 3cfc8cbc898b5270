"""The charging profiles that charge points have."""

from ampline.v1 import charging_profile_pb2 as pb
from ampline.v1.charging_profile_pb2_grpc import ChargingProfileServiceServicer
from server.api.below_charge_points import BelowChargePoints
from server.resources.charging_profiles import MAPPING

charging_profiles = BelowChargePoints(
    MAPPING,
    pb.ListChargingProfilesRequest,
    pb.ListChargingProfilesResponse,
    order="evse",
    by=("evse", "profile_id"),
)


class ChargingProfileService(ChargingProfileServiceServicer):
    """Shows the limits that charge points have been given, by EVSE."""

    ListChargingProfiles = charging_profiles.list
