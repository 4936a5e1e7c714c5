"""One API request as its operation sees it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.stripe.documents import Documents
from sandbox.stripe.forms import Form
from sandbox.stripe.objects import Event, EventData, EventRequest, Thing


@dataclass(frozen=True, slots=True)
class Call:
    """``path_id``: the id in the path, "" without one; ``now``: seconds since 1970;
    ``base``: the sandbox's own address as the caller wrote it;
    ``post``: hand an event (id, type) to the webhooks; ``endpoints``: the addresses that they go to."""

    documents: Documents
    path_id: str
    form: Form
    now: int
    base: str
    publishable: bool
    request_id: str | None
    idempotency_key: str | None
    post: Callable[[str, str], None]
    endpoints: tuple[str, ...]


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def tell(call: Call, event_type: str, thing: Thing) -> None:
    """Write the event with the object as it is now, and send it to the webhooks."""
    event = Event(
        id=new_id("evt"),
        created=call.now,
        data=EventData(thing),
        pending_webhooks=len(call.endpoints),
        request=EventRequest(call.request_id, call.idempotency_key),
        type=event_type,
    )
    call.documents.add(event, event_type)
    call.post(event.id, event_type)
