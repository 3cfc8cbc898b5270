"""One firmware for many chargers: a few at a time, paused on failures, once each."""

import asyncio
from functools import partial

import pytest

from ampline.v1 import event_pb2
from ampline.v1 import firmware_campaign_pb2 as pb
from ampline.v1 import firmware_update_pb2 as update_pb
from server.domain.commands import Command, CommandAnswer, UpdateFirmware, UpdateSignedFirmware
from server.domain.errors import Outcome, RefusedError
from server.domain.facts import Booted, Transfer, TransferReported
from server.relay.errands import Errands
from server.relay.rounds import Rounds
from server.store.clock import now_us
from server.store.files import StoredFile
from server.store.models import ChargePoint, FirmwareUpdate
from server.work.rules import Rules
from server.work.stations import firmware_images, reports, transfers
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, FIRMWARE_CAMPAIGNS, FIRMWARE_IMAGES

Campaign, Update = pb.FirmwareCampaign, update_pb.FirmwareUpdate
FILE = StoredFile("key", 7, "ab" * 32, "cd" * 16)
MINUTE = 60_000_000


class Fleet:
    """Six chargers that are online, an image for them, and the clock."""

    def __init__(self, api: Api, client: Client, image: str, chargers: list[str]) -> None:
        self.api = api
        self.client = client
        self.image = image
        self.chargers = chargers
        self.now = now_us()
        self.campaign = ""

    async def begin(self, **fields: object) -> pb.FirmwareCampaign:
        """A campaign that runs."""
        campaign = Campaign(firmware_image=self.image, **fields)  # type: ignore[arg-type]
        if not campaign.HasField("selection"):
            campaign.charge_points.extend(self.chargers)
        made = await FIRMWARE_CAMPAIGNS.create(self.client, campaign)
        self.campaign = made.name
        request = pb.StartFirmwareCampaignRequest(name=made.name)
        started: pb.FirmwareCampaign = await self.client.firmware_campaigns.StartFirmwareCampaign(
            request
        )
        return started

    async def act(self, verb: str, **fields: object) -> pb.FirmwareCampaign:
        """Pause, Resume or Cancel."""
        request = getattr(pb, f"{verb}FirmwareCampaignRequest")(name=self.campaign, **fields)
        method = getattr(self.client.firmware_campaigns, f"{verb}FirmwareCampaign")
        answer: pb.FirmwareCampaign = await method(request)
        return answer

    async def tick(self, minutes: int = 1) -> list[str]:
        """Lets the clock go on; whom it told."""
        before = len(self.api.stations.sent)
        self.now += minutes * MINUTE
        errands = self.errands()
        await errands.tick()
        await errands.finished()
        return [charge_point for charge_point, _ in self.api.stations.sent[before:]]

    def errands(self) -> Errands:
        """The clock of a node."""
        api = self.api
        rounds = Rounds(api.lane, api.reads, api.stations, Rules(), keeps_lists=False)
        return Errands(api.lane, rounds.all(), lambda: self.now)

    async def says(self, charge_point: str, *words: str) -> None:
        """A charger's notifications."""
        for word in words:
            fact = TransferReported(Transfer.FIRMWARE, word)
            report = partial(transfers.reported, charge_point=charge_point, fact=fact)
            await self.api.lane.write(report)

    async def state(self) -> pb.FirmwareCampaign:
        """The campaign."""
        found: pb.FirmwareCampaign = await FIRMWARE_CAMPAIGNS.get(self.client, self.campaign)
        return found

    async def updates(self) -> dict[str, update_pb.FirmwareUpdate]:
        """How each charger fares."""
        request = update_pb.ListFirmwareUpdatesRequest(firmware_campaign=self.campaign)
        page = await self.client.firmware_updates.ListFirmwareUpdates(request)
        return {each.charge_point: each for each in page.firmware_updates}


@pytest.fixture
async def fleet(api: Api, client: Client) -> Fleet:
    image = await FIRMWARE_IMAGES.make(client)
    await api.lane.write(lambda unit: firmware_images.came(unit, image.name, FILE, "v2.bin"))
    names = []
    for number in range(6):
        made = await CHARGE_POINTS.make(client, charge_point_id=f"CP{number}")
        names.append(str(made.name))
        api.stations.connect(made.name)
        await boot(api, made.name, "1.0.0")
    online = ChargePoint.update(connected_since=1)
    await api.lane.write(lambda unit: unit.execute(online))
    return Fleet(api, client, image.name, names)


async def boot(api: Api, name: str, version: str) -> None:
    fact = Booted("Ampline", "Simulated 2", firmware_version=version)
    await api.lane.write(lambda unit: reports.booted(unit, Rules(), name, fact))


async def test_a_few_at_a_time_to_the_end(fleet: Fleet) -> None:
    started = await fleet.begin(max_concurrent=2)
    assert (started.state, started.counts.queued) == (Campaign.RUNNING, 6)
    assert await fleet.tick() == fleet.chargers[:2]
    ((_, sent), _) = fleet.api.stations.sent
    assert isinstance(sent, UpdateSignedFirmware)
    assert sent.uri.endswith("/v2.bin")
    assert await fleet.tick() == [], "two are under way"
    await fleet.says(fleet.chargers[0], "Downloading", "Installed")
    assert await fleet.tick() == [fleet.chargers[2]]
    await boot(fleet.api, fleet.chargers[1], "2.1.0")
    for _ in range(5):
        for charger in await fleet.tick():
            await fleet.says(charger, "Installed")
        await fleet.says(fleet.chargers[2], "Installed")
    done = await fleet.state()
    assert (done.state, done.counts.installed) == (Campaign.COMPLETED, 6)
    assert done.HasField("end_time")
    assert len(fleet.api.stations.sent) == 6, "each was told once"
    events = await fleet.client.events.ListEvents(
        event_pb2.ListEventsRequest(types=["firmware_campaign.state_changed"])
    )
    told = [each.firmware_campaign_changed.firmware_campaign.state for each in events.events]
    assert told == [Campaign.RUNNING, Campaign.COMPLETED]


async def test_too_many_failures_pause_it(fleet: Fleet) -> None:
    await fleet.begin(max_concurrent=3, max_failures=1)
    first, second, third = await fleet.tick()
    await fleet.says(first, "DownloadFailed")
    assert (await fleet.state()).state == Campaign.RUNNING
    await fleet.says(second, "InstallationFailed")
    paused = await fleet.state()
    assert (paused.state, paused.pause_reason) == (Campaign.PAUSED, Campaign.TOO_MANY_FAILURES)
    assert await fleet.tick() == []
    await fleet.says(third, "Installed")
    resumed = await fleet.act("Resume")
    assert (resumed.state, resumed.counts.failed) == (Campaign.RUNNING, 2)
    assert await fleet.tick() == fleet.chargers[3:], "what failed before is forgiven"


async def test_whoever_failed_may_be_told_again(fleet: Fleet) -> None:
    await fleet.begin(max_failures=0)
    for charger in await fleet.tick():
        await fleet.says(charger, "DownloadFailed")
    assert (await fleet.state()).state == Campaign.COMPLETED, "nobody was left to be spared"
    fleet.api.stations.sent.clear()
    await fleet.begin(max_concurrent=1, max_failures=0)
    (charger,) = await fleet.tick()
    await fleet.says(charger, "DownloadFailed")
    assert (await fleet.act("Resume", again=True)).counts.queued == 6
    assert await fleet.tick() == [charger]


async def test_pause_and_cancel(fleet: Fleet) -> None:
    await fleet.begin(max_concurrent=1)
    (charger,) = await fleet.tick()
    assert (await fleet.act("Pause")).pause_reason == Campaign.ASKED_FOR
    await fleet.says(charger, "Installed")
    assert await fleet.tick() == []
    canceled = await fleet.act("Cancel")
    assert (canceled.state, canceled.counts.canceled) == (Campaign.CANCELED, 5)
    error = await refused(fleet.act("Resume"))
    assert (error.reason, error.metadata["state"]) == ("FIRMWARE_CAMPAIGN_STATE", "CANCELED")
    await FIRMWARE_CAMPAIGNS.delete(fleet.client, fleet.campaign)
    assert await fleet.updates() == {}


async def test_two_nodes_do_not_tell_anybody_twice(fleet: Fleet) -> None:
    await fleet.begin()
    fleet.api.stations.hold = asyncio.Event()
    nodes = [fleet.errands() for _ in range(4)]
    await asyncio.gather(*(node.tick() for node in nodes))
    fleet.api.stations.hold.set()
    await asyncio.gather(*(node.finished() for node in nodes))
    assert sorted(charger for charger, _ in fleet.api.stations.sent) == fleet.chargers


async def test_what_a_node_took_with_it_is_done_again(fleet: Fleet) -> None:
    await fleet.begin(max_concurrent=1)
    fleet.api.stations.hold = asyncio.Event()
    node = fleet.errands()
    await node.tick()
    await node.close()
    fleet.api.stations.hold = None
    assert await fleet.tick() == [], "it is claimed"
    expired = FirmwareUpdate.update(claim_time=1).where(FirmwareUpdate.claim_time.is_null(False))
    await fleet.api.lane.write(lambda unit: unit.execute(expired))
    assert await fleet.tick() == [fleet.chargers[0]]


async def test_a_charger_that_is_away_waits_for_its_turn(fleet: Fleet) -> None:
    gone = ChargePoint.update(connected_since=None).where(ChargePoint.name == fleet.chargers[0])
    await fleet.api.lane.write(lambda unit: unit.execute(gone))
    await fleet.begin(max_concurrent=2)
    assert await fleet.tick() == fleet.chargers[1:3]
    assert (await fleet.updates())[fleet.chargers[0]].state == Update.QUEUED


def offline(_: Command) -> CommandAnswer:
    raise RefusedError(Outcome.UNAVAILABLE, "CHARGER_OFFLINE", "it left just now")


async def test_a_charger_that_refuses_has_its_attempts(fleet: Fleet) -> None:
    stubborn, fickle = fleet.chargers[:2]
    fleet.api.stations.connect(stubborn, lambda _: CommandAnswer("Rejected", False))
    fleet.api.stations.connect(fickle, offline)
    await fleet.begin(max_attempts=1)
    await fleet.tick()
    updates = await fleet.updates()
    assert (updates[stubborn].state, updates[stubborn].failure) == (
        Update.FAILED,
        "CHARGER_REJECTED",
    )
    assert (updates[fickle].state, updates[fickle].attempts) == (Update.QUEUED, 0)


async def test_a_selection_and_whom_an_image_is_not_for(fleet: Fleet) -> None:
    await boot(fleet.api, fleet.chargers[0], "2.1.0")  # has it
    other = Booted("Another", "Simulated 2", firmware_version="1.0.0")
    name = fleet.chargers[1]
    await fleet.api.lane.write(lambda unit: reports.booted(unit, Rules(), name, other))
    selection = Campaign.Selection(model="Simulated 2", firmware_version="1.0.0")
    await fleet.begin(selection=selection, without_signature=True)
    assert (await fleet.updates()).keys() == {*fleet.chargers[2:]}
    await fleet.tick()
    assert all(isinstance(sent, UpdateFirmware) for _, sent in fleet.api.stations.sent)


async def test_a_campaign_starts_at_its_time(fleet: Fleet) -> None:
    campaign = Campaign(firmware_image=fleet.image, charge_points=fleet.chargers)
    campaign.start_time.FromMicroseconds(now_us() - 1)
    fleet.campaign = (await FIRMWARE_CAMPAIGNS.create(fleet.client, campaign)).name
    assert await fleet.tick() == fleet.chargers
    assert (await fleet.state()).HasField("begin_time")


async def test_what_cannot_begin_or_change(fleet: Fleet) -> None:
    error = await refused(fleet.begin(selection=Campaign.Selection(vendor="Nobody")))
    assert error.reason == "FIRMWARE_CAMPAIGN_EMPTY"
    started = await fleet.begin()
    started.firmware_image = (await FIRMWARE_IMAGES.make(fleet.client)).name
    error = await refused(FIRMWARE_CAMPAIGNS.update(fleet.client, started, "firmware_image"))
    assert "firmware_campaign.firmware_image" in error.fields
    started.max_concurrent = 3
    assert (await FIRMWARE_CAMPAIGNS.update(fleet.client, started, "max_concurrent")).counts.queued
    error = await refused(FIRMWARE_CAMPAIGNS.delete(fleet.client, started.name))
    assert error.reason == "FIRMWARE_CAMPAIGN_STATE"
    error = await refused(FIRMWARE_IMAGES.delete(fleet.client, fleet.image))
    assert error.reason == "RESOURCE_IN_USE"
