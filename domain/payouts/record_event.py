"""Record a payout event, if it is about the payout's present account and attempt."""

from __future__ import annotations

from domain.cause import Cause
from domain.database import Connection
from domain.payouts.ports import PayoutEvent
from domain.payouts.read import Payout
from domain.payouts.record_outcome import record_outcome
from domain.payouts.states import PayoutStatus


def record_event(connection: Connection, cause: Cause, found: Payout, event: PayoutEvent) -> bool | str:
    """Record the event's outcome and return whether it is news; return a text when the event does not apply."""
    if event.destination != found.destination:
        return f"it is about {event.destination}, and {found.id} goes to {found.destination}"
    if found.transfer_id is None or found.status == PayoutStatus.SCHEDULED:
        return f"{found.id} is {found.status}, and nothing of this try was sent yet"
    known = found.provider_id
    if event.generation != found.generation or (known is not None and event.outcome.provider_id != known):
        return f"it is about try {event.generation} of {found.id}, which is at {found.generation}"
    return record_outcome(connection, cause, found.id, event.outcome)
