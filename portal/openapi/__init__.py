"""The REST API described as OpenAPI: made of the protos' descriptors, so of all that is served.

    text = openapi.document()

Comments become descriptions, field rules become schema keywords, HTTP annotations become paths.
"""

from portal.openapi.document import document

__all__ = ["document"]
