"""The command `python -m server events`: follows the event log from a terminal, as any client does.

Beside `AMPLINE_ADDRESS` and `AMPLINE_KEY` it knows what the launcher knows, so on the machine where
`make run` runs it needs neither.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from google.protobuf.json_format import MessageToJson

from ampline import AmplineError, Client
from ampline.v1.event_pb2 import Event

EXAMPLES = """
  python -m server events --types 'session.*' evse.hardware_status_changed
  python -m server events --since 2026-03-01T00:00:00Z --json | jq .subject
"""


def main(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> int:
    """Prints events until it is interrupted; 1 if the server refuses, 2 for a wrong argument."""
    asked = parser(environment).parse_args(arguments)
    write: Callable[[Event], str] = in_json if asked.json else in_words
    try:
        with Client(asked.address, key=asked.key, tls=asked.tls) as client:
            for event in islice(events(client, asked), asked.limit):
                print(write(event), flush=True)
    except AmplineError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        pass
    return 0


def parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    """What the command understands."""
    read = argparse.ArgumentParser(
        "python -m server events",
        description="Prints what happens, and goes on after a restart of the server.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = read.add_argument
    port = environment.get("AMPLINE_PORT") or "8080"
    address = environment.get("AMPLINE_ADDRESS") or f"127.0.0.1:{port}"
    add("--types", nargs="+", default=[], help="only these; * stands for any letters")
    add("--subjects", nargs="+", default=[], help="only about these resources")
    add("--charge-points", nargs="+", default=[], help="only concerning these")
    add("--locations", nargs="+", default=[], help="only concerning these")
    add("--after", default="", help="begin behind this cursor, not now")
    add("--since", type=moment, help="begin with what was stored since then (RFC 3339)")
    add("--limit", type=int, help="end after so many events")
    add("--json", action="store_true", help="a line of JSON for each event")
    add("--address", default=address, help="of the API (%(default)s)")
    add("--key", default=key_in(environment), help="or AMPLINE_KEY in the environment")
    add("--tls", action="store_true", help="the address speaks TLS")
    return read


def events(client: Client, asked: argparse.Namespace) -> Iterator[Event]:
    """Those that are asked for."""
    return client.events(
        asked.types,
        after=asked.after,
        start_time=asked.since,
        subjects=asked.subjects,
        charge_points=asked.charge_points,
        locations=asked.locations,
    )


def in_words(event: Event) -> str:
    """The event on one line: when, what, about what."""
    time = event.time.ToDatetime(UTC).isoformat(timespec="milliseconds")
    return f"{time.removesuffix('+00:00')}Z {event.type} {event.subject}"


def in_json(event: Event) -> str:
    """The event as REST has it, on one line."""
    return MessageToJson(event, indent=None)


def moment(text: str) -> datetime:
    """A time with its offset. ValueError for one that says none."""
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise ValueError("a time needs an offset from UTC, as in 2026-03-01T00:00:00Z")
    return read


def key_in(environment: Mapping[str, str]) -> str | None:
    """The key that the environment has, or the launcher has kept."""
    told = environment.get("AMPLINE_KEY") or environment.get("AMPLINE_BOOTSTRAP_KEY")
    if told:
        return told
    kept = Path(environment.get("AMPLINE_DATA") or "var") / "credentials.json"
    with suppress(OSError, ValueError, KeyError):
        return str(json.loads(kept.read_text())["key"])
    return None
