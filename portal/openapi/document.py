"""The whole document."""

import json
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from portal.openapi import errors
from portal.openapi.operations import Operations, tag_of
from portal.openapi.protos import Protos, protos
from portal.openapi.rules import Schema
from portal.openapi.schemas import Schemas

_ABOUT: Final = (
    "The REST side of the API that gRPC serves: every method of `ampline.v1`, made of its protos."
    "\n\nField names are in lowerCamelCase, 64-bit numbers are strings. A List comes a page at a "
    "time: pass its `nextPageToken` on as `pageToken`; a page may be short, or empty, and have a "
    "next one. Whatever creates or does something takes a `requestId` (a UUID): the same call "
    "again within 24 hours answers the same and does nothing twice. Every error is a "
    "`google.rpc.Status` with a reason."
)
_KEY: Final = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key, or the token of a signed-in operator.",
}


@cache
def document() -> str:
    """The REST API as an OpenAPI 3.1 document, in JSON."""
    return json.dumps(described(protos()), ensure_ascii=False, separators=(",", ":"))


def described(found: Protos) -> Schema:
    """The same, of some protos."""
    schemas = Schemas(found)
    paths = Operations(found, schemas).paths()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ampline",
            "version": _version(),
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [
            {"name": tag_of(service), "description": found.comment(service)}
            for service in sorted(found.services)
        ],
        "paths": paths,
        "components": {
            "schemas": {"Error": errors.schema(), **dict(sorted(schemas.used.items()))},
            "responses": errors.responses(found),
            "securitySchemes": {"key": _KEY},
        },
    }


def _version() -> str:
    try:
        return version("ampline-platform")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"
