"""Copies what portal/vendor.toml names from node_modules to portal/static/vendor.

The packages themselves are installed by `npm ci` from package-lock.json, with the Node that the
locked Python environment brings, so that a machine without Node will do.

    python -m tools.assets           install and copy, unless nothing changed
"""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

from tools import stamp

ROOT = Path(__file__).parent.parent
PACKAGES = ROOT / "node_modules"
INSTALLED = PACKAGES / ".installed"
LIST = ROOT / "portal" / "vendor.toml"
TARGET = ROOT / "portal" / "static" / "vendor"
STAMP = TARGET / ".digest"
SVG = "http://www.w3.org/2000/svg"


def main() -> int:
    """Brings node_modules and the vendor folder up to date; returns the exit code."""
    locked = stamp.digest([ROOT / "package.json", ROOT / "package-lock.json"])
    if not stamp.matches(INSTALLED, locked):
        install_packages()
        INSTALLED.write_text(locked)
    wanted = stamp.digest([LIST, Path(__file__)], [locked])
    if not stamp.matches(STAMP, wanted):
        copy_assets(tomllib.loads(LIST.read_text()))
        STAMP.write_text(wanted)
    return 0


def install_packages() -> None:
    """Runs the environment's own npm; its `node` must be first in the path."""
    scripts = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([scripts / "npm", "ci", "--silent"], cwd=ROOT, env=environment, check=True)


def copy_assets(vendor: dict[str, dict[str, str]]) -> None:
    """Fills the vendor folder anew, so that nothing stays that is no longer named."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for name, source in vendor["files"].items():
        shutil.copyfile(PACKAGES / source, TARGET / name)
    icons = vendor["icons"]
    (TARGET / "icons.svg").write_bytes(sprite(PACKAGES / icons["folder"], list(icons["names"])))


def sprite(folder: Path, names: list[str]) -> bytes:
    """One SVG document with a <symbol id=name> for each icon."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.Element(f"{{{SVG}}}svg")
    for name in names:
        root.append(symbol(folder / f"{name}.svg"))
    return ElementTree.tostring(root)


def symbol(file: Path) -> ElementTree.Element:
    """The icon as a <symbol>: its shape and strokes, without a size and class of its own."""
    icon = ElementTree.parse(file).getroot()  # noqa: S314 - locked by its hash
    kept = {key: value for key, value in icon.items() if key not in {"class", "height", "width"}}
    element = ElementTree.Element(f"{{{SVG}}}symbol", {**kept, "id": file.stem})
    element.extend(icon)
    return element


if __name__ == "__main__":
    sys.exit(main())
