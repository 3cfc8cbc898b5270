"""A receipt as one HTML page that needs nothing else."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from server.api.receipts.sheet import Sheet

_TEMPLATE = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True
).get_template("receipt.html")


def page_of(sheet: Sheet) -> bytes:
    """The page."""
    return _TEMPLATE.render(sheet=sheet).encode()
