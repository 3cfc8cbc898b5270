"""OCPP 2.0.1 and 2.1: one file a functional block.

2.1 is 2.0.1 with more: the same files by its own schemas. What only 2.1 has is heard where its
schemas have it.
"""

from server.domain.facts import OcppVersion
from server.ocpp.dialect import Dialect
from server.ocpp.dialect201 import (
    authorization,
    availability,
    battery_swapping,
    certificates,
    costs,
    data_transfer,
    diagnostics,
    display,
    energy_resources,
    firmware,
    local_lists,
    metering,
    monitoring,
    provisioning,
    remote_control,
    reservations,
    secrets,
    security,
    smart_charging,
    transactions,
    variables,
    words,
)
from server.ocpp.repair import Tolerance
from server.ocpp.saying import exchanges, orders
from server.ocpp.schemas import Schemas

TOLERANCE = Tolerance(
    open_words=frozenset(
        {"context", "location", "measurand", "phase", "reason", "stoppedReason", "triggerReason"}
    ),
    long_texts=frozenset({"idToken"}),
    empty_lists=frozenset({"sampledValue"}),
    texts_for_numbers=frozenset({"value"}),
)

_BLOCKS = (
    security,
    provisioning,
    variables,
    authorization,
    local_lists,
    transactions,
    remote_control,
    availability,
    reservations,
    costs,
    metering,
    smart_charging,
    firmware,
    certificates,
    diagnostics,
    monitoring,
    display,
    data_transfer,
    energy_resources,
    battery_swapping,
)


def _dialect(version: OcppVersion, subprotocol: str, schemas: Schemas, *, sends: bool) -> Dialect:
    said = orders(schemas, *(block.SAID for block in _BLOCKS))
    return Dialect(
        version=version,
        subprotocol=subprotocol,
        actions=schemas.actions,
        exchanges=exchanges(schemas, *(block.HEARD for block in _BLOCKS)),
        orders={command: words.with_reason(order) for command, order in said.items()},
        schemas=schemas,
        error_codes=words.ERROR_CODES,
        tolerance=TOLERANCE,
        masked=secrets.masked,
        steps=security.STEPS,
        no_message_id="-1",
        sends=sends,
        unheard_unless_accepted=True,
        heard_while_pending=frozenset({"NotifyReport", "NotifyMonitoringReport"}),
    )


OCPP_2_0_1 = _dialect(OcppVersion.OCPP_2_0_1, "ocpp2.0.1", Schemas("ocpp.v201"), sends=False)
OCPP_2_1 = _dialect(OcppVersion.OCPP_2_1, "ocpp2.1", Schemas("ocpp.v21"), sends=True)
