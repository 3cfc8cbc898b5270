"""A connector: a cable, what hangs on it, and its meter."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from ocpp.v16.enums import ChargePointErrorCode, ChargePointStatus, ReadingContext, Reason

from clients.charger.car import Car, Outlet
from clients.charger.meter import Sample


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a connector."""

    error_code: ChargePointErrorCode = ChargePointErrorCode.no_error
    info: str | None = None
    vendor_id: str | None = None
    vendor_error_code: str | None = None


SOUND = Fault()

COOL, WARMS = 21.0, 18.0
"""The temperature of an idle connector in °C, and how much warmer full power makes it."""


class Lag(NamedTuple):
    """A limit that the car still follows, until a time of the monotonic clock."""

    limit_a: float | None
    until: float


class Running(Protocol):
    """A session on a connector, as those see it who have to do with the connector."""

    transaction_id: int | str | None
    began: datetime

    @property
    def active(self) -> bool:
        """Whether it runs."""

    @property
    def energy_wh(self) -> float:
        """Energy since the start, in Wh."""

    def advance(self) -> None:
        """Lets energy flow for the time since it last did."""

    async def meter(
        self,
        *,
        energy_wh: float | None = None,
        power_w: float | None = None,
        context: ReadingContext = ...,
    ) -> object:
        """Sends what the meter reads, or is made to read."""

    async def stop(self, reason: Reason | str = ...) -> object:
        """Ends it."""


@dataclass(slots=True)
class Connector:
    """One connector; number 0 stands for the station as a whole."""

    number: int
    outlet: Outlet = field(default_factory=Outlet)
    status: ChargePointStatus = ChargePointStatus.available
    told: str | None = None
    """The status that the central system knows, in its own word."""
    fault: Fault = SOUND
    register_wh: float = 0.0
    car: Car | None = None
    session: "Running | None" = None
    operative: bool = True
    limit_a: float | None = None
    """The current of each phase that charging profiles leave; None = all that there is."""
    lags: Lag | None = None
    """The limit before the last one, while the car has not reacted."""
    closing: bool = False
    """Becomes inoperative when its session ends."""

    @property
    def free(self) -> bool:
        """Whether a session can begin here."""
        usable = (ChargePointStatus.available, ChargePointStatus.preparing)
        return self.session is None and self.status in usable

    @property
    def offered_w(self) -> float:
        """The power that a car may take."""
        return self.outlet.offered_w(self.limit_a, self.car.phases if self.car else None)

    def flow(self, seconds: float) -> float:
        """Lets the car charge for so long; returns the energy that went through, in Wh."""
        energy_wh = self.car.charge(self.offered_w, seconds) if self.car else 0.0
        self.register_wh += energy_wh
        return energy_wh

    def sample(
        self, time: datetime, context: ReadingContext = ReadingContext.sample_periodic
    ) -> Sample:
        """What the meter reads now."""
        charging = self.car if self.session is not None else None
        power_w = charging.power_w(self.offered_w) if charging else 0.0
        phases = self.outlet.used_phases(self.car.phases if self.car else None)
        return Sample(
            time,
            self.register_wh,
            power_w=power_w,
            current_a=self.outlet.current_a(power_w, phases),
            voltage_v=self.outlet.voltage_v,
            phases=phases,
            offered_w=self.offered_w if charging else 0.0,
            temperature_c=COOL + WARMS * power_w / self.outlet.power_w,
            soc=self.car.soc if self.car and self.outlet.readable_soc else None,
            context=context,
        )
