"""Bodies: decoded in one strict pass into what the handler declares.

Litestar decodes into plain values first and then converts them leniently, so that ``"10"`` would pass
for an amount; and it lets the two ways in which a body can break a decoder become a 500.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request
from litestar.exceptions import HTTPException, ValidationException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import Empty

from domain.errors import wrong_body
from web.faults import faults_in
from web.headers import header
from web.services import KEY, Services
from web.texts import CURRENCY

_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}
JSON = "application/json"
CURLS = "application/x-www-form-urlencoded"
"""The content type that ``curl --data`` sends.  Read as JSON, or nobody could type a command without a header.  A
page of another site can say it too, but it has no token, and there are no cookies."""
CUT_OFF = "handwork.cut_off"
"""In the scope: the body ends here because the rest did not come in time."""
Minor = Annotated[int, msgspec.Meta(ge=1, le=2**53, description="Minor units: cents for usd.", examples=[9000])]
Moment = Annotated[
    datetime,
    msgspec.Meta(tz=True, description="RFC 3339, with its offset.", examples=["2027-03-01T09:00:00Z"]),
]
CurrencyCode = Annotated[str, msgspec.Meta(pattern=CURRENCY, description="ISO 4217, lower case.", examples=["usd"])]


class NoBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an operation that takes none: nothing, or an empty object."""


_no_body = msgspec.json.Decoder(NoBody)


class ApiRequest(Request[Any, Any, Any]):
    """The request class of the application: ``json`` is what Litestar takes ``data`` from."""

    @property
    def services(self) -> Services:
        scope: Any = self.scope  # whoever is around the application put them there
        found: Services = scope[KEY]
        return found

    async def json(self) -> Any:
        """``Invalid`` or ``ValidationException`` for anything but the declared body; 415 when it says that it is
        something else than JSON."""
        _check_kind(self.scope)
        wanted = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        decoder = _decoders.get(wanted)
        if decoder is None:
            decoder = _decoders[wanted] = msgspec.json.Decoder(wanted)
        return decode(decoder, await self.body())

    def _without_body(self) -> bytes:
        """Return what stands for a body that was not sent: nothing, or an object where no field is required."""
        body = self.route_handler.parsed_fn_signature.parameters.get("data")
        return b"{}" if body is not None and is_optional(self.route_handler, body.annotation) else b""

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
        return body or self._without_body()


def _check_kind(scope: Any) -> None:
    """415 for a body that says that it is something else than JSON."""
    given = header(scope, b"content-type")
    if not given or given == JSON:
        return
    kind = given.partition(";")[0].strip().lower()
    if kind not in (JSON, CURLS) and not (kind.startswith("application/") and kind.endswith("+json")):
        raise HTTPException(f"The body says that it is {kind[:100]}: send JSON, as {JSON}.", status_code=415)


async def refuse_any_body(request: Request[Any, Any, Any]) -> None:
    """Raise for a body, other than an empty object, of an operation that takes none and would ignore it."""
    body = await request.body()
    if body:
        _check_kind(request.scope)
        decode(_no_body, body)


def decode(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    """``Invalid`` names everything that is wrong with a body that is JSON; ``ValidationException`` for what is not
    JSON: malformed, cut off, not UTF-8, or nested without end."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        first = error
    except (ValueError, RecursionError) as error:
        raise _not_json(error) from None
    _check_json(body)
    try:
        faults = faults_in(decoder.type, body, first)
    except RecursionError as error:  # the search runs deeper in the stack than the check
        raise _not_json(error) from None
    raise wrong_body(faults)


def _check_json(body: bytes) -> None:
    """``ValidationException`` for what is not JSON behind the first fault."""
    try:
        msgspec.json.decode(body)
    except msgspec.ValidationError:
        return  # a number that no type holds: it is JSON
    except (ValueError, RecursionError) as error:
        raise _not_json(error) from None


def _not_json(error: Exception) -> ValidationException:
    return ValidationException(f"The body is not JSON that can be read: {error}")


def is_optional(handler: Any, kind: Any) -> bool:
    """Return whether a step can be taken without a body: POST, and no field is required."""
    return "POST" in handler.http_methods and not any(field.required for field in msgspec.structs.fields(kind))
