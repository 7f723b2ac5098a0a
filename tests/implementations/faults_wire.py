"""Faults on the wire: status, media type, and what is JSON in UTF-8."""

import json
from dataclasses import replace

from tests.implementations.call import ROOMS
from tests.implementations.faulty import fault
from tests.implementations.server import Request, Response


def _live(response: Response) -> bool:
    return response.status == 200


def _text(response: Response) -> str:
    return json.dumps(response.body, ensure_ascii=False)


def _sent(response: Response, text: str, encoding: str = "utf-8") -> Response:
    return replace(response, body=text.encode(encoding))


@fault("shape.status")
def created(_: Request, response: Response) -> Response:
    """A live room answers 201."""
    return replace(response, status=201) if _live(response) else response


@fault("shape.status")
def one_room_accepted(request: Request, response: Response) -> Response:
    """One of the live rooms always answers 202, without a call."""
    later = _live(response) and request.room == ROOMS[1]
    return Response(202, {"status": "pending"}) if later else response


@fault("shape.media-type")
def as_html(_: Request, response: Response) -> Response:
    """JSON is sent as text/html."""
    return replace(
        response, headers={**response.headers, "Content-Type": "text/html; charset=utf-8"}
    )


@fault("shape.media-type")
def as_nothing(_: Request, response: Response) -> Response:
    """Content-Type is missing."""
    return replace(response, headers={**response.headers, "Content-Type": None})


@fault("shape.media-type")
def as_json_api(_: Request, response: Response) -> Response:
    """The media type is application/vnd.api+json."""
    return replace(
        response, headers={**response.headers, "Content-Type": "application/vnd.api+json"}
    )


@fault("shape.media-type", level="should")
def said_to_be_latin_1(_: Request, response: Response) -> Response:
    """The media type names a charset that is not UTF-8."""
    latin = {**response.headers, "Content-Type": "application/json; charset=ISO-8859-1"}
    return replace(response, headers=latin)


@fault("shape.json")
def trailing_comma(_: Request, response: Response) -> Response:
    """The object ends in a trailing comma."""
    return _sent(response, _text(response)[:-1] + ",}") if _live(response) else response


@fault("shape.json")
def not_a_number(_: Request, response: Response) -> Response:
    """NaN stands among the metadata."""
    text = _text(response).replace('"metadata": {}', '"metadata": {"score": NaN}')
    return _sent(response, text) if _live(response) else response


@fault("shape.json")
def byte_order_mark(_: Request, response: Response) -> Response:
    """The body begins with a byte order mark."""
    return _sent(response, _text(response), "utf-8-sig") if _live(response) else response


@fault("shape.json")
def raw_line_feed(_: Request, response: Response) -> Response:
    """A line feed stands unescaped in a string."""
    text = _text(response).replace("How can I", "\nHow can I")
    return _sent(response, text) if _live(response) else response


@fault("shape.json")
def mislabelled(_: Request, response: Response) -> Response:
    """The body is said to be compressed and is not."""
    headers = {**response.headers, "Content-Encoding": "gzip"}
    return replace(response, headers=headers) if _live(response) else response


@fault("shape.json")
def single_quotes(_: Request, response: Response) -> Response:
    """The body is a Python literal."""
    return _sent(response, repr(response.body)) if _live(response) else response


@fault("shape.json")
def latin_1(_: Request, response: Response) -> Response:
    """The body is in Latin-1."""
    if not _live(response):
        return response
    return _sent(
        response, _text(replace(response, body=response.body | {"customerName": "Zoë"})), "latin-1"
    )


@fault("shape.json")
def two_documents(_: Request, response: Response) -> Response:
    """A second document follows the first."""
    return _sent(response, _text(response) + "\n{}") if _live(response) else response


@fault("shape.json")
def truncated(_: Request, response: Response) -> Response:
    """The body stops short of its Content-Length."""
    return replace(response, wire=lambda data: data[:-40]) if _live(response) else response


@fault("shape.json")
def length_too_small(_: Request, response: Response) -> Response:
    """Content-Length is the number of characters, not of bytes."""
    if not _live(response):
        return response
    text = _text(replace(response, body=response.body | {"customerName": "Zoë Ærø"}))
    headers = {**response.headers, "Content-Length": str(len(text))}
    return replace(_sent(response, text), headers=headers, wire=lambda data: data)


@fault("shape.json")
def empty_body(_: Request, response: Response) -> Response:
    """The body is empty."""
    return replace(response, body=b"") if _live(response) else response


@fault("shape.json", level="should")
def duplicate_names(_: Request, response: Response) -> Response:
    """A name occurs twice in an object."""
    text = _text(response).replace('{"id": ', '{"sentiment": "neutral", "id": ', 1)
    return _sent(response, text) if _live(response) else response
