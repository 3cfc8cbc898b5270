"""Which of its connectors, or sessions, a station is told of."""

from ocpp.v16.enums import ReadingContext

from clients.charger.connector import Connector, Running
from clients.charger.dialect import Charger


def connectors(station: Charger, number: int) -> list[Connector]:
    """The connector of this number, if there is one and it is not 0."""
    return station.connectors[number : number + 1] if number > 0 else []


def at(station: Charger, number: int) -> Connector | None:
    """The connector of this number, of which 0 is the whole station; None if there is none."""
    return station.connectors[number] if 0 <= number < len(station.connectors) else None


def startable(station: Charger, number: int | None, id_tag: str) -> Connector | None:
    """The connector that a session can begin on, if there is one: free, or held for the card."""
    places = station.connectors[1:] if number is None else connectors(station, number)
    held = station.reservations.for_token(id_tag)
    for place in places:
        if place.free or (held and held.place == place.number and place.session is None):
            return place
    return None


def running(station: Charger, transaction_id: int | str) -> Running | None:
    """The session with this id, if it runs."""
    sessions = (place.session for place in station.connectors)
    return next((one for one in sessions if one and one.transaction_id == transaction_id), None)


def numbers(station: Charger, number: int | None) -> range:
    """The connector asked for, or all with a cable."""
    return range(1, len(station.connectors)) if number is None else range(number, number + 1)


async def tell_statuses(station: Charger, number: int | None) -> None:
    """Tells statuses, whatever was told before."""
    for one in numbers(station, number):
        await station.tell_status(one)


async def tell_meters(station: Charger, number: int | None) -> None:
    """Tells what meters read; that of a session waits behind its other messages."""
    for place in (station.connectors[one] for one in numbers(station, number)):
        if place.session is not None:
            await place.session.meter(context=ReadingContext.trigger)
        else:
            sample = place.sample(station.clock.now(), ReadingContext.trigger)
            said = station.dialect.metered(place, None, [sample], station.measurands)
            await station.say(said)
