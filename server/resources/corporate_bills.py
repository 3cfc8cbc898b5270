"""Companies' bills."""

from ampline.v1 import corporate_bill_pb2 as pb
from server.resources.mapping import Mapping
from server.store import models

MAPPING = Mapping(pb.CorporateBill, models.CorporateBill)
LINES = Mapping(pb.CorporateBillLine, models.CorporateBillLine)
