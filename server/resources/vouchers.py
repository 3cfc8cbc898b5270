"""Vouchers, and what can be wrong with them beyond the rules in their proto."""

from ampline.v1.voucher_pb2 import Voucher
from server.domain.money import Money
from server.resources.mapping import Computed, Mapping
from server.resources.number_faults import payable_fault
from server.store import models


def code_key(code: str) -> str:
    """What a code is found by, however it is typed: the code without its case."""
    return code.casefold()


def _remaining(currency: str, amount_micros: int, max_uses: int, used: int) -> tuple[str, int]:
    return currency, amount_micros * max(0, max_uses - used)


def _micros(voucher: Voucher) -> int:
    amount = voucher.amount
    return Money.from_parts(amount.currency_code, amount.units, amount.nanos).micros


MAPPING = Mapping(
    Voucher,
    models.Voucher,
    computed={
        "remaining": Computed(("currency", "amount_micros", "max_uses", "use_count"), _remaining)
    },
    derived={
        "code_key": lambda voucher: code_key(voucher.code),
        "currency": lambda voucher: voucher.amount.currency_code,
        "amount_micros": _micros,
    },
)


def faults_of(voucher: Voucher) -> dict[str, str]:
    """Every fault of the voucher, by path."""
    faults = {}
    if voucher.HasField("amount"):
        amount = voucher.amount
        fault = payable_fault(amount, amount.currency_code or "some currency")
        if fault is None and not (amount.units or amount.nanos):
            fault = "must be above zero"
        if fault:
            faults["amount"] = fault
    if voucher.HasField("start_time") and voucher.HasField("end_time"):
        start, end = voucher.start_time, voucher.end_time
        if (end.seconds, end.nanos) <= (start.seconds, start.nanos):
            faults["end_time"] = "must be after start_time"
    return faults
