"""Which connectorId of OCPP 1.6 belongs to which EVSE and connector of a charge point."""

from ampline.v1.evse_pb2 import Evse as Message
from server.domain.connector_numbers import AS_EVSES, ConnectorNumbers
from server.store.models import Evse
from server.store.reads import Rows
from server.store.statements import Statement, param

_CONNECTORS = Statement(
    Evse.select(Evse.number, Evse.connectors).where(
        (Evse.charge_point == param("charge_point")) & Evse.connectors.is_null(False)
    )
)


def numbers_of(rows: Rows, charge_point: str) -> ConnectorNumbers:
    """As its EVSEs say."""
    told = {
        connector.ocpp16_connector_id: (number, connector.id)
        for number, body in rows.all(_CONNECTORS, charge_point=charge_point)
        for connector in Message.FromString(bytes(body)).connectors
        if connector.ocpp16_connector_id
    }
    return ConnectorNumbers(told) if told else AS_EVSES
