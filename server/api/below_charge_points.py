"""Lists of what stands below one charge point, and is whose that is."""

from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Any

from google.protobuf.message import Message

from server.api.filters import Filter
from server.api.lanes import Call, reading
from server.api.listing import Addition, Listing
from server.api.references import exists
from server.domain.errors import not_found
from server.resources.mapping import Mapping
from server.store.reads import Rows

CHARGE_POINT = "ampline.app/ChargePoint"


class BelowChargePoints:
    """The List method of rows that have their charge point in `charge_point`."""

    def __init__(
        self,
        mapping: Mapping[Any],
        request: type[Message],
        response: type[Message],
        *,
        order: str,
        by: Sequence[str],
        filters: Map[str, Filter] | None = None,
        addition: Addition | None = None,
    ) -> None:
        """`order` is the only one, by the columns `by`, as in `number desc`."""
        self._listing = Listing(
            mapping,
            request.DESCRIPTOR,
            response,
            orders=(order,),
            own_orders={order.partition(" ")[0]: by},
            filters=filters,
            parent=mapping.table.charge_point,
            addition=addition,
        )

    @reading
    def list(self, request: Any, call: Call, rows: Rows) -> bytes:
        """A page of what the charge point has. Not found, too, if the caller may not see that."""
        if not exists(rows, CHARGE_POINT, request.parent, call.caller.partner):
            raise not_found(request.parent)
        return self._listing.page(request, rows, None, request.parent)
