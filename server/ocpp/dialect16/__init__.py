"""OCPP 1.6: one file a profile."""

from server.domain.facts import OcppVersion
from server.ocpp.dialect import Dialect
from server.ocpp.dialect16 import (
    certificates,
    commands,
    configuration,
    core,
    firmware,
    local_list,
    reservations,
    secrets,
    security,
    smart_charging,
    words,
)
from server.ocpp.repair import Tolerance
from server.ocpp.saying import exchanges, orders
from server.ocpp.schemas import Schemas

_schemas = Schemas("ocpp.v16")

TOLERANCE = Tolerance(
    open_words=frozenset(
        {"context", "errorCode", "format", "location", "measurand", "phase", "reason", "unit"}
    ),
    also_known={"status": frozenset({"Occupied"})},
    long_texts=frozenset({"idTag"}),
    empty_lists=frozenset({"sampledValue"}),
    rounded=frozenset({"meterStart", "meterStop"}),
)

OCPP_1_6 = Dialect(
    version=OcppVersion.OCPP_1_6,
    subprotocol="ocpp1.6",
    actions=_schemas.actions,
    exchanges=exchanges(_schemas, core.HEARD, firmware.HEARD, security.HEARD),
    orders=orders(
        _schemas,
        certificates.SAID,
        commands.SAID,
        configuration.SAID,
        firmware.SAID,
        local_list.SAID,
        reservations.SAID,
        security.SAID,
        smart_charging.SAID,
    ),
    schemas=_schemas,
    error_codes=words.ERROR_CODES,
    tolerance=TOLERANCE,
    masked=secrets.masked,
    steps=security.STEPS,
)
