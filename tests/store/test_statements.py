"""Statements compiled once: the right values in the right places, on the database that is open."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from peewee import (
    BigIntegerField,
    BlobField,
    BooleanField,
    Database,
    IntegerField,
    Model,
    SqliteDatabase,
    TextField,
)

from server.store.database import is_postgresql, open_database, proxy
from server.store.models import Counter
from server.store.statements import Append, Statement, param
from server.store.unit import Unit


class Thing(Model):
    """A table with every kind of default."""

    key = TextField(primary_key=True)
    size = BigIntegerField(column_name="how_large", default=7)
    real = BooleanField(default=True)
    gone = BooleanField(default=False)
    word = TextField(default="")
    note = TextField(null=True)
    body = BlobField(null=True)
    count = IntegerField(null=True)

    class Meta:
        database = proxy
        table_name = "thing"


ALL = Statement(Thing.select().where(Thing.key == param("key")))


@pytest.fixture
def unit(database: Database) -> Iterator[Unit]:
    """A transaction in a database that has the table."""
    with database.connection_context():
        database.create_tables([Thing])
        with database.atomic():
            yield Unit(database, now=1)


def test_what_an_append_does_not_name_gets_the_models_defaults(unit: Unit) -> None:
    unit.insert(Append(Thing, ("key",)), ("a",))
    assert unit.one(ALL, key="a") == ("a", 7, True, False, "", None, None, None)


def test_what_an_append_names_is_written_as_it_is(unit: Unit) -> None:
    named = Append(Thing, ("key", "size", "real", "gone", "word", "note", "body", "count"))
    row = ("it's", 2**62, False, True, 'a "word" %s ?', "ü", b"\x00\xff", -3)
    unit.insert(named, row)
    found = unit.one(ALL, key="it's")
    assert found is not None
    assert (*found[:6], bytes(found[6]), found[7]) == row


def test_an_append_with_none_is_null_though_there_is_a_default(unit: Unit) -> None:
    unit.insert(Append(Thing, ("key", "note", "count")), ("a", None, None))
    assert unit.one(ALL, key="a") == ("a", 7, True, False, "", None, None, None)


def test_rows_kept_for_the_end_are_written_by_then_or_when_asked(unit: Unit) -> None:
    things = Append(Thing, ("key", "size"))
    unit.append(things, ("a", 1))
    unit.append(things, ("b", 2))
    assert unit.one(ALL, key="a") is None
    unit.write_log(things)
    assert unit.one(ALL, key="b") is not None
    unit.append(things, ("c", 3))
    unit.flush()
    assert unit.one(ALL, key="c") is not None


def test_values_go_by_name_and_constants_stay(unit: Unit) -> None:
    between = Statement(
        Thing.select(Thing.key)
        .where((Thing.size > param("least")) & (Thing.word == "w") & (Thing.size < param("most")))
        .order_by(Thing.key)
        .limit(2)
    )
    things = Append(Thing, ("key", "size", "word"))
    for number, key in enumerate("abcdef"):
        unit.insert(things, (key, number, "w"))
    unit.insert(things, ("g", 3, "other"))
    assert unit.all(between, most=5, least=0) == [("b",), ("c",)]
    assert unit.all(between, least=3, most=6) == [("e",), ("f",)]


def test_one_name_may_stand_in_several_places(unit: Unit) -> None:
    either = Statement(
        Thing.select(Thing.key).where((Thing.note == param("x")) | (Thing.word == param("x")))
    )
    unit.insert(Append(Thing, ("key", "note")), ("a", "ä"))
    unit.insert(Append(Thing, ("key", "word")), ("b", "ä"))
    assert sorted(unit.all(either, x="ä")) == [("a",), ("b",)]


def test_a_value_that_is_missing_is_an_error_not_a_null(unit: Unit) -> None:
    with pytest.raises(KeyError):
        unit.one(ALL)


def test_writes_say_how_many_rows_they_touched(unit: Unit) -> None:
    grow = Statement(
        Thing.update(size=Thing.size + param("by")).where(Thing.key << ["a", "b", "z"])
    )
    unit.run_all(_INSERT, [{"key": "a"}, {"key": "b"}, {"key": "c"}])
    assert unit.run(grow, by=10) == 2
    assert unit.one(ALL, key="a") == ("a", 11, True, False, "", None, None, None)
    assert unit.run(Statement(Thing.delete().where(Thing.key == param("key"))), key="q") == 0


_INSERT = Statement(Thing.insert(key=param("key"), size=1, real=True, gone=False, word=""))


def test_a_write_may_give_rows_back(unit: Unit) -> None:
    assert not unit.wrote
    grow = Statement(
        Counter.update(value=Counter.value + 1)
        .where(Counter.name == param("name"))
        .returning(Counter.value)
    )
    assert unit.one_written(grow, name="ocpp16_transaction") == (1,)
    assert unit.wrote
    assert unit.one_written(grow, name="no such") is None


def test_reading_and_locking_are_no_writing(unit: Unit) -> None:
    unit.one(ALL, key="a")
    unit.all(ALL, key="a")
    unit.one_locked(ALL, key="a")
    assert not unit.wrote


def test_a_statement_is_compiled_anew_for_another_database(
    database: Database, tmp_path: Path
) -> None:
    statement = Statement(Counter.select(Counter.value).where(Counter.name == param("name")))
    sql, _ = statement.bind(database, {"name": "a"})
    assert ("%s" in sql) == is_postgresql(database)
    other = open_database(f"sqlite:///{tmp_path / 'other.db'}")
    assert isinstance(other, SqliteDatabase)
    sql, values = statement.bind(other, {"name": "a"})
    assert "?" in sql
    assert values == ["a"]
