"""What can be wrong with a tariff beyond the rules in its proto: field path -> problem."""

from collections.abc import Iterator

from google.protobuf.duration_pb2 import Duration
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money as MoneyMessage

from ampline.v1 import tariff_pb2 as pb
from server.resources.number_faults import decimal_fault, money_fault
from server.resources.opening_hours import is_date, is_time_of_day
from server.resources.tariff_terms import calendar_date, decimal

Faults = Iterator[tuple[str, str]]
_LONGEST_STEP = 21_600  # seconds: six hours
_TIMES = (
    pb.Tariff.CHARGING_TIME,
    pb.Tariff.IDLE_TIME,
    pb.Tariff.RESERVATION_TIME,
    pb.Tariff.POWER_LEVEL_TIME,
)
_UNITS = {
    pb.Tariff.SESSION: {pb.Tariff.PER_SESSION},
    pb.Tariff.ENERGY: {pb.Tariff.KWH},
    **{dimension: {pb.Tariff.MINUTE, pb.Tariff.HOUR} for dimension in _TIMES},
}


def faults_of(tariff: pb.Tariff) -> dict[str, str]:
    """Every fault of the tariff; without one it can be turned into the domain's terms."""
    return dict(_faults(tariff))


def _faults(tariff: pb.Tariff) -> Faults:
    yield from _moneys(tariff, "", tariff.currency)
    yield from _percent(tariff, "")
    for place, element in enumerate(tariff.elements):
        yield from _element_faults(element, f"elements[{place}].", tariff.currency)
    yield from _moneys(tariff.stop_conditions, "stop_conditions.", tariff.currency)
    yield from _lock_faults(tariff)
    if _falls(tariff.min_price, tariff.max_price) and tariff.HasField("max_price"):
        yield "max_price", "must not be below min_price"
    if tariff.HasField("start_time") and tariff.HasField("end_time"):
        start, end = tariff.start_time, tariff.end_time
        if (end.seconds, end.nanos) <= (start.seconds, start.nanos):
            yield "end_time", "must be after start_time"


def _element_faults(element: pb.Tariff.Element, path: str, currency: str) -> Faults:
    yield from _moneys(element, path, currency)
    yield from _percent(element, path)
    yield from _price_faults(element, path, currency)
    if element.unit and element.unit not in _UNITS.get(element.dimension, {element.unit}):
        yield f"{path}unit", "is no unit of the dimension"
    if element.HasField("step"):
        yield from _step_faults(element, path)
    yield from _restriction_faults(element.restrictions, f"{path}restrictions.")


def _price_faults(element: pb.Tariff.Element, path: str, currency: str) -> Faults:
    follows = element.HasField("electricity_rate")
    if follows == element.HasField("unit_price"):
        yield f"{path}unit_price", "is required, or electricity_rate instead of it"
    if not follows:
        return
    if element.dimension != pb.Tariff.ENERGY:
        yield f"{path}electricity_rate", "can price ENERGY alone"
    rate, within = element.electricity_rate, f"{path}electricity_rate."
    yield from _moneys(rate, within, currency)
    if rate.HasField("markup_percent"):
        problem = decimal_fault(rate.markup_percent, -100, 10_000)
        if problem:
            yield f"{within}markup_percent", problem


def _step_faults(element: pb.Tariff.Element, path: str) -> Faults:
    if element.dimension == pb.Tariff.SESSION:
        yield f"{path}step", "is not for SESSION"
    elif element.dimension in _TIMES and element.step > _LONGEST_STEP:
        yield f"{path}step", f"must be at most {_LONGEST_STEP} seconds"


def _restriction_faults(limits: pb.Tariff.Restrictions, path: str) -> Faults:
    for name in ("start_time", "end_time"):
        if limits.HasField(name) and not is_time_of_day(getattr(limits, name)):
            yield f"{path}{name}", "is not a time of day"
    yield from _date_faults(limits.start_date, limits.end_date, limits, path)
    yield from _range_faults(limits, path, "min_kwh", "max_kwh")
    yield from _range_faults(limits, path, "min_power_kw", "max_power_kw")
    both = limits.HasField("min_duration") and limits.HasField("max_duration")
    if both and _nanos(limits.max_duration) <= _nanos(limits.min_duration):
        yield f"{path}max_duration", "must be longer than min_duration"


def _nanos(duration: Duration) -> int:
    """Its length, also where it is longer than Python's may be."""
    return int(duration.seconds) * 1_000_000_000 + duration.nanos


def _date_faults(start: Date, end: Date, limits: pb.Tariff.Restrictions, path: str) -> Faults:
    given = [name for name in ("start_date", "end_date") if limits.HasField(name)]
    wrong = [name for name in given if not is_date(getattr(limits, name))]
    for name in wrong:
        yield f"{path}{name}", "is not a whole date"
    if len(given) > 1 and not wrong and calendar_date(end) <= calendar_date(start):
        yield f"{path}end_date", "must be after start_date"


def _range_faults(limits: pb.Tariff.Restrictions, path: str, least: str, most: str) -> Faults:
    given = [name for name in (least, most) if limits.HasField(name)]  # type: ignore[arg-type]
    problems = {name: _thousandths_fault(getattr(limits, name)) for name in given}
    for name, problem in problems.items():
        if problem:
            yield f"{path}{name}", problem
    sound = len(given) > 1 and not any(problems.values())
    if sound and decimal(getattr(limits, most)) <= decimal(getattr(limits, least)):
        yield f"{path}{most}", f"must be more than {least}"


def _thousandths_fault(number: DecimalMessage) -> str | None:
    problem = decimal_fault(number)
    if problem is None and decimal(number) * 1000 % 1:
        return "must have at most three decimals"
    return problem


def _lock_faults(tariff: pb.Tariff) -> Faults:
    seen = set()
    for place, lock in enumerate(tariff.price_locks):
        if lock.dimension in seen:
            yield f"price_locks[{place}].dimension", "is locked twice"
        seen.add(lock.dimension)


def _percent(message: pb.Tariff | pb.Tariff.Element, path: str) -> Faults:
    if message.HasField("tax_percent"):
        problem = decimal_fault(message.tax_percent, 0, 100)
        if problem:
            yield f"{path}tax_percent", problem


def _moneys(
    message: pb.Tariff | pb.Tariff.Element | pb.Tariff.RatePrice | pb.Tariff.StopConditions,
    path: str,
    currency: str,
) -> Faults:
    """The amounts that stand in the message itself."""
    for field, value in message.ListFields():
        if isinstance(value, MoneyMessage):
            problem = money_fault(value, currency)
            if problem:
                yield f"{path}{field.name}", problem


def _falls(low: MoneyMessage, high: MoneyMessage) -> bool:
    return bool((high.units, high.nanos) < (low.units, low.nanos))
