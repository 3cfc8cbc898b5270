"""What the tables have in common."""

from typing import Any, ClassVar

from peewee import (
    BigIntegerField,
    BlobField,
    Field,
    IntegerField,
    Model,
    ModelIndex,
    TextField,
)

from server.store.database import is_postgresql, proxy
from server.store.models.log_index import FILING, LogIndex, triggers

Index = tuple[tuple[str, ...], bool]
"""Columns, and whether they are unique: as peewee takes it."""


def listed_by(*columns: str, order: tuple[str, ...] = ("create_time", "name")) -> tuple[Index, ...]:
    """An index for each column, that has the rows of each of its values in the list's order."""
    return tuple(((column, *order), False) for column in columns)


def ordered_by(*columns: str) -> tuple[Index, ...]:
    """An index for each column by which lists are ordered and in which many rows may be alike."""
    return tuple(((column, "name"), False) for column in columns)


class ToldIndex(ModelIndex):
    """An index of the rows that say something in its first column: the others cost nothing, and
    nobody looks for them by it."""


class Table(Model):
    """A table of ours."""

    class Meta:
        """Bound to the database that is open."""

        database = proxy
        legacy_table_names = False

    @classmethod
    def told_by(cls, *columns: Field) -> None:
        """Adds an index of the rows that have a value in the first of the columns."""
        is_told = columns[0].is_null(False)
        cls.add_index(ToldIndex(cls, columns, where=is_told, name=_index_name(cls, columns)))


class Resource(Table):
    """A table of resources: keyed by resource name. Where there may be many rows, `external_id` is
    in an index `listed_by` instead of one of its own."""

    name = TextField(primary_key=True)
    partner = TextField(null=True, index=True)
    external_id = TextField(null=True, index=True)
    labels = BlobField(null=True)
    create_time = BigIntegerField(index=True)
    update_time = BigIntegerField(index=True)
    version = IntegerField(default=1)  # counts client-writable changes; the etag is made of it


class Log(Table):
    """A table of which the rows come into its indexes in bulk (store/filing.py): those `by`."""

    MOST_UNFILED: ClassVar[int] = 4096
    """How many rows wait at most; whoever reads by an index also looks at each of these."""
    indexes: ClassVar[tuple[LogIndex, ...]] = ()

    @classmethod
    def by(cls, *columns: Field) -> None:
        """Adds an index of the rows that have a value in the first of the columns; in the others
        every row has one. Behind them it goes by the log's key."""
        cls.indexes = (*cls.indexes, LogIndex(cls, columns))

    @classmethod
    def create_table(cls, safe: bool = True, **options: Any) -> None:
        """Makes it, with the indexes as the database has them."""
        super().create_table(safe, **options)
        database = cls._meta.database
        if is_postgresql(database):
            for index in cls.indexes:
                database.execute(index.on_postgresql())
            return
        database.execute_sql(FILING)
        for index in cls.indexes:
            database.execute_sql(index.on_sqlite())
        for trigger in triggers(cls._meta.table_name, cls.indexes):
            database.execute_sql(trigger)


def _index_name(table: type[Table], columns: tuple[Field, ...]) -> str:
    return "_".join([table._meta.table_name, *(column.name for column in columns)])  # noqa: SLF001 - where peewee keeps it, as documented
