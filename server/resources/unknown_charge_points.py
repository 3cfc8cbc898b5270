"""Unknown charge points: the identity is the id, or is encoded in one that no charge point has."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from ampline.v1.unknown_charge_point_pb2 import UnknownChargePoint
from server.resources.mapping import Computed, Mapping, etag_of
from server.store import models

_COLLECTION = "unknownChargePoints/"
_ENCODED = "~"
"""Begins an id that was made of an identity; no charge point's id has it."""

_CHARGE_POINT_ID = re.compile(r"[A-Za-z0-9*_=+|@.-]{1,48}")


def is_charge_point_id(identity: str) -> bool:
    """Whether a charge point can have it as its id."""
    return _CHARGE_POINT_ID.fullmatch(identity) is not None


def unknown_name(identity: str) -> str:
    """The resource name of whoever knocked with this identity."""
    if is_charge_point_id(identity):
        return f"{_COLLECTION}{identity}"
    return f"{_COLLECTION}{_ENCODED}{urlsafe_b64encode(identity.encode()).decode().rstrip('=')}"


def identity_in(name: str) -> str | None:
    """The identity that a resource name is of; None if it is no such name."""
    identity = name.removeprefix(_COLLECTION)
    if identity.startswith(_ENCODED):
        identity = _decoded(identity.removeprefix(_ENCODED))
    return identity if identity and unknown_name(identity) == name else None


def _decoded(text: str) -> str:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return ""


MAPPING = Mapping(
    UnknownChargePoint,
    models.UnknownChargePoint,
    computed={
        "name": Computed(("identity",), unknown_name),
        "etag": Computed(("attempts",), etag_of),
    },
)
