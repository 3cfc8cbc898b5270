"""Ready-made tariffs to begin with, for the usual ways to charge for charging."""

from dataclasses import dataclass

from google.type.dayofweek_pb2 import DayOfWeek
from google.type.decimal_pb2 import Decimal
from google.type.money_pb2 import Money

from ampline.v1.evse_pb2 import CurrentType
from ampline.v1.tariff_pb2 import Tariff
from portal.language import lazy

CENT = 10_000_000
WORKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")


@dataclass(frozen=True)
class Start:
    """A tariff to begin with, and what it is for."""

    title: str
    text: str
    tariff: Tariff


def euros(cents: int) -> Money:
    return Money(currency_code="EUR", units=cents // 100, nanos=cents % 100 * CENT)


def begun(*elements: Tariff.Element, **fields: object) -> Tariff:
    """A tariff in euros with these elements."""
    tariff = Tariff(currency="EUR", elements=elements, prices_include_tax=True)
    tariff.charging_allowed = True
    tariff.tax_percent.value = "19"
    for name, value in fields.items():
        setattr(tariff, name, value)
    return tariff


def element(dimension: "Tariff.Dimension.ValueType", cents: int) -> Tariff.Element:
    return Tariff.Element(dimension=dimension, unit_price=euros(cents))


def between(start: int, end: int, priced: Tariff.Element) -> Tariff.Element:
    """The element, from one full hour to another."""
    priced.restrictions.start_time.hours = start
    priced.restrictions.end_time.hours = end
    return priced


def workdays(priced: Tariff.Element) -> Tariff.Element:
    priced.restrictions.days.extend(DayOfWeek.Value(day) for day in WORKDAYS)
    return priced


def below_kwh(limit: int, priced: Tariff.Element) -> Tariff.Element:
    priced.restrictions.max_kwh.CopyFrom(Decimal(value=str(limit)))
    return priced


def below_minutes(limit: int, priced: Tariff.Element) -> Tariff.Element:
    priced.restrictions.max_duration.seconds = limit * 60
    return priced


def by_session_power(measure: "Tariff.PowerMeasure.ValueType") -> Tariff:
    """Three levels, of which the one that counts goes by a power of the whole session."""
    low, middle, high = (element(Tariff.POWER_LEVEL_TIME, cents) for cents in (5, 15, 30))
    levels = (below_kw(11, low), below_kw(50, middle), high)
    for each in levels:
        each.restrictions.power_measure = measure
    return begun(*levels)


def following_rate(markup_percent: int, markup_cents: int) -> Tariff.Element:
    """Energy at what the charge point's own electricity costs, and so much more."""
    priced = Tariff.Element(dimension=Tariff.ENERGY)
    priced.electricity_rate.markup_percent.value = str(markup_percent)
    priced.electricity_rate.markup_per_kwh.CopyFrom(euros(markup_cents))
    return priced


def after_minutes(minutes: int, priced: Tariff.Element) -> Tariff.Element:
    priced.restrictions.grace.seconds = minutes * 60
    return priced


def below_kw(limit: int, priced: Tariff.Element) -> Tariff.Element:
    priced.restrictions.max_power_kw.CopyFrom(Decimal(value=str(limit)))
    return priced


def only(current: "CurrentType.ValueType", priced: Tariff.Element) -> Tariff.Element:
    priced.restrictions.current_type = current
    return priced


STARTS = {
    "energy": Start(
        lazy("By energy"), lazy("So much a kilowatt-hour."), begun(element(Tariff.ENERGY, 45))
    ),
    "energy-and-time": Start(
        lazy("Energy, and time when full"),
        lazy(
            "So much a kilowatt-hour, and by the minute for who stays half an hour after charging."
        ),
        begun(element(Tariff.ENERGY, 45), after_minutes(30, element(Tariff.IDLE_TIME, 10))),
    ),
    "with-fee": Start(
        lazy("Connection fee and energy"),
        lazy("A fee for each session, then by energy."),
        begun(element(Tariff.SESSION, 50), element(Tariff.ENERGY, 39)),
    ),
    "flat": Start(
        lazy("Flat"),
        lazy("So much a session, however much is charged."),
        begun(element(Tariff.SESSION, 800)),
    ),
    "day-and-night": Start(
        lazy("Day and night"),
        lazy("Cheaper between 22:00 and 06:00, by the location's clock."),
        begun(between(22, 6, element(Tariff.ENERGY, 29)), element(Tariff.ENERGY, 45)),
    ),
    "workdays": Start(
        lazy("Workdays and weekend"),
        lazy("One price from Monday to Friday, another at the weekend."),
        begun(workdays(element(Tariff.ENERGY, 45)), element(Tariff.ENERGY, 35)),
    ),
    "tiers": Start(
        lazy("By tiers"),
        lazy("One price for the first 20 kWh, another for the rest."),
        begun(below_kwh(20, element(Tariff.ENERGY, 39)), element(Tariff.ENERGY, 49)),
    ),
    "minute-tiers": Start(
        lazy("By tiers of time"),
        lazy("By the minute, dearer after the first hour."),
        begun(
            below_minutes(60, element(Tariff.CHARGING_TIME, 5)),
            element(Tariff.CHARGING_TIME, 10),
        ),
    ),
    "by-average-power": Start(
        lazy("By average power"),
        lazy("By the minute, by how much power a session had on average."),
        by_session_power(Tariff.AVERAGE),
    ),
    "by-peak-power": Start(
        lazy("By peak power"),
        lazy("By the minute, by the most power that a session had."),
        by_session_power(Tariff.PEAK),
    ),
    "electricity-rate": Start(
        lazy("Following an electricity rate"),
        lazy("What electricity costs at the charge point at each moment, and a markup."),
        begun(following_rate(20, 5)),
    ),
    "by-power": Start(
        lazy("By power"),
        lazy("By the minute, dearer when more power flows."),
        begun(
            below_kw(11, element(Tariff.POWER_LEVEL_TIME, 5)),
            element(Tariff.POWER_LEVEL_TIME, 15),
        ),
    ),
    "ac-and-dc": Start(
        lazy("AC and DC"),
        lazy("One price at slow chargers, another at fast ones."),
        begun(
            only(CurrentType.DC, element(Tariff.ENERGY, 59)), element(Tariff.ENERGY, 45)
        ),
    ),
    "idle-only": Start(
        lazy("Free, but do not stay"),
        lazy("Charging costs nothing; who stays longer pays by the minute."),
        begun(after_minutes(15, element(Tariff.IDLE_TIME, 20))),
    ),
    "free": Start(lazy("Free"), lazy("Nothing to pay."), begun(element(Tariff.ENERGY, 0))),
    "forbidden": Start(
        lazy("Charging not allowed"), lazy("Every start is refused."), begun(charging_allowed=False)
    ),
}  # fmt: skip


def start_of(key: str) -> Tariff:
    """The ready-made tariff called `key`; an empty one if there is none."""
    known = STARTS.get(key)
    return known.tariff if known else begun()
