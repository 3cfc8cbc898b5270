"""Files that the API gives in pieces, on to the browser as they come."""

from collections.abc import Iterable
from itertools import chain
from typing import Any

from werkzeug.wrappers import Response


def downloaded(pieces: Iterable[Any], file_name: str) -> Response:
    """The file; `pieces` are google.api.HttpBody messages."""
    come = iter(pieces)
    first = next(come, None)  # what is refused is refused before anything is answered
    if first is None:
        return Response(status=204)
    answer = Response(
        chain((first.data,), (piece.data for piece in come)), content_type=first.content_type
    )
    answer.headers.set("Content-Disposition", "attachment", filename=file_name)
    return answer
