"""The week of a tariff, and that of an electricity rate: what holds at which hour."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from google.type.money_pb2 import Money

from ampline.v1.tariff_pb2 import Tariff
from portal.forms import Form
from portal.price_curve import Stretch, by_day, drawn, pieces, week_around
from portal.tariff_fields import ELEMENTS, FIELDS
from portal.tariff_starts import start_of
from portal.tariff_week import Week, weeks


def told(week: Week, day: int) -> list[str]:
    """The cells of a day in short: `00:00–06:00 1`; with a question mark where none is sure."""
    return [
        f"{cell.span} {','.join(map(str, cell.prices)) or '-'}{'' if cell.is_sure else '?'}"
        for cell in week.days[day]
    ]


def test_a_price_of_the_night_goes_through_midnight() -> None:
    (week,) = weeks(start_of("day-and-night"))
    assert week.marks == (0, 360, 720, 1080, 1320, 1440)
    assert told(week, 1) == ["00:00–06:00 1", "06:00–22:00 2", "22:00–24:00 1"]
    assert sum(week.widths) == 100
    assert week.columns(1080, 1440) == 2


def test_weekdays_and_weekends_differ() -> None:
    (week,) = weeks(start_of("workdays"))
    assert {cell.prices for cell in week.days[5]} == {(1,)}
    assert {cell.prices for cell in week.days[6]} == {(2,)}


def test_what_depends_on_more_than_the_clock_is_told_with_what_comes_next() -> None:
    (week,) = weeks(start_of("tiers"))
    assert {cell.prices for cell in week.days[3]} == {(1, 2)}
    energy, idle = weeks(start_of("energy-and-time"))
    assert energy.days[1][0].is_sure
    assert told(idle, 1) == ["00:00–24:00 2?"]


def test_hours_without_a_price_are_told() -> None:
    tariff = Tariff()
    element = tariff.elements.add(dimension=Tariff.ENERGY)
    element.restrictions.start_time.hours = 8
    element.restrictions.end_time.hours = 9
    element.restrictions.end_time.minutes = 30
    (week,) = weeks(tariff)
    assert told(week, 7) == ["00:00–08:00 -?", "08:00–09:30 1", "09:30–24:00 -?"]
    assert weeks(Tariff()) == []


def test_a_price_may_follow_the_chargers_own_rate() -> None:
    tariff = Tariff(currency="EUR")
    tariff.elements.add(dimension=Tariff.ENERGY).electricity_rate.SetInParent()
    form = Form(FIELDS, [ELEMENTS]).filled_from(tariff)
    assert form.texts["elements[0].electricity_rate"] == "yes"
    written = Tariff(currency="EUR")
    form.into(written, currency="EUR")
    assert written.elements[0].HasField("electricity_rate")
    form.texts["elements[0].electricity_rate"] = ""
    form.into(written, currency="EUR")
    assert not written.elements[0].HasField("electricity_rate")


def test_a_week_is_cut_at_midnight_and_drawn() -> None:
    zone = "Europe/Amsterdam"
    now = datetime(2026, 3, 29, 12, 0, tzinfo=ZoneInfo(zone))  # the clocks are put forward
    start, end = week_around(now)
    assert (f"{start:%a %d %H:%M}", f"{end:%a %d %H:%M}") == ("Mon 23 00:00", "Mon 30 00:00")
    stretch = Stretch(price=Money(currency_code="EUR", nanos=-20_000_000))
    stretch.start_time.FromDatetime(start.astimezone(UTC))
    stretch.end_time.FromDatetime(end.astimezone(UTC))
    parts = pieces([stretch], zone)
    days = by_day(parts)
    assert len(days) == 7
    assert [piece.span for piece in days[now.date()]] == ["00:00–24:00"]
    curve = drawn(parts, start, end, now)
    assert curve.path.startswith("M0.0 190.0H142.")
    assert curve.zero == 10.0
