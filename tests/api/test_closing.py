"""Sessions that run go by the hours that their place has now."""

from google.protobuf.json_format import ParseDict

from ampline.v1 import location_pb2
from server.store import models
from tests.api.client import Client
from tests.api.conftest import Api
from tests.api.samples import LOCATIONS


async def test_other_hours_are_looked_at_at_once(api: Api, client: Client) -> None:
    location = await LOCATIONS.make(client)
    row = {"charge_point": "chargePoints/1", "start_time": 1, "create_time": 1, "update_time": 1}
    places = {"sessions/here": location.name, "sessions/elsewhere": "locations/elsewhere"}
    running = [{**row, "name": name, "state": 3, "location": at} for name, at in places.items()]
    insert = models.Session.insert_many(running)
    await api.lane.write(lambda unit: unit.execute(insert))
    patch = location_pb2.Location(name=location.name, display_name="Renamed")
    await LOCATIONS.update(client, patch)
    assert await looked_at(api) == []
    patch = ParseDict(
        {
            "name": location.name,
            "openingHours": {"alwaysOpen": True, "stopSessionsAtClosing": True},
        },
        location_pb2.Location(),
    )
    await LOCATIONS.update(client, patch)
    assert await looked_at(api) == ["sessions/here"]


async def looked_at(api: Api) -> list[str]:
    """The sessions that are looked at next."""
    marked = models.Session.select(models.Session.name).where(
        models.Session.watch_time.is_null(False)
    )
    rows = await api.reads.read(lambda database: list(marked.execute(database)))
    return [str(row.name) for row in rows]
