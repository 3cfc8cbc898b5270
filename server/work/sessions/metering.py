"""What is measured in a session: stored, told of, and summed up in the session's row.

This is the hottest path of the platform; it works with compiled statements alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import NamedTuple

from ampline.v1.event_pb2 import SessionMeterValues
from server.domain import metering
from server.domain.facts import Measured, SampleSet
from server.domain.metering import Reading, Register
from server.domain.plausible import believable
from server.resources import events, sampled_values, wire
from server.store.clock import to_us
from server.store.models import Evse, Session
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.sessions import clocks, meter_log, metered_rows, register_log, session_rows
from server.work.sessions.clocks import Clock
from server.work.sessions.evses import evse_name
from server.work.sessions.meter_log import Place, Sample
from server.work.sessions.metered_rows import Metered
from server.work.sessions.session_rows import SessionState, SessionWarning

_FIGURES = (
    "meter_wh",
    "meter_time",
    "samples_digest",
    "segment_start_wh",
    "segment_sum_wh",
    "energy_wh",
    "power_w",
    "peak_power_w",
    "first_soc_percent",
    "soc_percent",
)


class Step(NamedTuple):
    """What a step of an OCPP 2.x transaction tells besides. It is written along with the figures:
    to write the session's row once more would cost a tenth of the message."""

    step_numbers: str
    charging_state: int | None


def _update(*columns: str) -> Statement:
    values = {column: param(column) for column in columns}
    return Statement(Session.update(**values).where(Session.name == param("name")))


_ADVANCE = _update(*_FIGURES)
_ADVANCE_BY_STEP = _update(*_FIGURES, *Step._fields)
_STEP = _update(*Step._fields)
_METER_VALUES = wire.body(SessionMeterValues.DESCRIPTOR.fields_by_name["meter_values"].number)
_MOST_METERED = 8192
_MOST_POWER = Statement(Evse.select(Evse.max_power_w).where(Evse.name == param("name")))


@dataclass(slots=True)
class Progress:
    """A session's running figures, as samples move them on."""

    register: Register | None
    meter_time: int | None
    samples_digest: int
    power_w: int | None
    peak_power_w: int | None
    first_soc_percent: int | None
    soc_percent: int | None
    warnings: list[SessionWarning]
    running: bool
    """Whether a charger may still tell of the session."""

    @property
    def energy_wh(self) -> int:
        """Energy so far."""
        return self.register.energy_wh if self.register else 0


class Moved(NamedTuple):
    """A session as it was, and its figures since."""

    session: Metered
    progress: Progress


def measure(unit: Unit, charge_point: str, fact: Measured) -> Moved | None:
    """Stores sampled values with their event, and moves the session's figures on; returns both.

    Values that name no transaction, or one that we do not know, go to the session that runs on
    their EVSE, marked; without one they are kept by themselves. A repeat changes nothing. Those of
    the main meter stand with the session that runs alone, but no figure of it goes by them.
    """
    session, attributed = _session_of(unit, charge_point, fact)
    if session is None:
        _keep_apart(unit, charge_point, fact)
        return None
    marks = [SessionWarning.METER_VALUES_ATTRIBUTED] if attributed else []
    of_main_meter = not fact.evse and fact.transaction_id is None
    samples = tuple(map(_at_the_inlet, fact.samples)) if of_main_meter else fact.samples
    return Moved(session, record(unit, session, samples, marks))


def _at_the_inlet(told: SampleSet) -> SampleSet:
    """What the main meter of the charge point measured: where the grid comes in, not at the car,
    so that its register is not taken for the session's."""
    values = (each if each.location else each._replace(location="Inlet") for each in told.values)
    return told._replace(values=tuple(values))


def _session_of(unit: Unit, charge_point: str, fact: Measured) -> tuple[Metered | None, bool]:
    if fact.transaction_id is not None:
        found = metered_rows.by_transaction(unit, charge_point, fact.transaction_id)
        if found:
            return found, False
    if fact.evse:
        running = session_rows.active_on(unit, evse_name(charge_point, fact.evse))
    else:
        running = session_rows.at_charge_point(unit, charge_point, SessionState.ACTIVE)
    fitting = [each for each in running if not _came_before(each, fact, unit.now)]
    return (fitting[0] if len(fitting) == 1 else None), fact.transaction_id is not None


def _came_before(session: Metered, fact: Measured, now: int) -> bool:
    """Whether all was measured before the session began, as far as the times can be believed."""
    times = [sample.time and to_us(sample.time) for sample in fact.samples]
    return bool(times) and all(
        time and time < session.start_time and believable(time, now) for time in times
    )


def record(
    unit: Unit,
    session: Metered,
    samples: tuple[SampleSet, ...],
    marks: list[SessionWarning],
    clock: Clock | None = None,
    step: Step | None = None,
) -> Progress:
    """Stores the samples of a session, and moves its figures on; returns them. `clock` is given
    where more than the samples told of it, `step` where they came with one."""
    if clock is None:
        session, clock = clocks.told(unit, session, [sample.time for sample in samples])
    progress = progress_of(session, marks)
    told = list(_record_each(unit, session, samples, progress, clock))
    if told:
        _save(unit, session, progress, step)
        _tell(unit, session, told, progress)
    elif step:
        take(unit, session.name, step)
    return progress


def take(unit: Unit, session: str, step: Step) -> None:
    """Writes down that a session's step was heard."""
    unit.run(_STEP, name=session, **step._asdict())


def progress_of(session: Metered, marks: list[SessionWarning] | None = None) -> Progress:
    """The figures of a session's row."""
    register = None
    if session.segment_start_wh is not None and session.meter_wh is not None:
        register = Register(session.segment_start_wh, session.meter_wh, session.segment_sum_wh)
    return Progress(
        register,
        session.meter_time,
        session.samples_digest,
        session.power_w,
        session.peak_power_w,
        session.first_soc_percent,
        session.soc_percent,
        marks or [],
        session.running,
    )


def _record_each(
    unit: Unit,
    session: Metered,
    samples: tuple[SampleSet, ...],
    progress: Progress,
    clock: Clock,
) -> Iterator[Sample]:
    place = Place(session.charge_point, session.evse, session.name)
    for told in samples:
        time, replaced = clock.placed(told.time, unit.now)
        if replaced:
            time = max(session.start_time, time)
            progress.warnings.append(SessionWarning.TIME_REPLACED)
        sample = meter_log.sample(told, time, replaced=replaced)
        late = progress.meter_time is not None and time <= progress.meter_time
        repeated = late or replaced or not progress.running
        if repeated and meter_log.is_known(unit, place, sample):
            continue
        not_billed = not _move_on(unit, session, progress, sample.reading, time)
        meter_log.add(unit, place, sample, not_billed=not_billed)
        progress.samples_digest = meter_log.digest_with(
            progress.samples_digest, sample.time, sample.fingerprint
        )
        yield sample


def _move_on(unit: Unit, session: Metered, progress: Progress, reading: Reading, time: int) -> bool:
    """Moves the figures on by one reading; False if the bill is to leave its register out."""
    counts = progress.running or session_rows.awaits_stop(session.warnings)
    if not counts or (progress.meter_time is not None and time < progress.meter_time):
        return counts  # told late: its register counts where it stands in time
    billed = advance(unit, session, progress, reading.register_wh, time)
    progress.meter_time = time
    if not progress.running:
        return billed
    if reading.power_w is not None:
        progress.power_w = round(reading.power_w)
        progress.peak_power_w = max(progress.peak_power_w or 0, progress.power_w)
    if reading.soc_percent is not None:
        progress.soc_percent = round(reading.soc_percent)
        if progress.first_soc_percent is None:
            progress.first_soc_percent = progress.soc_percent
    return billed


def advance(
    unit: Unit, session: Metered, progress: Progress, register_wh: float | None, time: int
) -> bool:
    """Moves the energy register on; False if it went backwards or jumped: a new run begins."""
    if register_wh is None:
        return True
    whole = round(register_wh)
    register = progress.register
    if register is None:
        progress.register = Register(whole, whole)
        return True
    if back := _back_in_run(unit, session, progress, whole, time):
        progress.register = back
        return True
    if whole < register.last_wh:
        progress.register = register.restart(whole)
        progress.warnings.append(SessionWarning.METER_WENT_BACKWARDS)
        return False
    if whole - register.last_wh > metering.JUMP_SLACK_WH and _jumped(
        unit, session, progress, whole, time
    ):
        progress.register = register.restart(whole)
        progress.warnings.append(SessionWarning.METER_JUMPED)
        return False
    progress.register = register.advance(whole)
    return True


def _back_in_run(
    unit: Unit, session: Metered, progress: Progress, whole: int, time: int
) -> Register | None:
    """The register, if the value before was only wrong. What others followed of it, they follow
    anew: the digest is another."""
    register = progress.register
    if register is None or not register.is_new_run or whole == register.last_wh:
        return None
    warned = session_rows.warnings_of(session.warnings) if session.warnings else []
    if _DOUBTS.isdisjoint((*warned, *progress.warnings)):
        return None
    power = _most_power(unit, session)
    back = register_log.back_in_run(unit, session, register, (time, whole), power)
    if back:
        progress.samples_digest = meter_log.digest_with(progress.samples_digest, time, whole)
    return back


_DOUBTS = {SessionWarning.METER_WENT_BACKWARDS, SessionWarning.METER_JUMPED}


def _jumped(unit: Unit, session: Metered, progress: Progress, whole: int, time: int) -> bool:
    """Whether the register advanced by more than its EVSE delivers since it was last told; values
    of other measurands may have come in between, so then its own are looked up."""
    register = progress.register
    if register is None:
        return False
    power = _most_power(unit, session)
    heard = progress.meter_time or session.start_time
    if not register.jumped(whole, (time - heard) / 1_000_000, power):
        return False
    told = register_log.last_told(unit, session, register.last_wh)
    return register.jumped(whole, (time - told) / 1_000_000, power)


def _most_power(unit: Unit, session: Metered) -> int | None:
    row = unit.one(_MOST_POWER, name=session.evse) if session.evse else None
    return row[0] if row else None


def _save(unit: Unit, session: Metered, progress: Progress, step: Step | None) -> None:
    register = progress.register
    values = {
        "name": session.name,
        "meter_wh": register.last_wh if register else None,
        "meter_time": progress.meter_time,
        "samples_digest": progress.samples_digest,
        "segment_start_wh": register.start_wh if register else None,
        "segment_sum_wh": register.summed_wh if register else 0,
        "energy_wh": progress.energy_wh if progress.running else session.energy_wh,
        "power_w": progress.power_w,
        "peak_power_w": progress.peak_power_w,
        "first_soc_percent": progress.first_soc_percent,
        "soc_percent": progress.soc_percent,
    }
    if step:
        numbers, state = step
        unit.run(_ADVANCE_BY_STEP, **values, step_numbers=numbers, charging_state=state)
    else:
        unit.run(_ADVANCE, **values)
    if session.meter_start_wh is None and register:
        session_rows.change(unit, session.name, meter_start_wh=register.start_wh)
    if progress.warnings:
        warned = session_rows.warned(session.warnings, *progress.warnings)
        if warned != session.warnings:
            session_rows.change(unit, session.name, warnings=warned)


def _tell(unit: Unit, session: Metered, told: list[Sample], progress: Progress) -> None:
    reading = told[0].reading if len(told) == 1 else _latest([each.reading for each in told])
    figures = SessionMeterValues(
        energy_wh=progress.energy_wh,
        soc_percent=reading.soc_percent,
        power_import_w=reading.power_w,
        power_offered_w=reading.power_offered_w,
        current_import_a=reading.current_a,
        current_offered_a=reading.current_offered_a,
        voltage_v=reading.voltage_v,
        temperature_celsius=reading.temperature_celsius,
    )
    measured = [_METER_VALUES(sampled_values.measured_at(each.time, each.body)) for each in told]
    whose = _whose(session.name, session.evse or "", session.user or "")
    body = b"".join([whose, figures.SerializeToString(), *measured])
    unit.tell(
        events.event(
            "session.meter_values",
            session.name,
            events.Written(SessionMeterValues, body),
            told[-1].time,
            charge_point=session.charge_point,
            location=session.location,
            partner=session.partner,
        )
    )


@lru_cache(_MOST_METERED)
def _whose(session: str, evse: str, user: str) -> bytes:
    """What of an event is the same through a session."""
    return SessionMeterValues(session=session, evse=evse, user=user).SerializeToString()


def _latest(readings: Sequence[Reading]) -> Reading:
    """Of each measurand what was told last."""
    latest = Reading()
    for reading in readings:
        for name, value in asdict(reading).items():
            if value is not None:
                setattr(latest, name, value)
    return latest


def _keep_apart(unit: Unit, charge_point: str, fact: Measured) -> None:
    """Keeps values that belong to no session: clock-aligned ones of an idle EVSE, say."""
    place = Place(charge_point, evse_name(charge_point, fact.evse) if fact.evse else None)
    clock = clocks.of_message((sample.time for sample in fact.samples), unit.now)
    for told in fact.samples:
        time, replaced = clock.placed(told.time, unit.now)
        sample = meter_log.sample(told, time, replaced=replaced)
        if told.time is None or not meter_log.is_known(unit, place, sample):
            meter_log.add(unit, place, sample, not_billed=True)
