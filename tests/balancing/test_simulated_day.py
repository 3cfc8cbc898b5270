"""An hour, or a day, at a tight site where everything goes wrong now and then."""

import pytest
from peewee import Database

from tests.balancing import policies
from tests.balancing.story import REACTION, Story
from tests.balancing.world import Day, Luck

HOUR = 3600.0


def _tell(story: Story, step: float) -> float:
    """Runs the story, prints what each policy delivers, and returns our part of the optimum."""
    story.run()
    delivered = {
        name: policies.delivered_wh(story.day, policy, story.feeders_at, story.taker_of, step)
        for name, policy in {
            "perfect information": policies.optimum,
            "even split": policies.even,
            "first come, first served": policies.first_come,
        }.items()
    }
    best = delivered["perfect information"]
    print(
        f"\n{story.day.chargers} chargers, {story.day.seconds / HOUR:g} h:"
        f" {story.node_deaths} nodes killed, {story.meter_silences} silences of the meter,"
        f" {story.refused} refusals, {story.lost} messages lost; worst excess"
        f" {story.worst_a:.1f} A, {story.longest_excess:g} s in a row at the longest"
        f" ({story.longest_place}; {story.longest_unseen:g} s with what the meter had not told yet)"
    )
    for name, energy in {"Ampline": story.delivered_wh, **delivered}.items():
        print(f"{name:26} {energy / 1000:9.1f} kWh  {energy / best:6.1%}")
    return story.delivered_wh / best


@pytest.mark.timeout(300)
def test_an_hour_at_a_tight_site(database: Database) -> None:
    with database.connection_context():
        day = Day(chargers=40, seconds=HOUR, seed=1)
        story = Story(database, day, site_a=200.0, hall_a=60.0, luck=Luck(node_death=1 / 1200))
        part = _tell(story, step=10.0)
    assert story.longest_excess <= REACTION
    assert part >= 0.95


@pytest.mark.soak
def test_a_day_at_a_tight_site(database: Database) -> None:
    with database.connection_context():
        day = Day(chargers=200, seconds=24 * HOUR, seed=2)
        story = Story(database, day, site_a=900.0, hall_a=260.0, luck=Luck())
        part = _tell(story, step=60.0)
    assert story.longest_excess <= REACTION
    assert part >= 0.95
