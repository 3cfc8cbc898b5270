"""A day at a site: the platform's own decisions on its own tables, and chargers that misbehave."""

import random
from copy import deepcopy
from dataclasses import dataclass, field

from peewee import Database

from server.domain.balancing import Feeder, Taker
from server.domain.balancing.demand import Measurement
from server.domain.balancing.wiring import drawn_phases
from server.domain.facts import EvseStatus
from server.store import models
from server.store.unit import Unit
from server.work.balancing import leases, outcomes, said
from server.work.balancing.decision import Order, decide
from server.work.sessions.session_rows import SessionState
from tests.balancing.world import LEAST_A, REACTION, Car, Charger, Day, Luck

BEGIN = 1_780_000_000_000_000
HALLS = 4
ROTATIONS = {"RST": 1, "STR": 4, "TRS": 5}
SITE, HALL = "circuits/site", "circuits/hall{}"
CONNECTED, AWAY = 2, 3


@dataclass
class Story:
    """The site, minute by minute. `site_a` and `hall_a` are limits on each phase."""

    database: Database
    day: Day
    site_a: float
    hall_a: float
    luck: Luck
    decide_every: float = 2.0
    now: float = 0.0
    node: str = "node-1"
    delivered_wh: float = 0.0
    longest_excess: float = 0.0
    """Seconds that a limit was exceeded in a row, but for what nobody could know: what the building
    takes more since its meter told last."""
    longest_place: str = ""
    """Where that was, when, and by how much at its end."""
    longest_unseen: float = 0.0
    """Seconds that it was so with that."""
    told_a: float = 0.0
    """What the building's meter told last."""
    worst_a: float = 0.0
    refused: int = 0
    lost: int = 0
    node_deaths: int = 0
    meter_silences: int = 0
    chargers: list[Charger] = field(default_factory=list)
    _measured: dict[str, Measurement] = field(default_factory=dict)
    _late: list[tuple[float, Order, bool | None]] = field(default_factory=list)
    _exceeded_since: dict[tuple[str, int, bool], float] = field(default_factory=dict)
    _node_back: float = 0.0
    _meter_back: float = 0.0

    def __post_init__(self) -> None:
        self.drawn = random.Random(self.day.seed + 1)
        self.cars = deepcopy(self.day.cars)
        names = list(ROTATIONS)
        self.chargers = [
            Charger(number, names[number % 3], BEGIN) for number in range(self.day.chargers)
        ]
        self._furnish()

    def run(self, step: float = 1.0) -> None:
        """The whole day."""
        while self.now < self.day.seconds:
            self._befall(step)
            self._come_and_go()
            self._answer_late()
            if self.now >= self._node_back and self.now % self.decide_every < step:
                self._decide()
            self._flow(step)
            self.now += step

    # What the database begins with.

    def _furnish(self) -> None:
        for name, parent, limit in self._circuits():
            models.Circuit.insert(
                name=name,
                display_name=name,
                parent_circuit=parent,
                max_current_a=limit,
                phases=2,
                voltage_v=230,
                min_current_a=LEAST_A,
                when_full=1,
                state=1,
                offline_reserved_current_a=self.reserve_a if parent is None else None,
                create_time=0,
                update_time=0,
            ).execute()
        for charger in self.chargers:
            name = f"chargePoints/C{charger.number}"
            models.ChargePoint.insert(
                name=name,
                location="locations/site",
                circuit=HALL.format(charger.number % HALLS),
                network_status=CONNECTED,
                create_time=0,
                update_time=0,
            ).execute()
            models.Evse.insert(
                name=self.evse(charger),
                charge_point=name,
                number=1,
                location="locations/site",
                max_current_a=32,
                phases=3,
                phase_rotation=ROTATIONS[charger.rotation],
                hardware_status=EvseStatus.AVAILABLE,
                create_time=0,
                update_time=0,
            ).execute()

    def _circuits(self) -> list[tuple[str, str | None, float]]:
        halls = [(HALL.format(number), SITE, self.hall_a) for number in range(HALLS)]
        return [(SITE, None, self.site_a), *halls]

    @property
    def reserve_a(self) -> float:
        """What is set apart for the building while its meter is silent."""
        return self.site_a * 0.25

    def building_a(self, now: float) -> float:
        """What the building draws: slowly more and less, never more than the reserve."""
        return self.reserve_a * (0.4 + 0.4 * abs((now / 3600) % 2 - 1))

    @staticmethod
    def evse(charger: Charger) -> str:
        """Its EVSE's name."""
        return f"chargePoints/C{charger.number}/evses/1"

    # What befalls it.

    def _befall(self, step: float) -> None:
        for charger in self.chargers:
            if charger.online and self.drawn.random() < self.luck.drop * step:
                self._connect(charger, False)
                charger.online_again = self.now + self.drawn.uniform(10, 600)
            elif not charger.online and self.now >= charger.online_again:
                self._connect(charger, True)
        if self.now >= self._meter_back and self.drawn.random() < self.luck.meter_loss * step:
            self._meter_back = self.now + self.drawn.uniform(30, 300)
            self.meter_silences += 1
        if self.now >= self._node_back and self.drawn.random() < self.luck.node_death * step:
            self._die(self.drawn.uniform(1, 40))

    def _connect(self, charger: Charger, online: bool) -> None:
        charger.online = online
        status = CONNECTED if online else AWAY
        table = models.ChargePoint
        name = f"chargePoints/C{charger.number}"
        table.update(network_status=status).where(table.name == name).execute()
        if online and charger.car:
            self._begin(charger, charger.car)
        elif online:
            self._end(charger)

    def _die(self, back_after: float) -> None:
        """The node is killed: what it had in memory is gone, and another comes by and by."""
        self.node_deaths += 1
        self.node = f"node-{self.node_deaths + 1}"
        self._measured, self._late = {}, []
        self._node_back = self.now + back_after

    def _come_and_go(self) -> None:
        for charger, cars in zip(self.chargers, self.cars, strict=True):
            if charger.car and self.now >= charger.car.leaves:
                charger.unplug()
                if charger.online:
                    self._end(charger)
            elif charger.car is None and cars and self.now >= cars[0].arrives:
                car = cars.pop(0)
                charger.plug(car, self.now)
                if charger.online:
                    self._begin(charger, car)

    def _begin(self, charger: Charger, car: Car) -> None:
        """The platform hears of a session."""
        if models.Session.get_or_none(models.Session.name == car.session) is not None:
            return
        self._end(charger)
        models.Session.insert(
            name=car.session,
            charge_point=f"chargePoints/C{charger.number}",
            evse=self.evse(charger),
            ocpp_transaction_id=car.session,
            state=SessionState.ACTIVE,
            start_time=self._us,
            create_time=0,
            update_time=0,
        ).execute()
        models.Evse.update(active_session=car.session, hardware_status=EvseStatus.CHARGING).where(
            models.Evse.name == self.evse(charger)
        ).execute()

    def _end(self, charger: Charger) -> None:
        models.Session.update(stop_time=self._us, state=SessionState.FINISHED).where(
            (models.Session.evse == self.evse(charger)) & models.Session.stop_time.is_null()
        ).execute()
        models.Evse.update(active_session=None, hardware_status=EvseStatus.AVAILABLE).where(
            models.Evse.name == self.evse(charger)
        ).execute()

    @property
    def _us(self) -> int:
        return BEGIN + round(self.now * 1e6)

    # What the platform does.

    def _decide(self) -> None:
        with self.database.atomic():
            unit = Unit(self.database, self._us)
            leases.claim(unit, self.node)
            if self.now >= self._meter_back and self.now % 10 < self.decide_every:
                self.told_a = load = self.building_a(self.now)
                said.reading(unit, SITE, 1, (load, load, load))
            busy = {order.evse for _, order, _ in self._late}
            decided = decide(unit, self.node, SITE, self._measured, busy)
            unit.flush()
        for order in decided.orders if decided else ():
            self._send(order)

    def _send(self, order: Order) -> None:
        charger = self.chargers[int(order.charge_point.removeprefix("chargePoints/C"))]
        assert order.profile is not None
        fate = self.drawn.random()
        outcome: bool | None = True
        after = self.drawn.uniform(0.05, 1.5)
        if not charger.online or fate < self.luck.refuse:
            outcome, after = False, 0.05
            self.refused += 1
        elif fate < self.luck.refuse + 2 * self.luck.lose:
            outcome, after = None, 10.0
            self.lost += 1
        arrives = outcome or (outcome is None and fate < self.luck.refuse + self.luck.lose)
        session = order.profile.transaction_id
        fits = session is None or (charger.car is not None and charger.car.session == session)
        if arrives and fits:
            charger.receive(order.profile)
        elif outcome:
            outcome = False  # a transaction that is over
        self._late.append((self.now + after, order, outcome))

    def _answer_late(self) -> None:
        due = [each for each in self._late if each[0] <= self.now]
        self._late = [each for each in self._late if each[0] > self.now]
        with self.database.atomic():
            unit = Unit(self.database, self._us)
            for _, order, outcome in due:
                outcomes.note(unit, order, outcome)
            unit.flush()

    # What flows.

    def _flow(self, step: float) -> None:
        total = {(name, phase): 0.0 for name, _, _ in self._circuits() for phase in range(3)}
        for phase in range(3):
            total[SITE, phase] += self.building_a(self.now)
        for charger in self.chargers:
            current = charger.draws_a(self.now)
            if charger.car is None:
                continue
            before = charger.car.charged_wh
            charger.car.charge(current, step)
            self.delivered_wh += charger.car.charged_wh - before
            for phase in drawn_phases((0, 1, 2), charger.rotation, charger.car.phases):
                total[SITE, phase] += current
                total[HALL.format(charger.number % HALLS), phase] += current
            if charger.online and self.now % 10 < step:
                own = [current if phase < charger.car.phases else 0.0 for phase in range(3)]
                measured = Measurement(self._us, (own[0], own[1], own[2]))
                self._measured[self.evse(charger)] = measured
        self._watch(total)

    def _watch(self, total: dict[tuple[str, int], float]) -> None:
        limits = {name: limit for name, _, limit in self._circuits()}
        unseen = max(0.0, self.building_a(self.now) - self.told_a)
        for place, current in total.items():
            excess = current - limits[place[0]]
            self.worst_a = max(self.worst_a, excess)
            self.longest_unseen = max(self.longest_unseen, self._lasts((*place, True), excess))
            known = excess - unseen if place[0] == SITE else excess
            lasts = self._lasts((*place, False), known)
            if lasts > self.longest_excess:
                self.longest_excess = lasts
                self.longest_place = f"{place} until {self.now:g} s, by {known:.2f} A"

    def _lasts(self, what: tuple[str, int, bool], excess: float) -> float:
        """For how many seconds something has been exceeded."""
        if excess <= 0.05:
            self._exceeded_since.pop(what, None)
            return 0.0
        return self.now - self._exceeded_since.setdefault(what, self.now)

    # The same site with perfect information.

    def feeders_at(self, now: float) -> list[Feeder]:
        """The circuits with what is free on them."""
        load = self.building_a(now)
        return [
            Feeder(name, parent, (limit - (0 if parent else load),) * 3)
            for name, parent, limit in self._circuits()
        ]

    def taker_of(self, number: int, car: Car) -> Taker:
        """A car, with all that is to be known of it."""
        return Taker(
            car.session,
            HALL.format(number % HALLS),
            car.wants_a,
            LEAST_A,
            drawn_phases((0, 1, 2), self.chargers[number].rotation, car.phases),
            arrival=round(car.arrives),
        )


__all__ = ["REACTION", "Story"]
