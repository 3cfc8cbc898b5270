"""The map: where the chargers are, and how they stand, as it changes."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, render_template, request
from werkzeug.wrappers import Response

from ampline.v1.evse_pb2 import Evse
from ampline.v1.location_pb2 import ListLocationsRequest, Location
from portal.auth import api
from portal.language import _
from portal.links import page_of
from portal.words import Status, said, status

room = Blueprint("map", __name__, url_prefix="/map")

MOST_PLACES = 500
"""In one view of the map; of a larger network one sees all by going nearer."""
LIVE_TYPES = ("evse.hardware_status_changed", "location.*", "charge_point.deleted")
EDGES = ("south", "west", "north", "east")
URGENCY = ("bad", "warn", "live", "good", "idle", "none")
"""Which of its EVSEs' tones a place has: the first of these."""


@room.get("")
def page() -> str:
    return render_template("map/page.html", live_types=LIVE_TYPES, map=map_settings())


@room.get("/places")
def places() -> Response:
    """The locations within the edges of a view, as JSON."""
    answer = api().locations.ListLocations(listing())
    found = [place(location) for location in answer.locations]
    return jsonify({"places": found, "more": bool(answer.next_page_token)})


def listing() -> ListLocationsRequest:
    """Edges that are no numbers are none: the whole world."""
    asked = ListLocationsRequest(page_size=MOST_PLACES)
    edges = {name: request.args.get(name, type=float) for name in EDGES}
    known = {name: degrees for name, degrees in edges.items() if degrees is not None}
    if len(known) == len(EDGES):
        asked.bounding_box.MergeFrom(ListLocationsRequest.BoundingBox(**known))
    return asked


def place(location: Location) -> dict[str, Any]:
    counts = dict(location.evse_counts)
    return {
        "title": location.display_name,
        "address": page_of(location.name),
        "latitude": location.position.latitude,
        "longitude": location.position.longitude,
        "evses": sum(counts.values()),
        "tone": tone(counts),
        "words": words(counts),
    }


def tone(counts: dict[str, int]) -> str:
    """What colours a place: the most urgent of what its EVSEs do."""
    found = {_status(name).tone for name in counts}
    return next((each for each in URGENCY if each in found), "none")


def words(counts: dict[str, int]) -> str:
    """`2 charging, 1 faulted`: what a place says beside its colour."""
    told = (f"{counts[name]} {said('evse_status', name)}" for name in sorted(counts))
    return ", ".join(told) or _("no EVSEs yet")


def _status(name: str) -> Status:
    return status(Evse.HardwareStatus.Value(name), "evse_status")


def map_settings() -> dict[str, str]:
    """What the map's script is told."""
    settings = current_app.extensions["settings"]
    return {"tiles": settings.map_tiles, "attribution": settings.map_attribution}


def tiles_origin(tiles: str) -> str:
    """Whose pictures the page may load."""
    address = urlsplit(tiles.replace("{s}", "*"))
    return f"{address.scheme}://{address.netloc}" if address.netloc else ""
