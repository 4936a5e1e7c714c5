"""The steps of every provider's webhook: refuse a body, or store its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec

from domain.database import Connection
from domain.platform.inbox.receive import receive
from gateways.signature import SignatureError
from runtime import logging
from web.bodies import ApiRequest
from web.correlation import correlation_id
from web.problems import BadRequest
from web.texts import WHOLE

EventId = Annotated[str, msgspec.Meta(pattern=f"^[!-~]{{1,120}}${WHOLE}")]
UNREADABLE = (ValueError, RecursionError)
"""The exceptions that a JSON decoder raises."""

log = logging.get("handwork.web.webhooks")


def unsigned(provider: str, error: SignatureError) -> BadRequest:
    """Log a body that the provider did not sign, and return its refusal."""
    log.warning("webhook signature refused", provider=provider, code=error.code)
    return BadRequest(error.code, str(error))


def malformed(wanted: str, error: Exception) -> BadRequest:
    return BadRequest("event_malformed", f"This is not {wanted}: {error}")


async def take_in(request: ApiRequest, provider: str, events: Sequence[tuple[str, str]]) -> int:
    """Put the events, each an id and its raw JSON, into the inbox, and return how many of them are new.

    All events are stored or none, because a provider sends the whole body again.
    """
    cause = request.services.cause(provider, correlation_id(request.scope))

    def unit(connection: Connection) -> int:
        taken = [
            receive(connection, cause, provider=provider, event_id=event_id, payload=payload)
            for event_id, payload in events
        ]
        return sum(each.changed for each in taken)

    return await request.services.database.write_async(unit)
