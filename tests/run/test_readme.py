"""The README names every setting, and every file that it names is there."""

import re

from tests.running import ROOT

README = (ROOT / "README.md").read_text()
SOURCES = [
    *(ROOT / "server").rglob("*.py"),
    *(ROOT / "portal").rglob("*.py"),
    *(ROOT / "tools" / "run").rglob("*.py"),
    ROOT / "envoy.yaml",
]
PASSED_ON = {"AMPLINE_ADDRESS", "AMPLINE_KEY", "AMPLINE_DESCRIPTORS", "AMPLINE_BOOTSTRAP_"}
"""What the launcher tells its programs; not for users."""


def test_every_setting_has_a_row() -> None:
    read = {
        name for file in SOURCES for name in re.findall(r"AMPLINE_[A-Z0-9_]+", file.read_text())
    }
    rows = set(re.findall(r"`(AMPLINE_[A-Z0-9_]+)`", README.split("## Settings")[1]))
    assert read - rows == PASSED_ON
    assert rows - read == set()


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert [link for link in links if not (ROOT / link).exists()] in ([], ["docs/portal.png"])


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE)) <= targets
