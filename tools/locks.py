"""Checks, without a network, that the locks are of this pyproject.toml and name no addresses.

`make lock` writes requirements.lock with each package's reason under it, as `# via …`. A package
whose reason is pyproject.toml itself must be asked for there, in that version, and the other way
round.

    python -m tools.locks
"""

import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PINNED = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[^ ;\\]+)")
# A funding link in npm's lock is no address that anything is fetched from.
ADDRESS = re.compile(
    r'^(?! *"url": ).*(?:\b(?:https?|file|git)[+:]|--(?:extra-)?index|--find-links)'
)
ASKED_FOR = "pyproject.toml"
NPM_FOLDERS = (Path(), Path("clients/typescript"))


def main() -> int:
    """Prints every complaint; returns 1 when there is one."""
    complaints = [*pyproject_complaints(), *package_json_complaints(), *address_complaints()]
    for complaint in complaints:
        print(f"{complaint} (make lock)", file=sys.stderr)
    return 1 if complaints else 0


def pyproject_complaints() -> Iterator[str]:
    """Compares what pyproject.toml asks for with what the lock says it asked for."""
    wanted = {canonicalize_name(need.name): need for need in requirements()}
    locked = locked_for_us((ROOT / "requirements.lock").read_text())
    for name in sorted(wanted.keys() ^ locked.keys()):
        place = "requirements.lock" if name in wanted else "pyproject.toml"
        yield f"{name} is not in {place}"
    for name in sorted(wanted.keys() & locked.keys()):
        if not wanted[name].specifier.contains(locked[name], prereleases=True):
            yield f"requirements.lock has {name} {locked[name]}, wanted is {wanted[name]}"


def requirements() -> Iterator[Requirement]:
    """All that pyproject.toml asks for: to build, to run, to develop."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    yield from map(Requirement, project["project"]["dependencies"])
    yield from map(Requirement, project["dependency-groups"]["dev"])


def locked_for_us(lock: str) -> dict[str, str]:
    """Name and version of the locked packages that pyproject.toml itself asks for."""
    found: dict[str, str] = {}
    name = version = ""
    for line in lock.splitlines():
        if pinned := PINNED.match(line):
            name, version = canonicalize_name(pinned["name"]), pinned["version"]
        elif ASKED_FOR in line:
            found[name] = version
    return found


def package_json_complaints() -> Iterator[str]:
    """npm writes what package.json asks for into the lock's first entry."""
    for folder in NPM_FOLDERS:
        wanted = json.loads((ROOT / folder / "package.json").read_text())
        locked = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"][""]
        for kind in ("dependencies", "devDependencies"):
            if wanted.get(kind) != locked.get(kind):
                yield f"{folder / 'package-lock.json'} has other {kind} than package.json"


def address_complaints() -> Iterator[str]:
    """A lock says what to install; where from is the business of the machine."""
    locks = [Path("requirements.lock"), *(folder / "package-lock.json" for folder in NPM_FOLDERS)]
    for name in locks:
        for number, line in enumerate((ROOT / name).read_text().splitlines(), 1):
            if ADDRESS.match(line):
                yield f"{name}:{number} names an address"


if __name__ == "__main__":
    sys.exit(main())
