"""Tariffs."""

from ampline.v1 import tariff_pb2 as pb
from ampline.v1.tariff_pb2_grpc import TariffServiceServicer
from server.api.changes import Particulars
from server.api.crud import Crud
from server.api.filters import at_least, contains
from server.resources.tariff_faults import faults_of
from server.resources.tariffs import MAPPING

tariffs = Crud(
    MAPPING,
    pb.ListTariffsRequest,
    pb.ListTariffsResponse,
    orders=("create_time", "display_name", "update_time"),
    filters={"text": contains("search_text"), "updated_since": at_least("update_time")},
    particulars=Particulars(faults=faults_of),
)


class TariffService(TariffServiceServicer):
    """Keeps tariffs."""

    GetTariff = tariffs.get
    ListTariffs = tariffs.list
    CreateTariff = tariffs.create
    UpdateTariff = tariffs.update
    DeleteTariff = tariffs.delete
