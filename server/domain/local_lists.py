"""Local authorization lists: what is on one, and in which calls a charger gets it.

A charger takes so many entries a call. A whole list is a full update and differential ones behind
it, each with the next version; a differential update names what is new, what has changed, and the
tokens that are to go.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from server.domain.authorization import TokenKind

MOST_A_CALL = 50
"""Entries that a charger is sent at once where it does not tell how many it takes."""


class EntryStatus(IntEnum):
    """Whether a token may charge."""

    ACCEPTED = 1
    BLOCKED = 2
    EXPIRED = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A token on a list; `status` None = it is to go from the list."""

    token: str
    kind: TokenKind = TokenKind.RFID
    status: EntryStatus | None = EntryStatus.ACCEPTED
    expire_time: datetime | None = None
    parent_group_id: str | None = None

    @property
    def digest(self) -> str:
        """Changes with whatever the charger is told of it."""
        told = repr((self.token, self.kind, self.status, self.expire_time, self.parent_group_id))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Part:
    """One call: the version that the list has after it, and whether it replaces the list."""

    version: int
    is_full: bool
    entries: tuple[Entry, ...]


Content = Mapping[str, str]
"""What a list has, or is to have: by the name of an ID tag, the digest of its entry."""


def content_of(wanted: Mapping[str, Entry]) -> dict[str, str]:
    """The content of a list with these entries, by the names of the ID tags."""
    return {name: entry.digest for name, entry in sorted(wanted.items())}


def digest_of(content: Content) -> str:
    """The same for the same content."""
    return hashlib.sha256(repr(sorted(content.items())).encode()).hexdigest()


def whole(wanted: Mapping[str, Entry], version: int, most: int) -> list[Part]:
    """The whole list, behind that version."""
    return _parts(list(wanted.values()), version, most, is_full=True) or [
        Part(version + 1, True, ())
    ]


def changes(
    wanted: Mapping[str, Entry],
    known: Content,
    tokens: Mapping[str, Entry],
    version: int,
    most: int,
) -> list[Part] | None:
    """What has changed since the content that is known; empty = nothing. `tokens` are the entries
    of tags that are not wanted any more. None if one is to go whose token nobody knows: then only
    the whole list will do."""
    gone = known.keys() - wanted.keys()
    if not gone <= tokens.keys():
        return None
    new = [entry for name, entry in wanted.items() if known.get(name) != entry.digest]
    going = [Entry(tokens[name].token, tokens[name].kind, None) for name in sorted(gone)]
    return _parts([*going, *new], version, most, is_full=False)


def _parts(entries: Sequence[Entry], version: int, most: int, *, is_full: bool) -> list[Part]:
    begins = range(0, len(entries), most)
    return [
        Part(version + number, is_full and number == 1, tuple(entries[begin : begin + most]))
        for number, begin in enumerate(begins, 1)
    ]
