"""What charging costs: the tariff, as it is copied into a session at its start.

Prices are `Money` per unit; durations are `timedelta`; energy is in Wh and power
in W; local times and dates are those of the session's location.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, IntEnum

from server.domain.money import Money


class PriceUnit(Enum):
    """What one price is for."""

    SESSION = "SESSION"
    KWH = "KWH"
    MINUTE = "MINUTE"
    HOUR = "HOUR"


class Dimension(Enum):
    """What an element puts a price on."""

    SESSION = "SESSION"  # once: the connection fee
    ENERGY = "ENERGY"
    CHARGING_TIME = "CHARGING_TIME"
    IDLE_TIME = "IDLE_TIME"  # connected, not charging
    RESERVATION_TIME = "RESERVATION_TIME"  # reserved, before the session
    POWER_LEVEL_TIME = "POWER_LEVEL_TIME"  # charging time, priced by power

    @property
    def units(self) -> tuple[PriceUnit, ...]:
        """What its price may be per."""
        if self is Dimension.SESSION:
            return (PriceUnit.SESSION,)
        if self is Dimension.ENERGY:
            return (PriceUnit.KWH,)
        return (PriceUnit.MINUTE, PriceUnit.HOUR)


class CurrentType(Enum):
    """The current that the EVSE delivers."""

    AC = "AC"
    DC = "DC"


class Weekday(IntEnum):
    """ISO 8601 and google.type.DayOfWeek: Monday is 1."""

    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
    SUNDAY = 7


class PowerBasis(Enum):
    """Which power a power restriction looks at."""

    MOMENTARY = "MOMENTARY"  # the mean between two meter readings, as charging goes on
    SESSION_AVERAGE = "SESSION_AVERAGE"  # energy by charging time; one level for the whole session
    SESSION_PEAK = "SESSION_PEAK"  # the highest so far; one level for the whole session


class DurationBasis(Enum):
    """Which minutes a duration tier counts."""

    SESSION = "SESSION"  # since the session's start, charging or not
    DIMENSION = "DIMENSION"  # the dimension's own: minutes of charging, of idling, of reservation


class PriceLock(Enum):
    """Whether the clock and the electricity rate move on while the session lasts."""

    FOLLOWS_TIME = "FOLLOWS_TIME"
    AT_START = "AT_START"


class PricingType(Enum):
    """A tariff's kind in a word, derived from its elements."""

    FREE = "FREE"
    FLAT = "FLAT"
    ENERGY = "ENERGY"
    TIME = "TIME"
    ENERGY_AND_TIME = "ENERGY_AND_TIME"
    TIME_OF_DAY = "TIME_OF_DAY"
    TIERED = "TIERED"
    POWER_LEVEL = "POWER_LEVEL"
    DYNAMIC = "DYNAMIC"
    FORBIDDEN = "FORBIDDEN"


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """So much per unit."""

    amount: Money
    per: PriceUnit


OWN_RATE = ""
"""The name that stands for the charge point's own electricity rate."""


@dataclass(frozen=True, slots=True)
class RatePrice:
    """An electricity rate's price x (1 + markup %) + markup, per kWh and never below zero."""

    markup_per_kwh: Money
    markup_percent: Decimal = Decimal(0)
    rate: str = OWN_RATE


Price = FixedPrice | RatePrice


@dataclass(frozen=True, slots=True)
class Restrictions:
    """When an element holds: every restriction that is set must. A range includes its lower end
    and excludes its upper one; an absent end is open."""

    start_time: time | None = None  # with end_time: wraps past midnight when end <= start
    end_time: time | None = None
    weekdays: frozenset[Weekday] = frozenset()  # empty = every day
    start_date: date | None = None
    end_date: date | None = None
    energy_from_wh: int | None = None
    energy_to_wh: int | None = None
    duration_from: timedelta | None = None
    duration_to: timedelta | None = None
    duration_basis: DurationBasis = DurationBasis.SESSION
    power_from_w: int | None = None
    power_to_w: int | None = None
    power_basis: PowerBasis = PowerBasis.MOMENTARY
    current_type: CurrentType | None = None
    grace: timedelta | None = None  # not before the charging, idling … has lasted this long
    minimum_session: timedelta | None = None  # only in sessions at least this long, then from 0

    @property
    def by_clock(self) -> bool:
        """Whether local time has a say."""
        dates = self.start_date or self.end_date
        return bool(self.weekdays or dates) or not (self.start_time is self.end_time is None)

    @property
    def by_power(self) -> bool:
        """Whether power has a say."""
        return not (self.power_from_w is None and self.power_to_w is None)

    @property
    def by_tier(self) -> bool:
        """Whether the energy or the minutes so far have a say."""
        ends = (self.energy_from_wh, self.energy_to_wh, self.duration_from, self.duration_to)
        return any(end is not None for end in ends)


ALWAYS = Restrictions()


@dataclass(frozen=True, slots=True)
class Element:
    """One dimension's price and when it holds.

    `step`: whole seconds of a time, whole Wh of energy; each started step is paid in full, at
    its start. `cap`: the most this element may cost in one session, on the side (net or gross)
    that the tariff's prices are on. `tax_percent`: where it differs from the tariff's.
    """

    dimension: Dimension
    price: Price
    step: int | None = None
    restrictions: Restrictions = ALWAYS
    cap: Money | None = None
    tax_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StopConditions:
    """When a session is ended for its driver's sake; absent = never."""

    max_duration: timedelta | None = None
    max_energy_wh: int | None = None
    max_soc_percent: int | None = None
    max_amount: Money | None = None


@dataclass(frozen=True, slots=True)
class IdleDetection:
    """What besides the charger's own word makes a session idle."""

    soc_percent: int | None = None
    average_power_below_w: int | None = None


@dataclass(frozen=True, slots=True)
class Tariff:
    """A whole tariff. Per dimension the first element that holds is the one that counts."""

    currency: str
    elements: tuple[Element, ...] = ()
    tax_percent: Decimal = Decimal(0)
    prices_include_tax: bool = False
    charging_allowed: bool = True
    min_price: Money | None = None
    max_price: Money | None = None
    preauthorize_amount: Money | None = None
    minimum_balance: Money | None = None
    stop_conditions: StopConditions = StopConditions()
    idle_detection: IdleDetection = IdleDetection()
    price_locks: Mapping[Dimension, PriceLock] = field(default_factory=dict)
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def is_valid_at(self, moment: datetime) -> bool:
        """Whether sessions that start at `moment` may be priced by it."""
        begun = self.valid_from is None or self.valid_from <= moment
        return begun and (self.valid_until is None or moment < self.valid_until)

    def locked(self, dimension: Dimension) -> bool:
        """Whether the dimension keeps the clock and the rate of the session's start."""
        return self.price_locks.get(dimension) is PriceLock.AT_START


def pricing_type(tariff: Tariff) -> PricingType:
    """The tariff's kind: the most particular that is true of it."""
    if not tariff.charging_allowed:
        return PricingType.FORBIDDEN
    if any(isinstance(element.price, RatePrice) for element in tariff.elements):
        return PricingType.DYNAMIC
    return _restricted_type(tariff.elements) or _plain_type(tariff)


def _restricted_type(elements: tuple[Element, ...]) -> PricingType | None:
    rules = [element.restrictions for element in elements]
    dimensions = {element.dimension for element in elements}
    if Dimension.POWER_LEVEL_TIME in dimensions or any(rule.by_power for rule in rules):
        return PricingType.POWER_LEVEL
    if any(rule.by_tier for rule in rules):
        return PricingType.TIERED
    return PricingType.TIME_OF_DAY if any(rule.by_clock for rule in rules) else None


def _plain_type(tariff: Tariff) -> PricingType:
    paid = {element.dimension for element in tariff.elements if _costs(element)}
    energy = Dimension.ENERGY in paid
    if paid - {Dimension.ENERGY, Dimension.SESSION}:
        return PricingType.ENERGY_AND_TIME if energy else PricingType.TIME
    if energy:
        return PricingType.ENERGY
    return PricingType.FLAT if paid or tariff.min_price else PricingType.FREE


def _costs(element: Element) -> bool:
    return isinstance(element.price, RatePrice) or bool(element.price.amount)
