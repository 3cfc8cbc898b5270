"""Uploads that chargers are asked for: how far one came, by the charger's word."""

from enum import IntEnum


class UploadState(IntEnum):
    """ampline.v1.ChargePointLog.State."""

    REQUESTED = 1
    UPLOADING = 2
    UPLOADED = 3
    FAILED = 4
    CANCELED = 5
    EXPIRED = 6
    EMPTY = 7


OPEN = (UploadState.REQUESTED, UploadState.UPLOADING)
"""Something more is expected of these."""

_BY_WORD = {
    "Uploading": UploadState.UPLOADING,
    "Uploaded": UploadState.UPLOADED,
    "UploadFailed": UploadState.FAILED,  # of DiagnosticsStatusNotification
    "UploadFailure": UploadState.FAILED,  # of LogStatusNotification
    "BadMessage": UploadState.FAILED,
    "NotSupportedOperation": UploadState.FAILED,
    "PermissionDenied": UploadState.FAILED,
    "AcceptedCanceled": UploadState.CANCELED,
}


def after(state: UploadState, word: str, *, brought_here: bool, is_here: bool) -> UploadState:
    """The state after the charger's word; `brought_here`: we are where the file was to go.

    A file that is here stays uploaded, whatever is said of it later. One that the charger says it
    brought here, and that is not here, did not come: its word follows our answer.
    """
    new = _BY_WORD.get(word)
    if is_here or new is None:
        return state
    if new is UploadState.UPLOADED and brought_here:
        return UploadState.FAILED
    return new
