"""Icons become one document that pages point into."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tools import assets

ICON = f"""<svg class="a" xmlns="{assets.SVG}" width="24" height="24" viewBox="0 0 24 24"
  stroke="currentColor"><path d="M1 1"/><circle r="2"/></svg>"""


def test_a_sprite_has_a_symbol_for_each_icon(tmp_path: Path) -> None:
    for name in ("plug", "zap"):
        (tmp_path / f"{name}.svg").write_text(ICON)
    plug, zap = ElementTree.fromstring(assets.sprite(tmp_path, ["plug", "zap"]))
    assert (plug.tag, zap.get("id")) == (f"{{{assets.SVG}}}symbol", "zap")
    assert plug.attrib == {"id": "plug", "viewBox": "0 0 24 24", "stroke": "currentColor"}
    assert [shape.get("d") or shape.get("r") for shape in plug] == ["M1 1", "2"]


def test_an_icon_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-icon"):
        assets.sprite(tmp_path, ["no-such-icon"])
