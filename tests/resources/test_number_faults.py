"""What can be wrong with amounts of money."""

from collections.abc import Callable

import pytest
from google.type.money_pb2 import Money

from server.resources.number_faults import money_fault, payable_fault, signed_money_fault


@pytest.mark.parametrize("fault", [money_fault, payable_fault, signed_money_fault])
@pytest.mark.parametrize("currency", ["", "euro", "EURO", "eur", "E" * 70_000])
def test_a_currency_has_three_capital_letters(
    fault: Callable[[Money, str], str | None], currency: str
) -> None:
    told = fault(Money(currency_code=currency, units=5), currency)
    assert told
    assert len(told) < 100
    assert fault(Money(currency_code="EUR", units=5), "EUR") is None
