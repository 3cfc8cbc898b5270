"""Charging profiles."""

from ampline.v1.charging_profile_pb2 import ChargingProfile
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(ChargingProfile, models.ChargingProfile)


def profile_name(charge_point: str, profile_id: int) -> str:
    """The resource name of a charge point's charging profile."""
    return f"{charge_point}/chargingProfiles/{profile_id}"
