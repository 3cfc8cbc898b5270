"""The quirks of charging stations that are known here: `quirks.toml`, and an operator's own files.

They are read once, at the start. What is known of models is the process's, as its code is.
"""

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
    "default_profile_alone": bool,
}
"""What each quirk is in a file."""
_WORDS = {bool: "true or false", str: "a text", int: "a whole number"}


def families(text: str, file: str) -> tuple[Family, ...]:
    """What a file says. ValueError, which names the file, the family, the field and its value, if
    it is no good."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file}: {error}") from None
    for name in document:
        if name != "family":
            raise ValueError(f"{file}: {name} is unknown: a file has [[family]] alone")
    said = document.get("family")
    tables = isinstance(said, list) and all(isinstance(each, dict) for each in said)
    if not said or not tables:
        raise ValueError(f"{file}: has no [[family]]")
    return tuple(_family(f"{file}: family {number}", each) for number, each in enumerate(said, 1))


def known_of(vendor: str | None, model: str | None, firmware: str | None) -> Quirks:
    """What is known of such a charging station."""
    return quirks_of(KNOWN, vendor, model, firmware)


def learn(folder: Path | None) -> None:
    """Knows from now on what is shipped, and over that what the files of a folder (`*.toml`, in the
    order of their names) say. ValueError, which says where, if that is no good."""
    global KNOWN  # noqa: PLW0603 - read once, at the start
    KNOWN = (*SHIPPED, *(_of_folder(folder) if folder else ()))


def _of_folder(folder: Path) -> tuple[Family, ...]:
    if not folder.is_dir():
        raise ValueError(f"AMPLINE_QUIRKS: {str(folder)!r} is no folder")
    files = sorted(folder.glob("*.toml"))
    return tuple(family for file in files for family in families(_text(file), str(file)))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{file}: is no UTF-8") from None


def _family(where: str, said: dict[str, Any]) -> Family:
    for name, value in said.items():
        _check(f"{where}: {name}", name, value)
    patterns = {name: said[name] for name in PATTERNS & said.keys()}
    quirks = {name: value for name, value in said.items() if name not in PATTERNS}
    if "vendor" not in patterns:
        raise ValueError(f"{where}: vendor is missing")
    if not quirks:
        raise ValueError(f"{where}: has no quirk, which are {', '.join(KINDS)}")
    if "reading" in quirks:
        quirks["reading"] = Reading[quirks["reading"]]
    return Family(**patterns, quirks=Quirks(**quirks))


def _check(where: str, name: str, value: Any) -> None:
    """ValueError if a field cannot be meant."""
    if name in PATTERNS:
        if not isinstance(value, str) or not value:
            raise ValueError(f"{where} must be a pattern such as 'ACME*', not {value!r}")
    elif name not in KINDS:
        raise ValueError(f"{where} = {value!r}: there is no such quirk; {', '.join(KINDS)} are")
    elif type(value) is not KINDS[name]:
        raise ValueError(f"{where} must be {_WORDS[KINDS[name]]}, not {value!r}")
    elif isinstance(value, int) and value < 0:
        raise ValueError(f"{where} must be 0 or more, not {value}")
    elif name == "reading" and value not in Reading.__members__:
        raise ValueError(f"{where} must be one of {', '.join(Reading.__members__)}, not {value!r}")


SHIPPED = families(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"), "quirks.toml")
KNOWN = SHIPPED
