"""Text filters go by an index: every three letters in a row of what can be searched.

ID tags can be searched too, by their token and label.
"""

import unicodedata
from collections.abc import Iterator

from peewee import Database, PostgresqlDatabase, TextField
from playhouse.migrate import SchemaMigrator

_SEARCHED = ("charge_point", "id_tag", "location", "tariff", "tariff_group", "user")
_TOGETHER = 500


def up(migrator: SchemaMigrator, database: Database) -> None:
    """Makes the table, and files what is there."""
    _make_grams(database)
    migrator.migrate(migrator.add_column("id_tag", "search_text", TextField(default="")))
    _fold_tags(database)
    for collection in _SEARCHED:
        _file(database, collection)


def _make_grams(database: Database) -> None:
    on_postgresql = isinstance(database, PostgresqlDatabase)
    number, rowid = ("BIGINT", "") if on_postgresql else ("INTEGER", " WITHOUT ROWID")
    database.execute_sql(
        'CREATE TABLE "search_gram" ("collection" TEXT NOT NULL, "gram" TEXT NOT NULL,'
        f' "create_time" {number} NOT NULL, "name" TEXT NOT NULL,'
        f' PRIMARY KEY ("collection", "gram", "create_time", "name")){rowid}'
    )


def _fold_tags(database: Database) -> None:
    tags = database.execute_sql('SELECT "name", "token", "label" FROM "id_tag"').fetchall()
    place = _place(database)
    for name, token, label in tags:
        text = unicodedata.normalize("NFKD", " ".join(filter(None, (token, label))))
        folded = "".join(each for each in text if not unicodedata.combining(each)).casefold()
        database.execute_sql(
            f'UPDATE "id_tag" SET "search_text" = {place} WHERE "name" = {place}',  # noqa: S608
            (folded, name),
        )


def _file(database: Database, collection: str) -> None:
    kept = database.execute_sql(
        f'SELECT "name", "create_time", "search_text" FROM "{collection}"'  # noqa: S608
    ).fetchall()
    place = _place(database)
    rows = [
        (collection, gram, create_time, name)
        for name, create_time, text in kept
        for gram in sorted(set(_grams(text)))
    ]
    cursor = database.cursor()
    for start in range(0, len(rows), _TOGETHER):
        cursor.executemany(
            f'INSERT INTO "search_gram" VALUES ({place}, {place}, {place}, {place})',  # noqa: S608
            rows[start : start + _TOGETHER],
        )


def _grams(text: str) -> Iterator[str]:
    for word in text.split():
        for start in range(len(word) - 2):
            yield word[start : start + 3]


def _place(database: Database) -> str:
    return "%s" if isinstance(database, PostgresqlDatabase) else "?"
