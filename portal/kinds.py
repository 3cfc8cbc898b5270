"""Kinds of form fields: how a value of a message is shown in a control, and read back from it.

`show` gives the control's text, `read` the value for the message; a text that cannot be read is a
ValueError with a sentence for the operator.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

from babel.numbers import get_decimal_symbol
from google.protobuf.message import Message
from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money as MoneyMessage

from ampline.v1.localized_text_pb2 import LocalizedText
from portal.formats import amount
from portal.language import _, language, lazy

Options = Iterable[tuple[str, str]]
BILLION = 1_000_000_000
# No value of any message has more digits, in whatever unit it is typed.
MOST = 10**15
TOO_LARGE = lazy("The number is too large.")
# One digit group after a comma or a point: thousands to some, and thousandths to others.
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")


class Kind(Protocol):
    """What a form must know of a field's values."""

    @property
    def control(self) -> str:
        """The control's name in templates/components/forms.html."""

    def show(self, value: Any) -> str:
        """The text for a value."""

    def read(self, text: str) -> Any:
        """The value of a text that is not empty, or a ValueError for the operator."""


@dataclass(frozen=True)
class Text:
    """A line of text."""

    control: str = "text"
    """The input's type: text, email, tel, password, textarea."""

    def show(self, value: Any) -> str:
        return str(value)

    def read(self, text: str) -> Any:
        return text


@dataclass(frozen=True)
class Lines:
    """Several lines of text, one below the other, in one line with commas."""

    control: str = "text"

    def show(self, value: Iterable[str]) -> str:
        return ", ".join(value)

    def read(self, text: str) -> list[str]:
        return [line.strip() for line in text.split(",") if line.strip()]


@dataclass(frozen=True)
class Numbers:
    """Several whole numbers, in one line with commas."""

    control: str = "text"

    def show(self, value: Iterable[int]) -> str:
        return ", ".join(map(str, value))

    def read(self, text: str) -> list[int]:
        return [Whole().read(part) for part in text.split(",") if part.strip()]


@dataclass(frozen=True)
class Texts:
    """A text in one language, of those that the message keeps in several: English."""

    control: str = "textarea"
    language: str = "en"

    def show(self, value: Sequence[LocalizedText]) -> str:
        return next((text.text for text in value if text.language_code == self.language), "")

    def read(self, text: str) -> Any:
        return [LocalizedText(language_code=self.language, text=text)]

    def others(self, value: Iterable[LocalizedText]) -> list[LocalizedText]:
        """The texts in the languages that are not shown."""
        return [text for text in value if text.language_code != self.language]


@dataclass(frozen=True)
class Whole:
    """A whole number, perhaps of another unit than the message's: 22 kW for 22000 W."""

    control: str = "number"
    factor: int = 1

    def show(self, value: int) -> str:
        return in_figures(f"{Decimal(value) / self.factor:f}")

    def read(self, text: str) -> int:
        scaled = number(text) * self.factor
        if scaled != int(scaled):
            raise ValueError(_("Whole numbers only, please."))
        return int(scaled)


@dataclass(frozen=True)
class Real:
    """A floating-point number: degrees."""

    control: str = "number"

    def show(self, value: float) -> str:
        return in_figures(f"{value:.7g}")

    def read(self, text: str) -> float:
        return float(number(text))


@dataclass(frozen=True)
class Exact:
    """A google.type.Decimal."""

    control: str = "number"

    def show(self, value: DecimalMessage) -> str:
        return in_figures(value.value)

    def read(self, text: str) -> DecimalMessage:
        return DecimalMessage(value=f"{number(text):f}")


@dataclass(frozen=True)
class Money:
    """An amount; its currency stands in another field, which the form adds."""

    control: str = "number"

    def show(self, value: MoneyMessage) -> str:
        plain = f"{amount(value):.9f}".rstrip("0")
        whole, _, cents = plain.partition(".")
        return in_figures(f"{whole}.{cents.ljust(2, '0')}")

    def read(self, text: str) -> MoneyMessage:
        nanos = number(text) * BILLION
        if nanos != int(nanos):
            raise ValueError(_("No more than nine digits after the point, please."))
        sign = -1 if nanos < 0 else 1
        units, rest = divmod(abs(int(nanos)), BILLION)
        return MoneyMessage(units=sign * units, nanos=sign * rest)


@dataclass(frozen=True)
class Choice:
    """One of an enum's values, or of other fixed ones."""

    options: Callable[[], Options]
    number_of: Callable[[str], int] | None = None
    name_of: Callable[[Any], str] | None = None
    control: str = "select"

    def show(self, value: Any) -> str:
        return self.name_of(value) if self.name_of else str(value)

    def read(self, text: str) -> Any:
        return self.number_of(text) if self.number_of else text


@dataclass(frozen=True)
class Several:
    """Some of an enum's values, as check boxes."""

    options: Callable[[], Options]
    number_of: Callable[[str], int]
    name_of: Callable[[Any], str]
    control: str = "checks"

    def show(self, value: Iterable[int]) -> str:
        return " ".join(self.name_of(item) for item in value)

    def read(self, text: str) -> list[int]:
        return [self.number_of(item) for item in text.split()]


@dataclass(frozen=True)
class Flag:
    """Yes or no."""

    control: str = "checkbox"

    def show(self, value: bool) -> str:
        return "yes" if value else ""

    def read(self, text: str) -> bool:
        return text == "yes"


@dataclass(frozen=True)
class Perhaps:
    """Yes, no, or not said."""

    yes: str
    no: str
    unsaid: str
    control: str = "select"

    def options(self) -> Options:
        return [("", self.unsaid), ("yes", self.yes), ("no", self.no)]

    def show(self, value: bool) -> str:
        return "yes" if value else "no"

    def read(self, text: str) -> bool:
        return text == "yes"


@dataclass(frozen=True)
class Reference:
    """The name of another resource, picked while typing from what `source` offers."""

    source: str
    """The list of the picker: users, locations, …"""
    control: str = "reference"

    def show(self, value: str) -> str:
        return value

    def read(self, text: str) -> str:
        return text


@dataclass(frozen=True)
class References:
    """The names of other resources, each picked in an input of its own."""

    source: str
    """The list of the picker."""
    control: str = "references"

    def show(self, value: Iterable[str]) -> str:
        return " ".join(value)

    def read(self, text: str) -> list[str]:
        return text.split()


@dataclass(frozen=True)
class Present:
    """Whether a message stands there at all, whatever it says."""

    message: Callable[[], Message]
    """Makes one that says nothing."""
    control: str = "checkbox"

    def show(self, value: Message) -> str:
        return "yes"

    def read(self, text: str) -> Message:
        return self.message()


def in_figures(plain: str) -> str:
    """A number as it is typed in the page's language: `0,45` in German."""
    return plain.replace(".", get_decimal_symbol(language()))


def number(text: str) -> Decimal:
    """The number that is written, also with the decimal sign of another language. Where that could
    as well be a sign for thousands (1,500 in English), nobody guesses."""
    grouped = GROUPED.fullmatch(text)
    if grouped and grouped[1] != get_decimal_symbol(language()):
        raise ValueError(_("Without a sign for thousands, please."))
    try:
        value = Decimal(text.replace(",", ".").replace("\N{NO-BREAK SPACE}", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise ValueError(_("A number, please."))
    if abs(value) >= MOST:
        raise ValueError(str(TOO_LARGE))
    return value
