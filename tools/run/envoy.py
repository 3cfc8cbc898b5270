"""Envoy's configuration: envoy.yaml with the environment's settings in it.

Envoy does not read environment variables. So a line of envoy.yaml that ends in a comment with a
setting's name, as in

    port_value: 8080  # AMPLINE_PORT

gets the setting's value in place of its own, where there is one.
"""

import json
import re
from collections.abc import Callable, Mapping

_MARKED = re.compile(r"^(?P<key>[ -]*\w+: )(?P<value>.*?)  # (?P<name>AMPLINE_\w+)$", re.MULTILINE)


def rendered(template: str, settings: Mapping[str, str]) -> str:
    """The configuration with the settings' values."""
    return _MARKED.sub(lambda line: _line(line, settings), template)


def _line(line: re.Match[str], settings: Mapping[str, str]) -> str:
    value = settings.get(line["name"], "")
    if not value:
        return line[0]
    if line["name"] in WRITERS:
        return line["key"] + json.dumps(WRITERS[line["name"]](value))
    return line["key"] + (value if value.isdecimal() else json.dumps(value))


def _origins(value: str) -> list[dict[str, object]]:
    """Origins with commas between them, as Envoy matches them; `*` is any."""
    return [
        {"safe_regex": {"regex": ".*"}} if origin == "*" else {"exact": origin}
        for origin in map(str.strip, value.split(","))
        if origin
    ]


def _tls(value: str) -> dict[str, object]:
    """TLS with the certificate and the key of two files (PEM), with a comma between them."""
    certificate, _, key = value.partition(",")
    pair = {"certificate_chain": {"filename": certificate}, "private_key": {"filename": key}}
    common = {
        "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},
        "tls_certificates": [pair],
        "alpn_protocols": ["h2", "http/1.1"],
    }
    context = {"@type": f"{_TLS}.DownstreamTlsContext", "common_tls_context": common}
    return {"name": "envoy.transport_sockets.tls", "typed_config": context}


_TLS = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3"
WRITERS: dict[str, Callable[[str], object]] = {
    "AMPLINE_CORS_ORIGINS": _origins,
    "AMPLINE_TLS": _tls,
}
"""Settings whose value is more than a word or a number."""
