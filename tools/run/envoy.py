"""Envoy's configuration: envoy.yaml with the environment's settings in it.

Envoy does not read environment variables. So a line of envoy.yaml that ends in a comment with a
setting's name, as in

    port_value: 8080  # AMPLINE_PORT

gets the setting's value in place of its own, where there is one.
"""

import json
import re
from collections.abc import Mapping

_MARKED = re.compile(r"^(?P<key>\s*\w+: )(?P<value>.*?)  # (?P<name>AMPLINE_\w+)$", re.MULTILINE)


def rendered(template: str, settings: Mapping[str, str]) -> str:
    """The configuration with the settings' values."""
    return _MARKED.sub(lambda line: _line(line, settings), template)


def _line(line: re.Match[str], settings: Mapping[str, str]) -> str:
    value = settings.get(line["name"], "")
    if not value:
        return line[0]
    if line["name"] == "AMPLINE_CORS_ORIGINS":
        return line["key"] + _origins(value)
    return line["key"] + (value if value.isdecimal() else json.dumps(value))


def _origins(value: str) -> str:
    """Origins with commas between them, as Envoy matches them; `*` is any."""
    matches = [
        {"safe_regex": {"regex": ".*"}} if origin == "*" else {"exact": origin}
        for origin in map(str.strip, value.split(","))
        if origin
    ]
    return json.dumps(matches)
