"""Charge points' own certificates."""

from ampline.v1.charge_point_certificate_pb2 import ChargePointCertificate
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(ChargePointCertificate, models.ChargePointCertificate)
