"""Bodies: decoded in one strict pass into what the handler declares.

Litestar decodes into plain values first and then converts them leniently, so that ``"10"`` would pass
for an amount; and it lets the two ways in which a body can break a decoder become a 500.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException, ValidationException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import Empty

from web.headers import header

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
_NAMED = re.compile(r"field `(\w+)`")
CUT_OFF = "handwork.cut_off"
"""In the scope: the body ends here because the rest did not come in time."""
WHOLE = r"(?!\n)"
"""After a pattern's ``$``, which in Python also matches before a last line end; elsewhere it changes nothing."""


LINE = rf"^[^\x00-\x1f\x7f]+${WHOLE}"
"""One line of text, without control characters."""

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=LINE, examples=["Fix a tap"])]
LongText = Annotated[str, msgspec.Meta(max_length=10_000, pattern=r"^[^\x00]*$", examples=["It drips."])]
Words = Annotated[str, msgspec.Meta(min_length=1, max_length=10_000, pattern=r"^[^\x00]+$", examples=["At nine?"])]
"""What people write to each other: as long as a description, and not empty."""
Minor = Annotated[int, msgspec.Meta(ge=1, le=2**53, description="Minor units: cents for usd.", examples=[9000])]
Moment = Annotated[
    datetime,
    msgspec.Meta(tz=True, description="RFC 3339, with its offset.", examples=["2027-03-01T09:00:00Z"]),
]
CurrencyCode = Annotated[
    str, msgspec.Meta(pattern=f"^[a-z]{{3}}${WHOLE}", description="ISO 4217, lower case.", examples=["usd"])
]
Password = Annotated[
    str,
    msgspec.Meta(
        min_length=10, max_length=200, description="10 to 200 characters.", examples=["correct horse battery"]
    ),
]
Email = Annotated[str, msgspec.Meta(min_length=3, max_length=254, pattern=LINE, examples=["alice@example.com"])]
Name = Annotated[
    str,
    # Neither may it begin another line of a mail's head, nor turn round what is written after it.
    msgspec.Meta(
        min_length=1,
        max_length=100,
        pattern=rf"^[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+${WHOLE}",
        examples=["Alice"],
    ),
]


class ApiRequest(Request[Any, Any, Any]):
    """The request class of the application: ``json`` is what Litestar takes ``data`` from."""

    async def json(self) -> Any:
        """``ValidationException`` for anything but the declared body."""
        wanted = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        decoder = _decoders.get(wanted)
        if decoder is None:
            decoder = _decoders[wanted] = msgspec.json.Decoder(wanted)
        return decode(decoder, await self.body())

    async def body(self) -> bytes:
        """As Litestar's, with its limit, in a plain loop: an asynchronous generator for the one piece in which a
        body comes cost more than the decoding."""
        state = self._connection_state
        if state.body is Empty:
            state.body = await self._read()
        self._body = state.body
        return state.body

    async def _read(self) -> bytes:
        most = self.route_handler.resolve_request_max_body_size() or math.inf
        announced = header(self.scope, b"content-length")
        if announced is not None and announced.isdecimal() and int(announced) > most:
            raise RequestEntityTooLarge
        body, more = b"", True
        while more:
            event: Any = await self.receive()
            if event["type"] == "http.disconnect":
                # Nobody reads this answer; its status, nginx's word for it, is for the log and the metrics.
                raise HTTPException("The client hung up before its request was whole.", status_code=499)
            body += event["body"]
            if len(body) > most:
                raise RequestEntityTooLarge
            more = event.get("more_body", False)
        if CUT_OFF in self.scope:
            raise HTTPException("The request did not come whole in time.", status_code=408)
        self.is_connected = False
        return body


def decode(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    """``ValidationException`` for what is not such JSON: wrong, cut off, not UTF-8, or nested without end."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        named = _NAMED.search(message)
        field = path.rstrip("`") or (named[1] if named else "")
        raise ValidationException(
            "The body is not as it should be.", extra=[{"key": field, "message": message}]
        ) from None
    except (ValueError, RecursionError) as error:
        raise ValidationException(f"The body is not JSON that can be read: {error}") from None
