"""How charge points are configured."""

from ampline.v1 import configuration_key_pb2 as pb
from ampline.v1.configuration_key_pb2_grpc import ConfigurationKeyServiceServicer
from server.api.below_charge_points import BelowChargePoints
from server.resources.configuration_keys import MAPPING

configuration_keys = BelowChargePoints(
    MAPPING,
    pb.ListConfigurationKeysRequest,
    pb.ListConfigurationKeysResponse,
    order="key",
    by=("key", "name"),
)


class ConfigurationKeyService(ConfigurationKeyServiceServicer):
    """Shows what charge points told of their configuration, by key."""

    ListConfigurationKeys = configuration_keys.list
