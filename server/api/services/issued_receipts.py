"""The receipts that were issued, read and listed."""

from ampline.v1 import receipt_pb2 as pb
from server.api.filters import at_least, before
from server.api.shown import Shown
from server.resources.receipts import MAPPING

receipts = Shown(
    MAPPING,
    pb.ListReceiptsRequest,
    pb.ListReceiptsResponse,
    orders=("create_time desc",),
    filters={
        "created_since": at_least("create_time"),
        "created_before": before("create_time"),
    },
)
