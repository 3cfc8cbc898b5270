"""One action for many charge points: each has its own result, and one can stop."""

import asyncio
import threading
from pathlib import Path

import pytest
from playwright.async_api import expect

from portal.bulk_run import one_by_one
from tests.portal.network import Network, connected, new_id
from tests.portal.operator import Operator
from tests.portal.soundness import inaccessible, is_too_wide
from tests.whole_platform import WholePlatform

browsing = pytest.mark.asyncio(loop_scope="session")


def test_no_more_run_at_once_than_may() -> None:
    """All three places are taken before any is left: the barrier says so."""
    places, running, most = threading.Barrier(3), set[str](), [0]

    def do(name: str) -> str:
        running.add(name)
        most[0] = max(most[0], len(running))
        places.wait(10)
        running.discard(name)
        return name

    names = [str(number) for number in range(9)]
    assert sorted(one_by_one(names, do, at_once=3)) == names
    assert most[0] == 3


def test_whoever_stops_begins_no_more() -> None:
    begun: list[str] = []

    def do(name: str) -> str:
        begun.append(name)
        return name

    outcomes = one_by_one(map(str, range(100)), do, at_once=2)
    next(outcomes)
    outcomes.close()
    assert len(begun) < 10


@browsing
async def test_many_chargers_are_told_and_each_answers(
    operator: Operator, network: Network, platform: WholePlatform, screenshots: Path
) -> None:
    family = new_id("family")
    good = network.new_charger(display_name=f"{family} takes it")
    bad = network.new_charger(display_name=f"{family} <b>refuses</b>")
    away = network.new_charger(display_name=f"{family} is away")
    page = operator.page
    async with (
        connected(platform.charger_url, good) as first,
        connected(platform.charger_url, bad) as second,
    ):
        second.answer_with("TriggerMessage", {"status": "Rejected"})
        await operator.open(f"/charge-points?text={family}")
        await page.get_by_label("What to do").select_option("trigger")
        await page.get_by_label(f"Select {good.display_name}").check()
        await page.get_by_label(f"Select {bad.display_name}").check()
        for width in (390, 1440):
            await page.set_viewport_size({"width": width, "height": 900})
            assert await is_too_wide(page) == 0
            await page.screenshot(path=screenshots / f"bulk-list-{width}.png")
        await operator.press("For the selected")
        await expect(page.get_by_text("2 charge points", exact=True)).to_be_visible()
        assert await inaccessible(page) == []
        await page.locator("main [name=message]").select_option("HEARTBEAT")
        _, told = await asyncio.gather(
            operator.press("Ask: 2 charge points"), first.received("TriggerMessage")
        )
        assert told.payload["requestedMessage"] == "Heartbeat"
        results = operator.region("Results")
        await expect(results.get_by_role("listitem")).to_have_count(2)
        await expect(results).to_contain_text("Its own word: Accepted")
        await expect(results).to_contain_text("The charger said no: Rejected.")
        assert await inaccessible(page) == []

        await all_that_match_are_set(operator, family)
        await page.screenshot(path=screenshots / "bulk-results-1440.png")
        assert first.configuration["MeterValueSampleInterval"] == "20"
        await page.get_by_role("link", name="Once more for these").click()
        await expect(page.get_by_role("button", name="Set: 1 charge point")).to_be_visible()
        assert away.name.rpartition("/")[2] in await page.content()

        second.answer_with("ClearCache", None)  # it keeps silent
        await all_are_given_a_tariff_group(operator, family)
        await one_can_stop(operator, family)


async def all_that_match_are_set(operator: Operator, family: str) -> None:
    """Sets a setting of three chargers, of which one is away; a typo stands beside its field."""
    await operator.open(f"/charge-points?text={family}")
    await operator.page.get_by_label("What to do").select_option("configure")
    await operator.press("For all that match")
    await operator.fill(key="x" * 60, value="20")
    await operator.press("Set: 3 charge points")
    await expect(operator.fault_of("Key (needed)")).to_be_visible()
    await operator.fill(key="MeterValueSampleInterval")
    await operator.press("Set: 3 charge points")
    await expect(operator.page.get_by_role("status")).to_contain_text(
        "2 charge points did it. 1 did not."
    )
    await expect(operator.region("Results")).to_contain_text("The charger is not connected")


async def all_are_given_a_tariff_group(operator: Operator, family: str) -> None:
    """Takes it from them again, too: no group is chosen."""
    await operator.open(f"/charge-points?text={family}")
    await operator.page.get_by_label("What to do").select_option("tariff-group")
    await operator.press("For all that match")
    await operator.press("Assign: 3 charge points")
    await expect(operator.page.get_by_role("status")).to_contain_text("3 charge points did it.")
    await expect(operator.region("Results")).to_contain_text("1 EVSE has it now.")


async def one_can_stop(operator: Operator, family: str) -> None:
    """Has three chargers do something, of which one keeps silent."""
    await operator.open(f"/charge-points?text={family}")
    await operator.page.get_by_label("What to do").select_option("clear-cache")
    await operator.press("For all that match")
    press = asyncio.create_task(operator.press("Empty it: 3 charge points"))
    await expect(operator.region("Results").get_by_role("listitem")).to_have_count(2)
    await operator.press("Stop")
    await expect(operator.page.get_by_role("status")).to_contain_text("Stopped")
    press.cancel()
