"""All who follow the event log on this node, those who want the same together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from ampline.v1.event_pb2 import Event
from server.relay.subscriber import Subscriber
from server.resources import events
from server.work.event_log import Row, matcher
from server.work.ports import EventFilter, Followed


class Entry:
    """An event as it is stored and, once somebody wants it, as it is handed on."""

    def __init__(self, row: Row) -> None:
        self.row = row

    @cached_property
    def followed(self) -> Followed:
        """One for all."""
        body = events.to_bytes(self.row)
        return Followed(self.row.position, Event.FromString(body), body=body)


class _Group(NamedTuple):
    """Those who want the same: what they want is looked for once."""

    wants: Callable[[Row], bool]
    members: set[Subscriber]


class Audience:
    """The subscribers, by what they want."""

    def __init__(self) -> None:
        self._groups: dict[EventFilter, _Group] = {}

    def __bool__(self) -> bool:
        return bool(self._groups)

    def __iter__(self) -> Iterator[Subscriber]:
        for group in list(self._groups.values()):
            yield from list(group.members)

    def join(
        self, subscriber: Subscriber, recent: Sequence[Entry], reached: int, now: float
    ) -> None:
        """Lets it follow, beginning with what it has not had of `recent`."""
        wanted = subscriber.wanted
        group = self._groups.setdefault(wanted, _Group(matcher(wanted), set()))
        group.members.add(subscriber)
        _offer([subscriber], group.wants, recent, reached, now)

    def leave(self, subscriber: Subscriber) -> None:
        """Forgets it."""
        group = self._groups[subscriber.wanted]
        group.members.discard(subscriber)
        if not group.members:
            del self._groups[subscriber.wanted]

    def offer(self, entries: Sequence[Entry], reached: int, now: float) -> None:
        """Hands everybody what they want of the entries; the log has been read to `reached`, at
        that time of the event loop's clock."""
        for group in self._groups.values():
            _offer(group.members, group.wants, entries, reached, now)


def _offer(
    subscribers: Iterable[Subscriber],
    wants: Callable[[Row], bool],
    entries: Sequence[Entry],
    reached: int,
    now: float,
) -> None:
    wanted = [entry.followed for entry in entries if wants(entry.row)]
    for subscriber in subscribers:
        subscriber.offer(wanted, reached, now)
