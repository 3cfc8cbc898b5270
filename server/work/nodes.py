"""Which nodes there are, where there are several: each says again and again that it lives."""

from server.store.models import Node
from server.store.reads import Rows
from server.store.statements import Statement, param
from server.store.unit import Unit
from server.work.stations import connections

LIVES = 15_000_000
"""Microseconds for which a node is believed to live after it said so."""

_RENEW = Statement(Node.update(until=param("until")).where(Node.name == param("name")))
_LIVING = Statement(Node.select(Node.name).where(Node.until > param("now")))
_DEAD = Statement(Node.select(Node.name).where(Node.until <= param("now")))
_FORGET = Statement(Node.delete().where(Node.name == param("name")))


def renew(unit: Unit, node: str) -> bool:
    """The node lives; what was connected to nodes that do not any more is not connected. Whether it
    is new: one that was there before has been taken for dead."""
    is_new = not unit.run(_RENEW, name=node, until=unit.now + LIVES)
    if is_new:
        unit.execute(Node.insert(name=node, until=unit.now + LIVES).on_conflict_ignore())
    dead = unit.all(_DEAD, now=unit.now)
    if dead:
        connections.lost(unit, living(unit, unit.now))
        for (name,) in dead:
            unit.run(_FORGET, name=name)
    return is_new


def leave(unit: Unit, node: str) -> None:
    """The node ends."""
    unit.run(_FORGET, name=node)


def living(rows: Rows, now: int) -> set[str]:
    """The nodes that live."""
    return {name for (name,) in rows.all(_LIVING, now=now)}
