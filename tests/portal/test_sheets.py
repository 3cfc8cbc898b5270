"""Resources as rows of CSV files."""

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money
from hypothesis import given
from hypothesis import strategies as st

from ampline.v1.charge_point_pb2 import ChargePoint, CreateChargePointRequest
from ampline.v1.id_tag_pb2 import CreateIdTagRequest, IdTag
from ampline.v1.session_pb2 import Session
from ampline.v1.tariff_pb2 import Tariff
from ampline.v1.user_pb2 import User
from portal.methods import every_method, method, method_taking
from portal.sheets.columns import Column, as_json, columns_of
from portal.sheets.exported import _safe, plain
from portal.sheets.imported import Fault, read

COLUMNS = {each.path: each for each in columns_of(Tariff.DESCRIPTOR)}


def cells(resource: Tariff | User | IdTag) -> dict[str, str]:
    values = as_json(resource)
    told = {each.path: each.cell(values) for each in columns_of(resource.DESCRIPTOR)}
    return {path: text for path, text in told.items() if text}


def test_each_list_is_asked_for_by_its_request() -> None:
    """Some requests stand in another file than their service, as that of a user's ledger does."""
    for name in every_method():
        service, _, wanted = name.partition("/")
        if wanted.startswith("List"):
            described = method(service.rpartition(".")[2], wanted)
            assert method_taking(described.input_type).full_name == described.full_name


def test_what_a_cell_has() -> None:
    tag = IdTag(token="04A2", user="users/ada", state=IdTag.SUSPENDED)
    tag.expire_time.CopyFrom(Timestamp(seconds=1_790_000_000))
    assert cells(tag) == {
        "token": "04A2",
        "user": "users/ada",
        "state": "SUSPENDED",
        "expire_time": "2026-09-21T14:13:20Z",
    }
    user = User(given_name="Ada", groups=["userGroups/a", "userGroups/b"])
    assert cells(user)["groups"] == "userGroups/a;userGroups/b"
    tariff = Tariff(max_price=Money(currency_code="EUR", units=-12, nanos=-340_000_000))
    assert cells(tariff) == {"max_price": "-12.34", "max_price.currency_code": "EUR"}


def test_secrets_and_etags_have_no_column() -> None:
    for resource in (ChargePoint, User, IdTag, Session):
        paths = {each.path for each in columns_of(resource.DESCRIPTOR)}
        assert "etag" not in paths
        assert "password" not in paths


@pytest.mark.parametrize("amount", ["0.1", "-3.25", "12", "0.000000001"])
def test_an_amount_that_is_read_is_written_the_same(amount: str) -> None:
    tariff = Tariff()
    COLUMNS["max_price"].read(tariff, amount)
    COLUMNS["max_price.currency_code"].read(tariff, "CHF")
    told = cells(tariff)
    assert float(told["max_price"]) == float(amount)
    assert told["max_price.currency_code"] == "CHF"


@given(st.text(max_size=20))
def test_no_text_is_a_formula_to_a_spreadsheet_and_none_is_lost(text: str) -> None:
    column = next(each for each in columns_of(User.DESCRIPTOR) if each.path == "given_name")
    safe = _safe(column, text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain(safe) == text


def test_a_negative_figure_is_no_formula() -> None:
    column: Column = COLUMNS["max_price"]
    assert _safe(column, "-12.34") == "-12.34"


def faults(text: str) -> list[Fault]:
    return read(text, CreateIdTagRequest, "id_tag").faults


def test_a_file_becomes_requests() -> None:
    text = (
        "\ufeffid;token;state;user;create_time\n"
        "A-1;04A2;ENABLED;users/ada;2026-01-01T00:00:00Z\n"
        ";04A3;;;\n"
    )
    sheet = read(text, CreateIdTagRequest, "id_tag")
    assert sheet.faults == []
    assert sheet.passed_over == ["create_time"]
    first, second = sheet.requests
    assert (first.id_tag_id, first.id_tag.token) == ("A-1", "04A2")
    assert first.id_tag.state == IdTag.ENABLED
    assert not first.id_tag.HasField("create_time")
    assert (second.id_tag_id, second.id_tag.token) == ("", "04A3")


def test_what_a_list_exports_can_be_brought_back() -> None:
    sheet = read(
        "name,display_name\nchargePoints/CP-1,'=1+1\n", CreateChargePointRequest, "charge_point"
    )
    (request,) = sheet.requests
    assert request.charge_point_id == "CP-1"
    assert request.charge_point.display_name == "=1+1"


@pytest.mark.parametrize(
    ("text", "row", "column"),
    [
        ("", 1, ""),
        ("token\n", 1, ""),
        ("token,colour\nA,red\n", 1, "colour"),
        ("token,state\nA,ENABLED\nB,BROKEN\n", 3, "state"),
        ("token,state\n\nA,ENABLED\n,\nB,BROKEN\n", 5, "state"),
        ("token,expire_time\nA,tomorrow\n", 2, "expire_time"),
        ("token\nA,B\n", 2, ""),
        ('token\n"A\n', 1, ""),
        ("token\n" + "A\n" * 1_001, 1_002, ""),
    ],
)
def test_faults_name_row_and_column(text: str, row: int, column: str) -> None:
    first = faults(text)[0]
    assert (first.row, first.column) == (row, column)
    assert first.reason
