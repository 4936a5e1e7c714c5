"""Bodies: decoded in one strict pass into what the handler declares.

Litestar decodes into plain values first and then converts the values leniently, so that ``"10"`` would pass for an
amount.  Litestar also answers 500 for two kinds of body that break a decoder.
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
"""The content type that ``curl --data`` sends; such a body is read as JSON, so that a command needs no header.  A page
of another site can send this type too, but such a page has no token, and there are no cookies."""
CUT_OFF = "handwork.cut_off"
"""The key in the scope of a request whose body ends early, because the rest did not arrive in time."""
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
        scope: Any = self.scope  # ``RequestLog`` puts them there
        found: Services = scope[KEY]
        return found

    async def json(self) -> Any:
        """Return the body as the handler's ``data`` declares it.

        ``Invalid`` or ``ValidationException`` for any other body; 415 when its content type is not JSON.
        """
        _check_kind(self.scope)
        wanted = self.route_handler.parsed_fn_signature.parameters["data"].annotation
        decoder = _decoders.get(wanted)
        if decoder is None:
            decoder = _decoders[wanted] = msgspec.json.Decoder(wanted)
        return decode(decoder, await self.body())

    def _without_body(self) -> bytes:
        """Return the default for a missing body: an empty object where no field is required, else no bytes."""
        body = self.route_handler.parsed_fn_signature.parameters.get("data")
        return b"{}" if body is not None and is_optional(self.route_handler, body.annotation) else b""

    async def body(self) -> bytes:
        """Return the body's bytes, within the size limit of Litestar.

        A plain loop reads them: most bodies arrive in one piece, and Litestar's generator cost more than decoding.
        """
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
                # No client reads this answer; its status, which nginx defined, is for the log and the metrics.
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
    """Refuse (415) a body whose content type is not JSON."""
    given = header(scope, b"content-type")
    if not given or given == JSON:
        return
    kind = given.partition(";")[0].strip().lower()
    if kind not in (JSON, CURLS) and not (kind.startswith("application/") and kind.endswith("+json")):
        raise HTTPException(f"The body says that it is {kind[:100]}: send JSON, as {JSON}.", status_code=415)


async def refuse_any_body(request: Request[Any, Any, Any]) -> None:
    """Refuse a body, other than an empty object, of an operation that takes none and would ignore the body."""
    body = await request.body()
    if body:
        _check_kind(request.scope)
        decode(_no_body, body)


def decode(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    """Return the decoded body.

    ``Invalid`` names every fault of a body that is JSON.  ``ValidationException`` for a body that is not JSON:
    malformed, cut off, not UTF-8, or nested too deep.
    """
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
    """Raise ``ValidationException`` for a body that is not JSON beyond its first fault."""
    try:
        msgspec.json.decode(body)
    except msgspec.ValidationError:
        return  # a number that no type holds: it is JSON
    except (ValueError, RecursionError) as error:
        raise _not_json(error) from None


def _not_json(error: Exception) -> ValidationException:
    return ValidationException(f"The body is not JSON that can be read: {error}")


def is_optional(handler: Any, kind: Any) -> bool:
    """Return whether a request may omit its body: a POST of which no field is required."""
    return "POST" in handler.http_methods and not any(field.required for field in msgspec.structs.fields(kind))
