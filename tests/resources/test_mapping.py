"""Rows and messages: nothing is lost between them, and what is written is protobuf's own."""

from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st
from peewee import BlobField, Database, TextField

import server.api.services  # noqa: F401 - every service makes its resource known
from ampline.v1 import charge_point_pb2, location_pb2, session_pb2, tariff_pb2, user_pb2
from server.api import references
from server.resources import charge_points, locations, sessions, wire
from server.resources.descriptors import type_name
from server.resources.kept_fields import column_value
from server.resources.mapping import Mapping, UnmappedFieldError
from server.store import models
from server.store.reads import Reader
from server.store.statements import Statement

MAPPINGS = [each for each in references.MAPPINGS.values() if each is not sessions.MAPPING]
MICROS = st.integers(-(10**15), 10**15)
TIMES = st.integers(0, 4 * 10**15)
COUNTS = st.integers(-(2**63), 2**63 - 1)


def encoded(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)


@given(COUNTS)
def test_whole_numbers_are_written_as_protobuf_writes_them(number: int) -> None:
    message = session_pb2.Session(energy_wh=number)
    written = wire.whole_number(session_pb2.Session.ENERGY_WH_FIELD_NUMBER)(number)
    assert session_pb2.Session.FromString(written) == message
    assert number == 0 or written == encoded(message)


@given(st.text())
def test_texts_are_written_as_protobuf_writes_them(text: str) -> None:
    message = session_pb2.Session(token=text)
    written = wire.text(session_pb2.Session.TOKEN_FIELD_NUMBER)(text)
    assert session_pb2.Session.FromString(written) == message


@given(TIMES)
def test_times_are_written_as_protobuf_writes_them(us: int) -> None:
    message = session_pb2.Session()
    message.start_time.FromMicroseconds(us)
    written = wire.timestamp(session_pb2.Session.START_TIME_FIELD_NUMBER)(us)
    assert session_pb2.Session.FromString(written) == message


@given(MICROS)
def test_durations_are_written_as_protobuf_writes_them(us: int) -> None:
    message = session_pb2.Session()
    message.idle_duration.FromMicroseconds(us)
    written = wire.duration(session_pb2.Session.IDLE_DURATION_FIELD_NUMBER)(us)
    assert session_pb2.Session.FromString(written) == message


@given(MICROS)
def test_amounts_are_written_as_protobuf_writes_them(micros: int) -> None:
    written = wire.money(user_pb2.User.BALANCE_FIELD_NUMBER)(("EUR", micros))
    balance = user_pb2.User.FromString(written).balance
    assert balance.units * 1_000_000 + balance.nanos // 1000 == micros
    assert balance.units * balance.nanos >= 0


def filled(mapping: Mapping[Any]) -> Any:
    """A message with something in every field that a client may write or a column keeps."""
    message = mapping.message_type()
    for field in message.DESCRIPTOR.fields:
        if field.is_repeated:
            add_one(message, field)
        elif field.message_type is not None:
            fill(getattr(message, field.name), type_name(field))
        elif field.enum_type is not None:
            setattr(message, field.name, 1)
        else:
            setattr(message, field.name, {9: "EUR", 8: True}.get(field.type, 7))
    return message


def add_one(message: Message, field: Any) -> None:
    container = getattr(message, field.name)
    if field.message_type is None:
        container.append("users/1" if field.type == field.TYPE_STRING else 1)
    elif field.message_type.GetOptions().map_entry:
        container["key"] = "value" if field.message_type.fields_by_name["value"].type == 9 else 3
    else:
        added = container.add()
        for inner in field.message_type.fields:
            if inner.enum_type is not None and not inner.is_repeated:
                setattr(added, inner.name, 1)


def fill(message: Any, kind: str | None) -> None:
    if kind == "google.type.Money":
        message.currency_code, message.units, message.nanos = "EUR", 3, 250_000_000
    elif kind in {"google.protobuf.Timestamp", "google.protobuf.Duration"}:
        message.FromMicroseconds(1_700_000_000_123_456)
    else:
        message.SetInParent()


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.descriptor.name)
def test_what_is_stored_is_read(database: Database, mapping: Mapping[Any]) -> None:
    message = filled(mapping)
    kept = [field.name for field in mapping.descriptor.fields if mapping.keeps(field.name)]
    columns = needed(mapping) | mapping.to_columns(message, kept) | money_columns(mapping)
    mapping.table.insert(columns).execute(database)
    row = Reader(database).one(Statement(mapping.query()))
    assert row is not None
    read = mapping.to_message(row)
    for name in kept:
        if name not in mapping.derived:
            assert getattr(read, name) == getattr(message, name), name
    assert mapping.message_type.FromString(mapping.to_bytes(row)) == read


def money_columns(mapping: Mapping[Any]) -> dict[str, Any]:
    names = [name for name in dir(mapping.table) if name.endswith("_micros")]
    return dict.fromkeys(names, 3_250_000) | ({"currency": "EUR"} if names else {})


def needed(mapping: Mapping[Any]) -> dict[str, Any]:
    """Columns that cannot be NULL; no message has some of them."""
    return {
        column.name: "EUR" if column.name == "currency" else _something(column)
        for column in mapping.table._meta.sorted_fields
        if not (column.null or column.default is not None)
    }


def _something(column: Any) -> object:
    return "x/y" if isinstance(column, TextField) else b"" if isinstance(column, BlobField) else 1


@pytest.mark.parametrize("mapping", MAPPINGS, ids=lambda mapping: mapping.descriptor.name)
def test_what_is_absent_stays_absent(database: Database, mapping: Mapping[Any]) -> None:
    empty = mapping.message_type(name="x/y")
    columns = needed(mapping) | mapping.to_columns(empty, ["name"]) | money_columns(mapping)
    mapping.table.insert(columns).execute(database)
    row = Reader(database).one(Statement(mapping.query()))
    assert row is not None
    read = mapping.to_message(row)
    for column in mapping.columns:
        if column.null and column.name in mapping.descriptor.fields_by_name:
            assert column.name not in {field.name for field, _ in read.ListFields()}


def test_a_field_without_a_column_stops_the_start() -> None:
    with pytest.raises(UnmappedFieldError, match=r"Location\.display_name: User has no"):
        Mapping(location_pb2.Location, models.User)


def test_a_secret_is_never_read() -> None:
    names = {column.name for column in charge_points.MAPPING.columns}
    assert "password" not in names
    message = charge_point_pb2.ChargePoint(password="x" * 16)
    assert "password" not in charge_points.MAPPING.to_columns(message, ["password"])


def test_an_enum_that_says_nothing_is_absent() -> None:
    field = location_pb2.Location.DESCRIPTOR.fields_by_name["state"]
    silent = location_pb2.Location(state=location_pb2.Location.STATE_UNSPECIFIED)
    assert column_value(silent, field) is None
    columns = locations.MAPPING.to_columns(silent, ["state"])
    assert columns["state"] == 1


def test_search_texts_know_neither_case_nor_accents() -> None:
    location = location_pb2.Location(display_name="Café ÜBERSEE")
    location.address.locality = "Straße"
    columns = locations.MAPPING.to_columns(location, [])
    assert columns["search_text"] == "cafe ubersee strasse"


def test_a_session_knows_its_durations_and_its_tariff(database: Database) -> None:
    periods = session_pb2.Session()
    start = 1_700_000_000_000_000
    for begin, end, state in ((0, 3600, 1), (3600, 4200, 2), (4200, None, 1)):
        period = periods.charging_periods.add(state=state)
        period.start_time.FromMicroseconds(start + begin * 1_000_000)
        if end:
            period.end_time.FromMicroseconds(start + end * 1_000_000)
    tariff = tariff_pb2.Tariff(name="tariffs/t", display_name="T")
    kept = {"key": "k", "tariff": tariff.name, "body": encoded(tariff), "create_time": 1}
    models.TariffSnapshot.insert(kept).execute(database)
    row = {
        "name": "sessions/s",
        "charge_point": "chargePoints/x",
        "state": 3,
        "start_time": start,
        "meter_time": start + 4260 * 1_000_000,
        "energy_wh": 2440,
        "charging_periods": encoded(periods),
        "tariff_snapshot": "k",
        "create_time": start,
        "update_time": start,
    }
    models.Session.insert(row).execute(database)
    found = Reader(database).one(Statement(sessions.MAPPING.query()))
    assert found is not None
    session = sessions.MAPPING.to_message(found)
    assert (session.charging_duration.seconds, session.idle_duration.seconds) == (3660, 600)
    assert session.average_power_w == 2400
    assert session.tariff_snapshot == tariff
    assert sessions.MAPPING.to_message(found) == session  # now out of what is remembered
