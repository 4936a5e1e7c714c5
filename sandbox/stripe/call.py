"""One API request, in the form that its operation receives."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.stripe.documents import Documents
from sandbox.stripe.forms import Form
from sandbox.stripe.objects import Event, EventData, EventRequest, Thing


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of an operation.

    ``path_id``: the id in the path, "" without one; ``now``: seconds since 1970;
    ``base``: the sandbox's address in the caller's request;
    ``post``: queue an event (id, type, connected account) for the webhooks; ``endpoints``: the webhooks' addresses;
    ``settles_after_s``: after how many seconds a charge's money is available;
    ``later``: queue a timed event (kind, id).
    """

    documents: Documents
    path_id: str
    form: Form
    now: int
    base: str
    publishable: bool
    request_id: str | None
    idempotency_key: str | None
    post: Callable[[str, str, str | None], None]
    endpoints: tuple[str, ...]
    settles_after_s: int
    later: Callable[[str, str], None]

    @property
    def account(self) -> str | None:
        """Return the connected account of the request; None for the platform itself."""
        return self.documents.account


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def tell(call: Call, event_type: str, thing: Thing, account: str | None = None) -> None:
    """Store an event with the object's current state, and queue it for the webhooks.

    An event about a connected account goes to the endpoint for connected accounts."""
    account = account or call.account
    event = Event(
        id=new_id("evt"),
        account=account,
        created=call.now,
        data=EventData(thing),
        pending_webhooks=len(call.endpoints),
        request=EventRequest(call.request_id, call.idempotency_key),
        type=event_type,
    )
    call.documents.of(account).add(event, event_type)
    call.post(event.id, event_type, account)
