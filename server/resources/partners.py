"""Partners."""

from ampline.v1.partner_pb2 import Partner
from server.resources.mapping import Mapping
from server.resources.search import fold
from server.store import models


def _search_text(partner: Partner) -> str:
    numbers = (partner.registration_number, partner.vat_number)
    return fold(partner.display_name, partner.legal_name, *numbers)


MAPPING = Mapping(
    Partner,
    models.Partner,
    elsewhere=("month_figures",),
    derived={"search_text": _search_text},
)
