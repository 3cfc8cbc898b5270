"""Somebody asks one node while the clock of another is at it: whoever is second sees the first."""

import pytest
from peewee import Database

from server.domain.errors import RefusedError
from server.domain.firmware import UpdateState
from server.domain.firmware_campaigns import CampaignState
from server.store.database import is_postgresql
from server.store.models import ChargePoint, FirmwareCampaign, FirmwareImage, FirmwareUpdate
from server.store.unit import Unit
from server.work.rules import Rules
from server.work.stations import firmware_campaigns, firmware_images
from server.work.stations.firmware_campaigns import Turn
from tests.cluster.overlap import overlapping

NAME, TIMES = "firmwareCampaigns/1", {"create_time": 1, "update_time": 1}


@pytest.fixture
def campaign(database: Database) -> None:
    """One that runs, for one charger, which has not been told yet."""
    if not is_postgresql(database):
        pytest.skip("SQLite has one writer at a time")
    image = FirmwareImage.create(
        name="firmwareImages/1",
        firmware_version="2",
        state=firmware_images.READY,
        file="key",
        file_name="v2.bin",
        **TIMES,
    )
    FirmwareCampaign.create(
        name=NAME,
        display_name="All",
        firmware_image=image.name,
        state=CampaignState.RUNNING,
        max_concurrent=1,
        **TIMES,
    )
    charge_point = ChargePoint.create(
        name="chargePoints/CP", location="locations/L", connected_since=1, **TIMES
    )
    FirmwareUpdate.create(
        name="firmwareUpdates/1",
        charge_point=charge_point.name,
        firmware_image=image.name,
        firmware_campaign=NAME,
        state=UpdateState.QUEUED,
        **TIMES,
    )


def turns(unit: Unit) -> list[Turn]:
    return firmware_campaigns.turns(unit, Rules())


@pytest.mark.usefixtures("campaign")
async def test_whoever_is_called_off_is_not_told(database: Database, database_url: str) -> None:
    _, told = await overlapping(
        database, database_url, lambda unit: firmware_campaigns.cancel(unit, NAME), turns
    )
    assert told == []
    assert FirmwareUpdate.get().state == UpdateState.CANCELED


@pytest.mark.usefixtures("campaign")
async def test_a_campaign_that_is_paused_as_it_comes_to_its_end_is_completed_once(
    database: Database, database_url: str
) -> None:
    FirmwareUpdate.update(state=UpdateState.INSTALLED).execute()
    with pytest.raises(RefusedError, match="COMPLETED"):
        await overlapping(
            database, database_url, turns, lambda unit: firmware_campaigns.pause(unit, NAME)
        )
    assert FirmwareCampaign.get().state == CampaignState.COMPLETED


@pytest.mark.usefixtures("campaign")
async def test_a_campaign_that_is_called_off_as_it_comes_to_its_end_stays_that(
    database: Database, database_url: str
) -> None:
    FirmwareUpdate.update(state=UpdateState.INSTALLED).execute()
    await overlapping(
        database, database_url, lambda unit: firmware_campaigns.cancel(unit, NAME), turns
    )
    assert FirmwareCampaign.get().state == CampaignState.CANCELED
