"""Values of environment variables, as settings want them. What is empty was not said; a ValueError
names the variable, and shows no secret that may be in it."""

from collections.abc import Mapping
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from server.domain.money import is_currency
from server.resources.time_zones import is_time_zone

Environment = Mapping[str, str]
Networks = tuple[IPv4Network | IPv6Network, ...]

ANYWHERE: Networks = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


def number(environment: Environment, name: str, default: int) -> int:
    """A whole number."""
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isdecimal():
        raise ValueError(f"{name}: {text!r} is not a whole number")
    return int(text)


def positive(environment: Environment, name: str, default: int) -> int:
    """A whole number, but not 0."""
    found = number(environment, name, default)
    if not found:
        raise ValueError(f"{name}: must be at least 1")
    return found


def port(environment: Environment, name: str, default: int) -> int:
    """A port; 0 = any that is free."""
    text = environment.get(name, "")
    if text and not (text.isdecimal() and int(text) < 1 << 16):
        raise ValueError(f"{name}: {text!r} is not a port")
    return int(text) if text else default


def numbers(environment: Environment, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    """Whole numbers, with commas."""
    found = words(environment, name)
    if not all(each.isdecimal() for each in found):
        raise ValueError(f"{name}: {environment[name]!r} is no list of whole numbers")
    return tuple(map(int, found)) or default


def switch(environment: Environment, name: str) -> bool:
    """Whether it is `1`."""
    return choice(environment, name, ("0", "1")) == "1"


def choice(environment: Environment, name: str, choices: tuple[str, ...]) -> str:
    """One of the words, by default the first."""
    value = environment.get(name) or choices[0]
    if value not in choices:
        raise ValueError(f"{name}: {value!r} is none of {', '.join(choices)}")
    return value


def words(environment: Environment, name: str) -> tuple[str, ...]:
    """Words, with commas."""
    text = environment.get(name, "")
    return tuple(part.strip() for part in text.split(",") if part.strip())


def paths(environment: Environment, name: str) -> tuple[Path, ...]:
    """Files that can be read, with commas."""
    found = tuple(map(Path, words(environment, name)))
    for path in found:
        try:
            path.open("rb").close()
        except OSError as error:
            raise ValueError(f"{name}: {path}: {error.strerror}") from None
    return found


def addresses(environment: Environment, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """IP addresses, with commas."""
    found = words(environment, name)
    for each in found:
        try:
            ip_address(each)
        except ValueError:
            raise ValueError(f"{name}: {each!r} is no IP address") from None
    return found or default


def networks(environment: Environment, name: str, default: Networks) -> Networks:
    """Networks, with commas: `*` is any, `none` by itself is none."""
    if environment.get(name) == "none":
        return ()
    found: list[IPv4Network | IPv6Network] = []
    for text in words(environment, name):
        try:
            found += ANYWHERE if text == "*" else [ip_network(text)]
        except ValueError:
            raise ValueError(f"{name}: {text!r} is no network, as 10.0.0.0/8 is") from None
    return tuple(found) or default


def url(environment: Environment, name: str, default: str, *schemes: str) -> str:
    """A URL with one of the schemes and a host. It is not shown, for it may have a password."""
    text = environment.get(name) or default
    if text and not is_url(text, *schemes):
        kinds = " nor ".join(f"{scheme}://…" for scheme in schemes)
        raise ValueError(f"{name}: is {'neither ' if len(schemes) > 1 else 'no '}{kinds}")
    return text


def is_url(text: str, *schemes: str) -> bool:
    """Whether that is a URL with one of the schemes and a host."""
    with suppress(ValueError):
        parts = urlsplit(text)
        return parts.scheme in schemes and _has_host(parts) and text.isprintable()
    return False


def _has_host(parts: SplitResult) -> bool:
    """Whether a host is named, and no port that is none (ValueError)."""
    return bool(parts.hostname) and " " not in parts.netloc and parts.port != 0


def log_level(environment: Environment, name: str, default: str) -> str:
    """From which level on the log is written, in whatever letters."""
    text = (environment.get(name) or default).upper()
    if text not in _LEVELS:
        raise ValueError(f"{name}: {text!r} is none of {', '.join(_LEVELS)}")
    return text


def currency(environment: Environment, name: str, default: str) -> str:
    """A code of ISO 4217."""
    text = environment.get(name) or default
    if not is_currency(text):
        raise ValueError(f"{name}: {text!r} is no currency, as EUR is")
    return text


def time_zone(environment: Environment, name: str, default: str) -> str:
    """A name of the tz database."""
    text = environment.get(name) or default
    if not is_time_zone(text):
        raise ValueError(f"{name}: {text!r} is no time zone")
    return text
