"""Settlement reports."""

from ampline.v1 import settlement_pb2 as pb
from server.domain.money import Money, zero
from server.domain.revenue import Shares
from server.domain.settlements import Figures
from server.resources.mapping import Mapping
from server.resources.prices import money_to_message
from server.resources.tariff_terms import money
from server.store import models

MAPPING = Mapping(pb.Settlement, models.Settlement)
LINES = Mapping(pb.SettlementLine, models.SettlementLine)
SUBTOTALS = Mapping(pb.SettlementSubtotal, models.SettlementSubtotal)


def figures_to_message(figures: Figures) -> pb.SettlementFigures:
    """What some lines come to."""
    shares = figures.shares
    amounts = {
        "gross": figures.gross,
        "net": shares.revenue,
        "tax": figures.tax,
        "revenue_share": shares.revenue_share,
        "session_fees": shares.session_fees,
        "energy_fees": shares.energy_fees,
        "month_fee": shares.month_fee,
        "partner_share": shares.partner,
        "operator_share": shares.operator,
    }
    message = pb.SettlementFigures(session_count=figures.session_count, energy_wh=figures.energy_wh)
    for name, amount in amounts.items():
        getattr(message, name).CopyFrom(money_to_message(amount))
    if figures.electricity_cost is not None:
        message.electricity_cost.CopyFrom(money_to_message(figures.electricity_cost))
    return message


def figures_of(message: pb.SettlementFigures) -> Figures:
    """The same, back again."""
    currency = message.net.currency_code

    def amount(name: str) -> Money:
        return money(getattr(message, name)) or zero(currency)

    shares = ("net", "revenue_share", "session_fees", "energy_fees", "month_fee")
    cost = money(message.electricity_cost) if message.HasField("electricity_cost") else None
    return Figures(
        Shares(*map(amount, shares)),
        amount("tax"),
        message.session_count,
        message.energy_wh,
        cost,
    )
