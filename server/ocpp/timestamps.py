"""Times as OCPP writes them (RFC 3339), and as chargers do."""

from datetime import UTC, datetime, timedelta, tzinfo

from server.ocpp.faults import Fault, FaultyError

_SHORTEST = len("20240101T1000Z") - 1
"""A date alone says no moment."""


def parse(text: str, clock: tzinfo = UTC) -> datetime:
    """The moment, in UTC. A time without offset is at that clock. ValueError if it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _unusual(text.strip().upper())
    if len(text) < _SHORTEST:
        raise ValueError(f"{text!r} is a date without a time")
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is outside the calendar") from None


def moment(text: str, field: str) -> datetime:
    """A time that the schema let pass; FaultyError if it is none after all."""
    try:
        return parse(text)
    except ValueError:
        raise FaultyError(Fault.PROPERTY, f"{field} is no time") from None


def _unusual(text: str) -> datetime:
    """What RFC 3339 knows and Python does not: a small z, and second 60."""
    before, second, after = text.partition(":60")
    if not second:
        return datetime.fromisoformat(before)
    return datetime.fromisoformat(f"{before}:59{after}") + timedelta(seconds=1)


def write(us: int) -> str:
    """`YYYY-MM-DDThh:mm:ss.sssZ` of so many microseconds since 1970."""
    return (
        f"{datetime.fromtimestamp(us // 1_000_000, UTC):%Y-%m-%dT%H:%M:%S}.{us // 1000 % 1000:03}Z"
    )


def write_datetime(moment: datetime) -> str:
    """`YYYY-MM-DDThh:mm:ss.sssZ` of an aware datetime."""
    return (
        moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
    )
