"""What is written of money, over REST: settlements and bills as CSV, receipts as HTML and PDF."""

from datetime import UTC, datetime, timedelta

from clients.charger import Station
from tests.rest.conftest import new_id
from tests.rest.rest import Json, Rest
from tests.whole_platform import WholePlatform

PASSWORD = "sixteen letters or more"


def test_a_settlement_is_issued_and_given_as_csv(rest: Rest) -> None:
    fee = {"currencyCode": "EUR", "units": "2"}
    contract = {"currency": "EUR", "feePerMonth": fee}
    partner = rest.post(
        "/v1/partners", {"displayName": "Quay", "kind": "SITE_HOST", "contract": contract}
    ).json["name"]
    last = datetime.now(UTC).replace(day=1) - timedelta(days=1)
    month = {"year": last.year, "month": last.month, "day": 1}
    (report,) = rest.post(f"/v1/{partner}:settle", {"month": month}).json["settlements"]
    assert report["name"] == f"{partner}/settlements/{last:%Y-%m}-EUR"
    assert (report["state"], report["figures"]["partnerShare"]["units"]) == ("ISSUED", "-2")
    again = rest.post(f"/v1/{partner}:settle", {"month": month})
    assert (again.status, again.reason) == (400, "MONTH_SETTLED")
    answer = rest.get(f"/v1/{report['name']}:export")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    header, line = answer.body.decode().splitlines()
    assert header.startswith("line,kind,session,location,charge_point,stop_time")
    assert line.startswith("1,MONTH_FEE,")
    (listed,) = rest.get(f"/v1/{partner}/settlements").json["settlements"]
    assert listed == report
    assert rest.get(f"/v1/{partner}/corporateBills").json.get("corporateBills", []) == []
    assert rest.get(f"/v1/{partner}/corporateBills/2026-01-EUR:export").status == 404


async def test_a_receipt_is_given_as_pdf_and_html(
    platform: WholePlatform, rest: Rest, location: Json
) -> None:
    identity = new_id()
    price = {"currencyCode": "EUR", "units": "40"}
    element = {"dimension": "ENERGY", "unitPrice": price, "unit": "KWH"}
    tariff = {"displayName": "Forty", "currency": "EUR", "elements": [element]}
    made = rest.post("/v1/tariffs", {**tariff, "taxPercent": {"value": "21"}}).json
    group = {"displayName": "Forty", "entries": [{"tariff": made["name"]}]}
    charger = {
        "location": location["name"],
        "password": PASSWORD,
        "securityProfile": "UNSECURED_BASIC_AUTH",
        "autoStart": True,
        "tariffGroup": rest.post("/v1/tariffGroups", group).json["name"],
    }
    assert rest.post("/v1/chargePoints", charger, charge_point_id=identity).status == 200
    async with Station(platform.charger_url, identity, PASSWORD) as station:
        await station.boot()
        begun = await station.start(1, "NOBODY")
        await begun.stop("Local", energy_wh=150)
    found = rest.get("/v1/sessions", charge_point=f"chargePoints/{identity}").json["sessions"]
    issued = rest.post("/v1/receipts:issue", {"session": found[0]["name"]}).json
    assert (issued["total"]["units"], issued["net"]["units"]) == ("7", "6")
    pdf = rest.get(f"/v1/{issued['name']}:download")
    assert (pdf.status, pdf.headers["content-type"]) == (200, "application/pdf")
    assert pdf.body.startswith(b"%PDF-")
    page = rest.get(f"/v1/{issued['name']}:download", format="HTML")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert issued["number"] in page.body.decode()
    (listed,) = rest.get("/v1/receipts", session=found[0]["name"]).json["receipts"]
    assert listed == issued
