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
    ``post``: hand an event (id, type, connected account) to the webhooks; ``endpoints``: the addresses that they go
    to; ``settles_after_s``: when a charge's money becomes available; ``later``: have something (kind, id) go on."""

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
        """The connected account that is asked for, None: the platform itself."""
        return self.documents.account


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def tell(call: Call, event_type: str, thing: Thing, account: str | None = None) -> None:
    """Write the event with the object as it is now, and send it to the webhooks: to those of connected accounts when
    it is about one."""
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
