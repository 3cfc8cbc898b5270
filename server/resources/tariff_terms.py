"""Tariffs and prices between their messages and the domain's values.

`to_domain` takes what `tariff_faults.faults_of` found nothing wrong with.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money as MoneyMessage
from google.type.timeofday_pb2 import TimeOfDay

from ampline.v1 import evse_pb2
from ampline.v1 import tariff_pb2 as pb
from server.domain import tariffs as domain
from server.domain.money import Money, zero
from server.store.clock import to_datetime

T = TypeVar("T")

_RESTRICTED_POWER = {
    pb.Tariff.POWER_MEASURE_UNSPECIFIED: domain.PowerBasis.MOMENTARY,
    pb.Tariff.MOMENTARY: domain.PowerBasis.MOMENTARY,
    pb.Tariff.AVERAGE: domain.PowerBasis.SESSION_AVERAGE,
    pb.Tariff.PEAK: domain.PowerBasis.SESSION_PEAK,
}
_RESTRICTED_DURATION = {
    pb.Tariff.DURATION_MEASURE_UNSPECIFIED: domain.DurationBasis.SESSION,
    pb.Tariff.SINCE_START: domain.DurationBasis.SESSION,
    pb.Tariff.OF_DIMENSION: domain.DurationBasis.DIMENSION,
}
_UNITS = {
    pb.Tariff.PER_SESSION: domain.PriceUnit.SESSION,
    pb.Tariff.KWH: domain.PriceUnit.KWH,
    pb.Tariff.MINUTE: domain.PriceUnit.MINUTE,
    pb.Tariff.HOUR: domain.PriceUnit.HOUR,
}
_PRICING_TYPES = {
    domain.PricingType.FREE: pb.Tariff.FREE,
    domain.PricingType.FLAT: pb.Tariff.FLAT,
    domain.PricingType.ENERGY: pb.Tariff.ENERGY_BASED,
    domain.PricingType.TIME: pb.Tariff.TIME_BASED,
    domain.PricingType.ENERGY_AND_TIME: pb.Tariff.ENERGY_AND_TIME,
    domain.PricingType.TIME_OF_DAY: pb.Tariff.TIME_OF_DAY,
    domain.PricingType.TIERED: pb.Tariff.TIERED,
    domain.PricingType.POWER_LEVEL: pb.Tariff.BY_POWER,
    domain.PricingType.DYNAMIC: pb.Tariff.DYNAMIC,
    domain.PricingType.FORBIDDEN: pb.Tariff.FORBIDDEN,
}
_CURRENTS = {evse_pb2.AC: domain.CurrentType.AC, evse_pb2.DC: domain.CurrentType.DC}


def to_domain(tariff: pb.Tariff) -> domain.Tariff:
    """The tariff's terms. ValueError where a number is none."""
    return domain.Tariff(
        currency=tariff.currency,
        elements=tuple(_element(element, tariff.currency) for element in tariff.elements),
        tax_percent=decimal(tariff.tax_percent),
        prices_include_tax=tariff.prices_include_tax,
        charging_allowed=not tariff.HasField("charging_allowed") or tariff.charging_allowed,
        min_price=money(tariff.min_price),
        max_price=money(tariff.max_price),
        preauthorize_amount=money(tariff.preauthorize_amount),
        minimum_balance=money(tariff.minimum_balance),
        stop_conditions=_stop_conditions(tariff.stop_conditions),
        idle_detection=_idle_detection(tariff.idle_detection),
        price_locks={_dimension(lock.dimension): _lock(lock.lock) for lock in tariff.price_locks},
        valid_from=moment(tariff.start_time) if tariff.HasField("start_time") else None,
        valid_until=moment(tariff.end_time) if tariff.HasField("end_time") else None,
    )


def pricing_type_of(tariff: pb.Tariff) -> pb.Tariff.PricingType.ValueType:
    """What a driver would call the tariff."""
    return _PRICING_TYPES[domain.pricing_type(to_domain(tariff))]


def money(amount: MoneyMessage) -> Money | None:
    """The amount; None if it was not given. ValueError for parts of different signs."""
    if not amount.currency_code:
        return None
    return Money.from_parts(amount.currency_code, amount.units, amount.nanos)


def decimal(number: DecimalMessage) -> Decimal:
    """The number; 0 if it was not given."""
    return Decimal(number.value or "0")


def moment(timestamp: Timestamp) -> datetime:
    """The aware datetime, in UTC, to the microsecond."""
    return to_datetime(timestamp.seconds * 1_000_000 + timestamp.nanos // 1000)


def _element(element: pb.Tariff.Element, currency: str) -> domain.Element:
    return domain.Element(
        dimension=_dimension(element.dimension),
        price=_price(element, currency),
        step=element.step or None,
        restrictions=_restrictions(element.restrictions),
        cap=money(element.cap),
        tax_percent=decimal(element.tax_percent) if element.HasField("tax_percent") else None,
    )


def _price(element: pb.Tariff.Element, currency: str) -> domain.Price:
    if not element.HasField("electricity_rate"):
        amount = money(element.unit_price) or zero(currency)
        unit = _UNITS.get(element.unit) or _dimension(element.dimension).units[0]
        return domain.FixedPrice(amount, unit)
    rate = element.electricity_rate
    markup = money(rate.markup_per_kwh) or zero(currency)
    return domain.RatePrice(markup, decimal(rate.markup_percent), rate.electricity_rate)


def _restrictions(limits: pb.Tariff.Restrictions) -> domain.Restrictions:
    def given(field: Any, convert: Callable[..., T]) -> T | None:
        return convert(getattr(limits, field)) if limits.HasField(field) else None

    return domain.Restrictions(
        start_time=given("start_time", time_of_day),
        end_time=given("end_time", time_of_day),
        weekdays=frozenset(domain.Weekday(day) for day in limits.days),
        start_date=given("start_date", calendar_date),
        end_date=given("end_date", calendar_date),
        energy_from_wh=given("min_kwh", _thousandths),
        energy_to_wh=given("max_kwh", _thousandths),
        duration_from=given("min_duration", length),
        duration_to=given("max_duration", length),
        duration_basis=_RESTRICTED_DURATION[limits.duration_measure],
        power_from_w=given("min_power_kw", _thousandths),
        power_to_w=given("max_power_kw", _thousandths),
        power_basis=_RESTRICTED_POWER[limits.power_measure],
        current_type=_CURRENTS.get(limits.current_type),
        grace=given("grace", length),
        minimum_session=given("min_session_duration", length),
    )


def _stop_conditions(conditions: pb.Tariff.StopConditions) -> domain.StopConditions:
    has = conditions.HasField
    return domain.StopConditions(
        max_duration=length(conditions.max_duration) if has("max_duration") else None,
        max_energy_wh=conditions.max_energy_wh if has("max_energy_wh") else None,
        max_soc_percent=conditions.max_soc_percent if has("max_soc_percent") else None,
        max_amount=money(conditions.max_amount),
    )


def _idle_detection(idle: pb.Tariff.IdleDetection) -> domain.IdleDetection:
    power = idle.average_power_below_w if idle.HasField("average_power_below_w") else None
    return domain.IdleDetection(idle.soc_percent or None, power)


def _dimension(dimension: pb.Tariff.Dimension.ValueType) -> domain.Dimension:
    return domain.Dimension(pb.Tariff.Dimension.Name(dimension))


def _lock(lock: pb.Tariff.PriceLock.ValueType) -> domain.PriceLock:
    return domain.PriceLock(pb.Tariff.PriceLock.Name(lock))


def time_of_day(clock: TimeOfDay) -> time:
    """The time on the clock; 24:00, the end of the day, is the next day's 00:00."""
    return time(clock.hours % 24, clock.minutes, clock.seconds, clock.nanos // 1000)


def calendar_date(day: Date) -> date:
    """The date. ValueError for one that no calendar has, or that is not complete."""
    return date(day.year, day.month, day.day)


def length(duration: Duration) -> timedelta:
    """The duration, to the microsecond."""
    return timedelta(seconds=duration.seconds, microseconds=duration.nanos // 1000)


def _thousandths(number: DecimalMessage) -> int:
    """kWh in Wh, or kW in W. ValueError if that is no whole number."""
    whole = decimal(number) * 1000
    if whole != int(whole):
        raise ValueError(f"{number.value} has more than three decimals")
    return int(whole)
