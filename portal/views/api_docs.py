"""The REST API's description, for machines and for people. Open to anybody."""

from hashlib import blake2b

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from portal import openapi

room = Blueprint("api_docs", __name__)


@room.get("/openapi.json")
def document() -> Response:
    """The OpenAPI document; browsers ask again whether it is still the same."""
    text = openapi.document()
    response = Response(text, content_type="application/json")
    response.set_etag(blake2b(text.encode(), digest_size=12).hexdigest())
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Access-Control-Allow-Origin"] = "*"  # as public as the protos
    return response.make_conditional(request.environ)


@room.get("/docs")
def page() -> str:
    """The same to browse, and to try out with a key."""
    return render_template("api_docs/page.html")
