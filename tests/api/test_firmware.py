"""Firmware images, and updates that are followed to their end."""

from collections.abc import Callable
from functools import partial

import pytest

from ampline.v1 import charge_point_maintenance_pb2 as maintenance
from ampline.v1 import event_pb2
from ampline.v1 import firmware_image_pb2 as image_pb
from ampline.v1 import firmware_update_pb2 as pb
from server.domain.commands import (
    CommandAnswer,
    PublishFirmware,
    UnpublishFirmware,
    UpdateFirmware,
    UpdateSignedFirmware,
)
from server.domain.facts import Booted, Transfer, TransferReported
from server.store.files import StoredFile
from server.store.models import FirmwareUpdate
from server.work.rules import Rules
from server.work.stations import firmware_images, firmware_updates, reports, transfers
from tests.api.client import Client, refused
from tests.api.conftest import Api
from tests.api.samples import CHARGE_POINTS, FIRMWARE_IMAGES

CP = "chargePoints/CP1"
URI = "https://firmware.example/2.bin"
Update = pb.FirmwareUpdate
FILE = StoredFile("key", 7, "ab" * 32, "cd" * 16)


class Firmware:
    """A charge point that is online, and an operator who updates it."""

    def __init__(self, api: Api, client: Client) -> None:
        self.api = api
        self.client = client

    async def image(self, **changes: object) -> str:
        """An image with its file."""
        image = await FIRMWARE_IMAGES.build(self.client)
        for field, value in changes.items():
            setattr(image, field, value)
        made = await FIRMWARE_IMAGES.create(self.client, image)
        await self.api.lane.write(
            lambda unit: firmware_images.came(unit, made.name, FILE, "v2.bin")
        )
        return str(made.name)

    async def update(self, **fields: object) -> str:
        """Tells the charger of a firmware; the update's name."""
        request = maintenance.UpdateFirmwareRequest(charge_point=CP, **fields)  # type: ignore[arg-type]
        return str((await self.client.maintenance.UpdateFirmware(request)).firmware_update)

    async def says(self, *words: str, number: int | None = None) -> None:
        """The charger's notifications."""
        for word in words:
            fact = TransferReported(Transfer.FIRMWARE, word, number)
            await self.api.lane.write(partial(transfers.reported, charge_point=CP, fact=fact))

    async def boots(self, version: str) -> None:
        """The charger boots."""
        fact = Booted("Ampline", "Simulated 2", firmware_version=version)
        await self.api.lane.write(lambda unit: reports.booted(unit, Rules(), CP, fact))

    async def all(self) -> dict[str, Update]:
        """Every update, by name."""
        page = await self.client.firmware_updates.ListFirmwareUpdates(
            pb.ListFirmwareUpdatesRequest(charge_point=CP)
        )
        return {each.name: each for each in page.firmware_updates}

    async def state(self, name: str) -> int:
        """How far an update is."""
        return (await self.all())[name].state


@pytest.fixture
async def firmware(api: Api, client: Client) -> Firmware:
    await CHARGE_POINTS.make(client, charge_point_id="CP1")
    api.stations.connect(CP, lambda _: CommandAnswer("Accepted", True))
    return Firmware(api, client)


async def test_a_file_is_brought_once(firmware: Firmware, client: Client) -> None:
    made = await FIRMWARE_IMAGES.make(client)
    assert made.state == image_pb.FirmwareImage.AWAITING_FILE
    upload = image_pb.UploadFirmwareImageRequest(name=made.name)
    issued = await client.firmware_images.UploadFirmwareImage(upload)
    assert issued.uri.startswith(Rules().files_url)
    download = image_pb.DownloadFirmwareImageRequest(name=made.name)
    assert (
        await refused(client.firmware_images.DownloadFirmwareImage(download))
    ).reason == "NO_FILE"
    await firmware.api.lane.write(
        lambda unit: firmware_images.came(unit, made.name, FILE, "v2.bin")
    )
    ready = await FIRMWARE_IMAGES.get(client, made.name)
    assert (ready.state, ready.size_bytes, ready.md5) == (image_pb.FirmwareImage.READY, 7, FILE.md5)
    assert ready.etag == made.etag
    error = await refused(client.firmware_images.UploadFirmwareImage(upload))
    assert error.reason == "FIRMWARE_IMAGE_READY"
    offered = await client.firmware_images.DownloadFirmwareImage(download)
    assert offered.uri.endswith("/v2.bin")


async def test_a_signature_needs_its_certificate(client: Client) -> None:
    image = await FIRMWARE_IMAGES.build(client)
    image.ClearField("signing_certificate")
    error = await refused(FIRMWARE_IMAGES.create(client, image))
    assert "firmware_image.signing_certificate" in error.fields


async def test_an_image_goes_out_with_its_signature(firmware: Firmware) -> None:
    name = await firmware.update(firmware_image=await firmware.image())
    ((_, sent),) = firmware.api.stations.sent
    assert isinstance(sent, UpdateSignedFirmware)
    assert (sent.signature, sent.uri.rpartition("/")[2]) == ("c2lnbmF0dXJl", "v2.bin")
    update = (await firmware.all())[name]
    assert (update.state, update.new_version) == (Update.REQUESTED, "2.1.0")
    assert update.transfer_number == sent.number
    await firmware.says("Downloading", number=sent.number)
    assert await firmware.state(name) == Update.DOWNLOADING
    await firmware.says("InvalidSignature", number=sent.number)
    update = (await firmware.all())[name]
    assert (update.state, update.charger_status) == (Update.FAILED, "InvalidSignature")
    assert update.HasField("end_time")


async def test_or_without_it(firmware: Firmware) -> None:
    await firmware.update(firmware_image=await firmware.image(), without_signature=True)
    ((_, sent),) = firmware.api.stations.sent
    assert isinstance(sent, UpdateFirmware)


async def test_an_update_is_followed_to_its_end(firmware: Firmware, client: Client) -> None:
    name = await firmware.update(uri=URI)
    for word, state in (
        ("DownloadScheduled", Update.DOWNLOADING),
        ("Downloading", Update.DOWNLOADING),
        ("Idle", Update.DOWNLOADING),
        ("Downloaded", Update.DOWNLOADED),
        ("Installing", Update.INSTALLING),
        ("Installed", Update.INSTALLED),
        ("Downloading", Update.INSTALLED),
    ):
        await firmware.says(word)
        assert await firmware.state(name) == state, word
    events = await client.events.ListEvents(
        event_pb2.ListEventsRequest(types=["charge_point.firmware_status"])
    )
    told = [each.charge_point_transfer_status for each in events.events]
    assert [(each.status, each.firmware_update.name) for each in told[:2]] == [
        ("DownloadScheduled", name),
        ("Downloading", name),
    ]


async def test_a_charger_tries_again_by_itself(firmware: Firmware) -> None:
    name = await firmware.update(uri=URI)
    await firmware.says("Downloading", "DownloadFailed")
    assert await firmware.state(name) == Update.FAILED
    await firmware.says("Downloading")
    update = (await firmware.all())[name]
    assert (update.state, update.HasField("end_time")) == (Update.DOWNLOADING, False)


async def test_a_boot_with_the_new_firmware_ends_it(firmware: Firmware) -> None:
    name = await firmware.update(firmware_image=await firmware.image())
    await firmware.boots("2.0.9")
    assert await firmware.state(name) == Update.REQUESTED
    await firmware.boots("2.1.0")
    assert await firmware.state(name) == Update.INSTALLED


async def test_a_later_update_takes_the_place_of_one_that_is_under_way(
    firmware: Firmware,
) -> None:
    first = await firmware.update(uri=URI)
    second = await firmware.update(uri=URI)
    assert [await firmware.state(name) for name in (first, second)] == [
        Update.CANCELED,
        Update.REQUESTED,
    ]


async def test_who_is_silent_for_a_day_has_failed(firmware: Firmware) -> None:
    name = await firmware.update(uri=URI)
    await firmware.api.lane.write(lambda unit: firmware_updates.give_up(unit, unit.now + 1, 10))
    update = (await firmware.all())[name]
    assert (update.state, update.failure) == (Update.FAILED, "SILENT")
    await firmware.says("Installed")
    update = (await firmware.all())[name]
    assert (update.state, update.failure) == (Update.INSTALLED, "")


@pytest.mark.parametrize(
    ("answer", "reason"), [(CommandAnswer("Rejected", False), "CHARGER_REJECTED")]
)
async def test_what_the_charger_refuses_is_no_update(
    firmware: Firmware, answer: CommandAnswer, reason: str
) -> None:
    firmware.api.stations.connect(CP, lambda _: answer)
    assert (await refused(firmware.update(uri=URI))).reason == reason
    assert await firmware.all() == {}


async def test_an_image_for_other_chargers(firmware: Firmware) -> None:
    await firmware.boots("1.0.0")
    image = await firmware.image(vendor="Another")
    error = await refused(firmware.update(firmware_image=image))
    assert (error.reason, error.metadata["vendor"]) == ("FIRMWARE_MISMATCH", "Ampline")


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        (lambda image: {}, "firmware_image"),
        (lambda image: {"uri": URI, "firmware_image": image}, "firmware_image"),
        (lambda image: {"firmware_image": "firmwareImages/none"}, "firmware_image"),
        (
            lambda image: {
                "firmware_image": image,
                "signature": {"signing_certificate": "PEM", "signature": "x"},
            },
            "signature",
        ),
    ],
)
async def test_what_does_not_go_together(
    firmware: Firmware, ask: Callable[[str], dict[str, object]], field: str
) -> None:
    error = await refused(firmware.update(**ask(await firmware.image())))
    assert field in error.fields
    assert firmware.api.stations.sent == []


async def test_a_local_controller_offers_firmware(firmware: Firmware, client: Client) -> None:
    image = await firmware.image(vendor="Another")
    request = maintenance.PublishFirmwareRequest(charge_point=CP, firmware_image=image)
    answer = await client.maintenance.PublishFirmware(request)
    ((_, sent),) = firmware.api.stations.sent
    assert isinstance(sent, PublishFirmware)
    assert (sent.md5, sent.number) == (FILE.md5, answer.transfer_number)
    await firmware.says("Downloaded", "ChecksumVerified", number=sent.number)
    await firmware.boots("2.1.0")
    assert await firmware.state(answer.firmware_update) == Update.DOWNLOADED
    uris = ("http://192.0.2.1/v2.bin",)
    fact = TransferReported(Transfer.FIRMWARE, "Published", sent.number, uris)
    report = partial(transfers.reported, charge_point=CP, fact=fact)
    await firmware.api.lane.write(report)
    update = (await firmware.all())[answer.firmware_update]
    assert (update.state, *update.published_uris) == (Update.PUBLISHED, *uris)
    firmware.api.stations.connect(CP, lambda _: CommandAnswer("Unpublished", True))
    unpublish = maintenance.UnpublishFirmwareRequest(charge_point=CP, firmware_image=image)
    assert (await client.maintenance.UnpublishFirmware(unpublish)).charger_status == "Unpublished"
    assert firmware.api.stations.sent[-1] == (CP, UnpublishFirmware(FILE.md5))
    assert await firmware.state(answer.firmware_update) == Update.CANCELED


async def test_what_failed_long_ago_is_not_spoken_of(firmware: Firmware) -> None:
    name = await firmware.update(uri=URI)
    await firmware.says("DownloadFailed")
    long_ago = FirmwareUpdate.update(update_time=1)
    await firmware.api.lane.write(lambda unit: unit.execute(long_ago))
    await firmware.says("Downloading")
    assert await firmware.state(name) == Update.FAILED
