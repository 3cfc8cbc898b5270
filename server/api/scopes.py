"""What a partner's callers see: what is the partner's own, and of some resources what is shared.

Queries take the partner as the parameter `scope`. What is shared is seen, and referred to, but not
changed.
"""

from typing import Any

from peewee import Expression, Model

from server.store.statements import param

_SHARED: dict[type[Model], Expression] = {}


def share(table: type[Model], condition: Expression) -> None:
    """Lets partners see the table's rows that are so; `condition` knows the parameter `scope`."""
    _SHARED[table] = condition


def is_shared(table: type[Model]) -> bool:
    """Whether partners see more of the table's rows than their own."""
    return table in _SHARED


def owned(table: Any) -> Expression:
    """Rows that are the partner's own."""
    own: Expression = table.partner == param("scope")
    return own


def seen(table: Any) -> Expression:
    """Rows that the partner sees."""
    shared = _SHARED.get(table)
    return owned(table) if shared is None else owned(table) | shared
