"""How figures are written: money by its currency, energy in kWh, times in a zone that is named."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money
from markupsafe import Markup

NANO = Decimal("0.000000001")
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
# Currencies whose minor unit is not a hundredth (ISO 4217).
MINOR_DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "HUF": 2, "BHD": 3, "KWD": 3}
NOTHING = "–"


def register(app: Flask) -> None:
    for filter_ in (
        money,
        unit_price,
        kwh,
        kw,
        percent,
        moment,
        clock,
        date,
        span,
        age,
        lasting,
        count,
        decimal,
        isotime,
    ):
        app.add_template_filter(filter_)


def amount(sum_: Money) -> Decimal:
    """The exact amount."""
    return Decimal(int(sum_.units)) + int(sum_.nanos) * NANO


def minor_digits(currency: str) -> int:
    return MINOR_DIGITS.get(currency, 2)


def money(sum_: Money | None) -> str:
    """`€12.30`, `−€0.45`, `CHF 8.00`; a dash without a currency."""
    if sum_ is None or not sum_.currency_code:
        return NOTHING
    return written(amount(sum_), sum_.currency_code, minor_digits(sum_.currency_code))


def unit_price(sum_: Money | None) -> str:
    """Like `money`, with as many digits as the price has."""
    if sum_ is None or not sum_.currency_code:
        return NOTHING
    exponent = amount(sum_).normalize().as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    return written(amount(sum_), sum_.currency_code, max(digits, minor_digits(sum_.currency_code)))


def written(value: Decimal, currency: str, digits: int) -> str:
    sign = "−" if value < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency}\N{NO-BREAK SPACE}")
    return f"{sign}{symbol}{abs(value):,.{digits}f}"


def kwh(watt_hours: float) -> str:
    """Energy, from Wh."""
    return f"{watt_hours / 1000:,.{2 if abs(watt_hours) < 100_000 else 0}f}"


def kw(watts: float) -> str:
    """Power, from W."""
    return f"{watts / 1000:,.1f}"


def count(number: int) -> str:
    return f"{number:,}"


def percent(share: float) -> str:
    return f"{share:.0f}\N{NO-BREAK SPACE}%"


def decimal(value: DecimalMessage | None) -> str:
    """A decimal as it stands, without zeros that say nothing."""
    if value is None or not value.value:
        return NOTHING
    number = Decimal(value.value)
    return f"{number.normalize():,f}"


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone, or UTC if it is not known here."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(time: Timestamp, zone: str = "UTC") -> datetime:
    return time.ToDatetime(tzinfo=UTC).astimezone(zone_of(zone))


def isotime(time: Timestamp) -> str:
    return time.ToDatetime(tzinfo=UTC).isoformat(timespec="seconds")


def moment(time: Timestamp | None, zone: str = "UTC") -> str:
    """Day and time in a zone, the zone said: `22 Nov, 14:05 CET`."""
    return stamped(time, zone, "%-d %b %Y, %H:%M %Z", short="%-d %b, %H:%M %Z")


def clock(time: Timestamp | None, zone: str = "UTC") -> str:
    """Time of day to the second, the zone said."""
    return stamped(time, zone, "%H:%M:%S %Z")


def date(time: Timestamp | None, zone: str = "UTC") -> str:
    return stamped(time, zone, "%-d %b %Y")


def stamped(time: Timestamp | None, zone: str, form: str, *, short: str = "") -> str:
    """A <time> element; `short` is its form within half a year from now."""
    if time is None or not time.seconds:
        return NOTHING
    there = local(time, zone)
    is_near = abs(datetime.now(UTC) - there) < timedelta(days=180)
    text = there.strftime(short if short and is_near else form)
    utc = local(time).strftime("%Y-%m-%d %H:%M:%S UTC")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(isotime(time), utc, text)


def age(time: Timestamp | None) -> str:
    """How long ago: `3 min ago`."""
    if time is None or not time.seconds:
        return "never"
    seconds = (datetime.now(UTC) - local(time)).total_seconds()
    return "just now" if seconds < 45 else f"{duration_words(int(seconds))} ago"


def lasting(since: Timestamp | None) -> str:
    """How long it has been so: `3 min`."""
    if since is None or not since.seconds:
        return NOTHING
    return duration_words(max(0, int((datetime.now(UTC) - local(since)).total_seconds())))


def span(length: Duration | int | None) -> str:
    """A length of time: `1 h 20 min`."""
    if length is None:
        return NOTHING
    return duration_words(length if isinstance(length, int) else length.seconds)


def duration_words(seconds: int) -> str:
    """The two largest units that matter."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days >= 2:
        return f"{days} days"
    if hours >= 1:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min" if minutes else f"{seconds} s"
