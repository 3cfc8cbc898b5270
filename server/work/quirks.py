"""The quirks of charging stations that are known here: `quirks.toml`, read once, at the start."""

import tomllib
from pathlib import Path
from typing import Any

from server.domain.device_model import Reading
from server.domain.quirks import Family, Quirks, quirks_of

PATTERNS = frozenset({"vendor", "model", "firmware"})
KINDS: dict[str, type] = {
    "pinged": bool,
    "reading": str,
    "in_watts": bool,
    "most_stack_level": int,
    "obeys_periods": bool,
}
"""What each quirk is in the file."""


def families(text: str) -> tuple[Family, ...]:
    """What a file says. ValueError, which names the family, if it is no good."""
    document = tomllib.loads(text)
    if set(document) != {"family"}:
        raise ValueError("quirks: a file has families alone")
    return tuple(_family(number, said) for number, said in enumerate(document["family"], 1))


def known_of(vendor: str | None, model: str | None, firmware: str | None) -> Quirks:
    """What is known of such a charging station."""
    return quirks_of(KNOWN, vendor, model, firmware)


def _family(number: int, said: dict[str, Any]) -> Family:
    patterns = {name: said[name] for name in PATTERNS & said.keys()}
    quirks = {name: value for name, value in said.items() if name not in PATTERNS}
    if "vendor" not in patterns or not quirks:
        raise ValueError(f"quirks: family {number} has no vendor, or no quirk")
    if not all(isinstance(pattern, str) and pattern for pattern in patterns.values()):
        raise ValueError(f"quirks: family {number} has a pattern that is none")
    for name, value in quirks.items():
        if type(value) is not KINDS.get(name):
            raise ValueError(f"quirks: family {number} has a {name} that is none")
    if quirks.get("most_stack_level", 0) < 0:
        raise ValueError(f"quirks: family {number} has a stack level below 0")
    if "reading" in quirks:
        if quirks["reading"] not in Reading.__members__:
            raise ValueError(f"quirks: family {number} has no such reading: {quirks['reading']}")
        quirks["reading"] = Reading[quirks["reading"]]
    return Family(**patterns, quirks=Quirks(**quirks))


KNOWN = families(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
