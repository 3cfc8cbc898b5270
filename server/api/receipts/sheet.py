"""What stands on a receipt, in the words and figures of its language: for HTML and PDF alike."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError, numbers
from babel.dates import format_date, format_datetime, format_skeleton
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money as MoneyMessage

from ampline.v1.price_pb2 import PriceLine
from ampline.v1.receipt_pb2 import Receipt
from ampline.v1.tariff_pb2 import Tariff
from ampline.v1.transaction_pb2 import Transaction
from server.domain.money import Money
from server.resources.tariff_terms import decimal, moment

WORDS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text()
)
"""By language."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table; what it has nothing to say of is empty."""

    text: str
    detail: str = ""
    quantity: str = ""
    unit_price: str = ""
    net: str = ""
    total: str = ""
    is_part: bool = False
    """Of the item above it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A receipt, ready to be set."""

    language: str
    title: str
    number: str
    facts: Sequence[tuple[str, str]]
    seller: Sequence[str]
    buyer: Sequence[str]
    buyer_label: str
    head: Sequence[str]
    rows: Sequence[Row]
    sums: Sequence[tuple[str, str]]
    total: tuple[str, str]
    page: str
    """With `{page}` where its number comes."""


def sheet_of(receipt: Receipt) -> Sheet:
    """The receipt as it was issued."""
    return _Writer(receipt).sheet()


class _Writer:
    """Writes one receipt in its language."""

    def __init__(self, receipt: Receipt) -> None:
        self._receipt = receipt
        self._locale = _locale(receipt.language_code)
        self._words = WORDS[self._locale.language]
        self._zone = ZoneInfo(receipt.time_zone)

    def sheet(self) -> Sheet:
        receipt, words = self._receipt, self._words
        head = ("item", "quantity", "unit_price", "net", "amount")
        return Sheet(
            language=str(self._locale).replace("_", "-"),
            title=self._title(),
            number=receipt.number,
            facts=list(self._facts()),
            seller=list(self._party(receipt.seller)),
            buyer=list(self._party(receipt.buyer)),
            buyer_label=words["buyer"],
            head=[words[name] for name in head],
            rows=[row for item in receipt.items for row in self._rows(item)],
            sums=list(self._sums()),
            total=(words["total"], self._money(receipt.total)),
            page=words["page"],
        )

    def _title(self) -> str:
        receipt, words = self._receipt, self._words
        if receipt.kind == Receipt.CORRECTION:
            back = receipt.total.units < 0 or receipt.total.nanos < 0
            return words["CREDIT_NOTE" if back else "CORRECTION"]
        if receipt.kind == Receipt.MONTH:
            first = date(receipt.month.year, receipt.month.month, 1)
            month = format_skeleton("yMMMM", first, locale=self._locale)
            return words["MONTH"].format(month=month)
        return words["SESSION"]

    def _facts(self) -> Iterator[tuple[str, str]]:
        receipt, words = self._receipt, self._words
        day = moment(receipt.create_time).astimezone(self._zone).date()
        yield words["number"], receipt.number
        yield words["date"], format_date(day, "long", locale=self._locale)
        if receipt.corrected_number:
            yield words["corrects"], receipt.corrected_number

    def _party(self, party: Receipt.Party) -> Iterator[str]:
        if party.display_name:
            yield party.display_name
        yield from party.address_lines
        for name in ("vat_number", "registration_number"):
            if told := getattr(party, name):
                yield f"{self._words[name]}: {told}"
        if party.email:
            yield party.email

    def _rows(self, item: Receipt.Item) -> Iterator[Row]:
        yield Row(
            self._name_of(item),
            self._detail(item),
            self._kwh(item) if not item.price_lines else "",
            "",
            self._money(item.net),
            self._money(item.total),
        )
        for line in item.price_lines:
            yield self._part(line)

    def _name_of(self, item: Receipt.Item) -> str:
        if item.purchase == Transaction.SESSION:
            return self._words["session"]
        name = self._words[f"fee_{Transaction.Purchase.Name(item.purchase)}"]
        return f"{name}: {item.description}" if item.description else name

    def _detail(self, item: Receipt.Item) -> str:
        zone = ZoneInfo(item.time_zone) if item.time_zone else self._zone
        times = [self._time(item.start_time, zone)]
        if item.HasField("end_time"):
            times.append(self._time(item.end_time, zone))
        return " · ".join(filter(None, (item.place, " – ".join(times))))

    def _part(self, line: PriceLine) -> Row:
        unit = self._words.get(f"unit_{Tariff.Unit.Name(line.unit)}", "")
        quantity = f"{self._number(decimal(line.quantity))} {unit}".strip() if unit else ""
        price = self._unit_price(line.unit_price) if line.HasField("unit_price") else ""
        return Row(
            self._name_of_line(line),
            self._words["corrected"] if line.correction else "",
            quantity,
            price,
            self._money(line.net),
            self._money(line.total),
            is_part=True,
        )

    def _name_of_line(self, line: PriceLine) -> str:
        if line.kind != PriceLine.CONSUMPTION:
            return self._words.get(PriceLine.Kind.Name(line.kind), self._words["adjustment"])
        name = Tariff.Dimension.Name(line.dimension)
        return self._words.get("SESSION_FEE" if name == "SESSION" else name, name)

    def _sums(self) -> Iterator[tuple[str, str]]:
        yield self._words["net"], self._money(self._receipt.net)
        for line in self._receipt.tax_lines:
            percent = numbers.format_percent(
                decimal(line.tax_percent) / 100, locale=self._locale, decimal_quantization=False
            )
            yield self._words["tax"].format(percent=percent), self._money(line.tax)

    def _kwh(self, item: Receipt.Item) -> str:
        if item.purchase != Transaction.SESSION:
            return ""
        return f"{self._number(Decimal(item.energy_wh) / 1000)} {self._words['unit_KWH']}"

    def _number(self, number: Decimal) -> str:
        return numbers.format_decimal(number, locale=self._locale, decimal_quantization=False)

    def _money(self, told: MoneyMessage) -> str:
        amount = Money.from_parts(told.currency_code, told.units, told.nanos).amount
        currency = told.currency_code or self._receipt.currency
        return numbers.format_currency(amount, currency, locale=self._locale)

    def _unit_price(self, told: MoneyMessage) -> str:
        """As exact as it is, and not finer."""
        amount = Money.from_parts(told.currency_code, told.units, told.nanos).amount
        exact = max(-int(amount.normalize().as_tuple().exponent), 2)
        return numbers.format_currency(
            round(amount, exact),
            told.currency_code,
            locale=self._locale,
            decimal_quantization=False,
            currency_digits=exact == 2,
        )

    def _time(self, time: Timestamp, zone: ZoneInfo) -> str:
        local = moment(time).astimezone(zone)
        return format_datetime(local, "short", tzinfo=zone, locale=self._locale)


def _locale(language_code: str) -> Locale:
    """That of the language and its region; where there is none, that of the language alone, of
    which English is written as in Europe: 12/06 would be read in two ways."""
    if language_code.lower() == "en":
        return Locale("en", "GB")
    try:
        return Locale.parse(language_code.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale(language_code.replace("_", "-").partition("-")[0].lower())
