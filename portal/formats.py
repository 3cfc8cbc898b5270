"""How figures are written, in the page's language: money by its currency, energy in kWh, times in a
zone that is named."""

import math
from datetime import UTC, datetime, timedelta
from datetime import date as calendar_date
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names
from babel.numbers import (
    format_currency,
    format_decimal,
    format_percent,
    get_currency_precision,
    get_currency_symbol,
)
from flask import Flask
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date as DateMessage
from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money
from markupsafe import Markup

from portal.language import _, language, locale, ngettext
from portal.zones import own_zone, shown_zone

NANO = Decimal("0.000000001")
NOTHING = "–"
# CLDR's name for a day and its year, and for a day alone.
DATE, DAY = "yMMMd", "MMMd"
SIZES = ("B", "kB", "MB", "GB", "TB")


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
        day,
        span,
        age,
        lasting,
        count,
        decimal,
        plain,
        size,
        long_date,
        weekday,
        month,
        isotime,
        figure,
        is_past,
    ):
        app.add_template_filter(filter_)
    app.add_template_global(own_zone)


def amount(sum_: Money) -> Decimal:
    """The exact amount."""
    return Decimal(int(sum_.units)) + int(sum_.nanos) * NANO


def money(sum_: Money | None) -> str:
    """`€12.30`, `−€0.45`, `CHF 8.00`; in German `12,30 €`; a dash without a currency."""
    if sum_ is None or not sum_.currency_code:
        return NOTHING
    return written(amount(sum_), sum_.currency_code, get_currency_precision(sum_.currency_code))


def unit_price(sum_: Money | None) -> str:
    """Like `money`, with as many digits as the price has."""
    if sum_ is None or not sum_.currency_code:
        return NOTHING
    exponent = amount(sum_).normalize().as_tuple().exponent
    digits = -exponent if isinstance(exponent, int) else 0
    least = get_currency_precision(sum_.currency_code)
    return written(amount(sum_), sum_.currency_code, max(digits, least))


def written(value: Decimal, currency: str, digits: int) -> str:
    pattern = currency_pattern(language(), digits)
    if get_currency_symbol(currency, language())[-1].isalpha():
        # As CLDR asks for: letters do not touch the figures.
        pattern = pattern.replace("¤#", "¤\N{NO-BREAK SPACE}#")
    text = format_currency(value, currency, pattern, locale=language(), currency_digits=False)
    return text.replace("-", "−")


@cache
def currency_pattern(code: str, digits: int) -> str:
    """A language's pattern for money, with so many digits after the point."""
    usual = str(Locale(code).currency_formats["standard"].pattern)
    return usual.replace("0.00", "0." + "0" * digits)


def figure(value: float | Decimal, digits: int) -> str:
    """A number with so many digits after the point."""
    rounded = Decimal(f"{value:.{digits}f}")
    return format_decimal(rounded, "#,##0." + "0" * digits, locale=language())


def kwh(watt_hours: float) -> str:
    """Energy, from Wh."""
    return figure(watt_hours / 1000, 2 if abs(watt_hours) < 100_000 else 0)


def kw(watts: float) -> str:
    """Power, from W."""
    return figure(watts / 1000, 1)


def count(number: int) -> str:
    return figure(number, 0)


def percent(share: float) -> str:
    """A share, from percent."""
    return format_percent(share / 100, locale=language())


def decimal(value: DecimalMessage | None) -> str:
    """A decimal as it stands, without zeros that say nothing."""
    if value is None or not value.value:
        return NOTHING
    return format_decimal(
        Decimal(value.value).normalize(), locale=language(), decimal_quantization=False
    )


def plain(value: float) -> str:
    """A number with a digit after the point, if it says something."""
    return format_decimal(round(value, 1), "#,##0.#", locale=language())


def size(of_bytes: int) -> str:
    """A file's size: `1.4 MB`."""
    power = min(int(math.log10(max(of_bytes, 1)) / 3), len(SIZES) - 1)
    return f"{plain(of_bytes / 1000**power)}\N{NO-BREAK SPACE}{SIZES[power]}"


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone, or UTC if it is not known here."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def local(time: Timestamp, zone: str = "UTC") -> datetime:
    """The time in the zone; in UTC where it is in no year there: at the end of 9999."""
    utc = time.ToDatetime(tzinfo=UTC)
    try:
        return utc.astimezone(zone_of(zone))
    except OverflowError:
        return utc


def isotime(time: Timestamp) -> str:
    return time.ToDatetime(tzinfo=UTC).isoformat(timespec="seconds")


def moment(time: Timestamp | None, zone: str = "") -> str:
    """Day and time at a place's clock, the zone said: `22 Nov, 14:05 CET`."""
    return stamped(time, moment_text(time, zone)) if time and time.seconds else NOTHING


def moment_text(time: Timestamp, zone: str = "") -> str:
    """The same as text, for sentences that are put together outside of a template."""
    there = local(time, shown_zone(zone))
    is_near = abs(datetime.now(UTC) - there) < timedelta(days=180)
    day = format_skeleton(DAY if is_near else DATE, there, locale=locale())
    return f"{day}, {there:%H:%M} {zone_word(there)}"


def clock(time: Timestamp | None, zone: str = "") -> str:
    """Time of day to the second, the zone said."""
    return stamped(time, clock_text(time, zone)) if time and time.seconds else NOTHING


def clock_text(time: Timestamp, zone: str = "") -> str:
    """The same as text."""
    there = local(time, shown_zone(zone))
    return f"{there:%H:%M:%S} {zone_word(there)}"


def date(time: Timestamp | None, zone: str = "") -> str:
    return stamped(time, date_text(time, zone)) if time and time.seconds else NOTHING


def date_text(time: Timestamp, zone: str = "") -> str:
    """The day as text."""
    return format_skeleton(DATE, local(time, shown_zone(zone)), locale=locale())


def day(date_: DateMessage) -> str:
    """A calendar date, of no zone: `31 Mar 2026`."""
    day_ = calendar_date(date_.year, date_.month, date_.day)
    return format_skeleton(DATE, day_, locale=locale())


def month(date_: DateMessage) -> str:
    """`November 2026`."""
    first = calendar_date(date_.year, date_.month, 1)
    return format_skeleton("yMMMM", first, locale=locale())


def weekday(date_: calendar_date, width: str = "wide") -> str:
    """`Monday`, or `Mon` where it is to be abbreviated."""
    return str(get_day_names(width, locale=locale())[date_.weekday()])  # type: ignore[arg-type]


def long_date(day: datetime) -> str:
    """`Thursday, 26 November 2026`."""
    return format_date(day, "full", locale=locale())


def zone_word(time: datetime) -> str:
    """The zone in short, `CET`; `UTC+04` where it is only known by its figures."""
    word = time.tzname() or ""
    return word if word.isalpha() else f"UTC{word}"


def stamped(time: Timestamp, text: str) -> str:
    """A <time> element."""
    utc = local(time).strftime("%Y-%m-%d %H:%M:%S UTC")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(isotime(time), utc, text)


def age(time: Timestamp | None) -> str:
    """How long ago: `3 min ago`."""
    if time is None or not time.seconds:
        return _("never")
    seconds = (datetime.now(UTC) - local(time)).total_seconds()
    return _("just now") if seconds < 45 else _("%(span)s ago", span=duration_words(int(seconds)))


def is_past(time: Timestamp | None) -> bool:
    """Whether the time is said, and over."""
    return bool(time and time.seconds and local(time) <= datetime.now(UTC))


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
        return ngettext("%(num)s day", "%(num)s days", days)
    if hours >= 1:
        told = _("%(hours)s h", hours=hours)
        return f"{told} {_('%(minutes)s min', minutes=minutes % 60)}" if minutes % 60 else told
    return _("%(minutes)s min", minutes=minutes) if minutes else _("%(seconds)s s", seconds=seconds)
