"""Firmware updates: how far one came, by the charger's word; and whom a firmware is for."""

from collections.abc import Collection
from enum import IntEnum


class UpdateState(IntEnum):
    """ampline.v1.FirmwareUpdate.State."""

    QUEUED = 1
    REQUESTED = 2
    DOWNLOADING = 3
    DOWNLOADED = 4
    INSTALLING = 5
    INSTALLED = 6
    FAILED = 7
    CANCELED = 8
    PUBLISHED = 9


UNDER_WAY = (
    UpdateState.REQUESTED,
    UpdateState.DOWNLOADING,
    UpdateState.DOWNLOADED,
    UpdateState.INSTALLING,
)
"""The charger was told, and more is expected of it."""
OVER = (
    UpdateState.INSTALLED,
    UpdateState.FAILED,
    UpdateState.CANCELED,
    UpdateState.PUBLISHED,
)

_BY_WORD = {
    "DownloadScheduled": UpdateState.DOWNLOADING,
    "DownloadPaused": UpdateState.DOWNLOADING,
    "Downloading": UpdateState.DOWNLOADING,
    "Downloaded": UpdateState.DOWNLOADED,
    "SignatureVerified": UpdateState.DOWNLOADED,
    "ChecksumVerified": UpdateState.DOWNLOADED,  # of PublishFirmwareStatusNotification
    "Published": UpdateState.PUBLISHED,
    "InvalidChecksum": UpdateState.FAILED,
    "PublishFailed": UpdateState.FAILED,
    "InstallScheduled": UpdateState.INSTALLING,
    "Installing": UpdateState.INSTALLING,
    "InstallRebooting": UpdateState.INSTALLING,
    "Installed": UpdateState.INSTALLED,
    "DownloadFailed": UpdateState.FAILED,
    "InvalidSignature": UpdateState.FAILED,
    "InstallVerificationFailed": UpdateState.FAILED,
    "InstallationFailed": UpdateState.FAILED,
}


def after(state: UpdateState, word: str) -> UpdateState:
    """The state after the charger's word.

    The charger knows best: one that we gave up for its silence, or that failed and was tried
    again, goes on. What is installed or published, and what was called off, stays so.
    """
    if state in OVER and state is not UpdateState.FAILED:
        return state
    return _BY_WORD.get(word, state)


def is_proven_by_boot(state: UpdateState, booted: str, old: str | None, new: str | None) -> bool:
    """Whether a boot with that version ends the update well: many chargers never say Installed.

    Where nobody knows which version it is to be, any other than before will do, once the charger
    had the file.
    """
    if state not in UNDER_WAY or not booted:
        return False
    if new:
        return booted == new
    return state >= UpdateState.DOWNLOADED and booted != old


def is_for(
    vendor: str | None, models: Collection[str], charger_vendor: str | None, model: str | None
) -> bool:
    """Whether a firmware is for such a charger, as far as is known of both; whatever the case."""
    fits = not vendor or not charger_vendor or vendor.casefold() == charger_vendor.casefold()
    known = {each.casefold() for each in models}
    return fits and (not known or not model or model.casefold() in known)
