"""Electricity rates as the domain's values, and what can be wrong with them."""

from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from ampline.v1 import electricity_rate_pb2 as pb
from server.domain.electricity_rates import ElectricityRate, RatePeriod, overlapping
from server.domain.money import Money
from server.domain.tariffs import Weekday
from server.resources.number_faults import decimal_fault, signed_money_fault
from server.resources.opening_hours import is_date, is_time_of_day
from server.resources.tariff_terms import calendar_date, decimal, time_of_day
from server.resources.time_zones import is_time_zone

Faults = Iterator[tuple[str, str]]
_ALL = 100
_WEEKDAYS = frozenset(Weekday)


def to_domain(rate: pb.ElectricityRate) -> ElectricityRate:
    """The rate as the domain reads it; it must be without faults."""
    return ElectricityRate(
        _money(rate.default_price),
        ZoneInfo(rate.time_zone or "UTC"),
        tuple(_period(period) for period in rate.price_periods),
        decimal(rate.tax_percent),
    )


def _money(message: object) -> Money:
    return Money.from_parts(message.currency_code, message.units, message.nanos)  # type: ignore[attr-defined]


def _period(period: pb.ElectricityRate.PricePeriod) -> RatePeriod:
    return RatePeriod(
        _money(period.price),
        time_of_day(period.start_time),
        time_of_day(period.end_time),
        frozenset(Weekday(day) for day in period.weekdays),
        calendar_date(period.date) if period.HasField("date") else None,
    )


def faults_of(rate: pb.ElectricityRate) -> dict[str, str]:
    """Every fault of the rate; without one it can be turned into the domain's terms."""
    faults = dict(_own_faults(rate))
    for place, period in enumerate(rate.price_periods):
        faults |= dict(_period_faults(period, f"price_periods[{place}].", rate.currency))
    if not any(path.startswith("price_periods") for path in faults):
        faults |= _overlap_fault(rate)
    return faults | dict(_mix_faults(rate))


def _own_faults(rate: pb.ElectricityRate) -> Faults:
    if rate.time_zone and not is_time_zone(rate.time_zone):
        yield "time_zone", f"{rate.time_zone!r} is no IANA time zone"
    price, tax = rate.default_price, rate.tax_percent
    if rate.HasField("default_price") and (fault := signed_money_fault(price, rate.currency)):
        yield "default_price", fault
    if rate.HasField("tax_percent") and (fault := decimal_fault(tax, 0, _ALL)):
        yield "tax_percent", fault


def _period_faults(period: pb.ElectricityRate.PricePeriod, path: str, currency: str) -> Faults:
    if bool(period.weekdays) == period.HasField("date"):
        yield f"{path}weekdays", "is required, or date instead of it"
    for place, day in enumerate(period.weekdays):
        if day not in _WEEKDAYS:
            yield f"{path}weekdays[{place}]", "is no day of the week"
    if period.HasField("date") and not is_date(period.date):
        yield f"{path}date", "is not a whole date"
    times = {"start_time": period.start_time, "end_time": period.end_time}
    wrong = [name for name, time in times.items() if not is_time_of_day(time)]
    for name in wrong:
        yield f"{path}{name}", "is not a time of day"
    if not wrong and not _is_before(period):
        yield f"{path}end_time", "must be after start_time; 24:00 is the end of the day"
    if fault := signed_money_fault(period.price, currency):
        yield f"{path}price", fault


def _is_before(period: pb.ElectricityRate.PricePeriod) -> bool:
    start, end = period.start_time, period.end_time
    return (start.hours, start.minutes, start.seconds, start.nanos // 1000) < (
        end.hours,
        end.minutes,
        end.seconds,
        end.nanos // 1000,
    )


def _overlap_fault(rate: pb.ElectricityRate) -> dict[str, str]:
    pair = overlapping([_period(period) for period in rate.price_periods])
    return {f"price_periods[{pair[1]}]": f"overlaps price_periods[{pair[0]}]"} if pair else {}


def _mix_faults(rate: pb.ElectricityRate) -> Faults:
    seen, sound, whole = set(), True, Decimal(0)
    for place, share in enumerate(rate.energy_mix):
        if fault := decimal_fault(share.percent, 0, _ALL):
            sound = False
            yield f"energy_mix[{place}].percent", fault
        else:
            whole += decimal(share.percent)
        if share.source in seen:
            yield f"energy_mix[{place}].source", "is there twice"
        seen.add(share.source)
    if rate.energy_mix and sound and whole != _ALL:
        yield "energy_mix", f"must be 100 percent together, and is {whole.normalize():f}"
