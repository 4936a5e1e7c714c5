"""Send an order at most once, also when a Celery worker dies in the middle of the call.

The request key makes a repeat harmless while the provider knows it; afterwards a look-up finds what became of the
order.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import msgspec
from sqlalchemy import Table

from domain.absence import Absence
from domain.cause import Cause
from domain.database import Connection
from domain.platform.outbox.work import Work
from domain.provider_errors import OutcomeUnknown, Refused
from tasks.declare import Again, Call


class Order(Protocol):
    """The fields of every order.  ``created_at``: the time of the first call to the provider."""

    @property
    def provider(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...


O = TypeVar("O", bound=Order)  # noqa: E741 - an order
S = TypeVar("S")
F = TypeVar("F")
R = TypeVar("R")


class Absent(msgspec.Struct, frozen=True):
    """A look-up found no trace of the order.  ``confirm_after``: the wait before the second look-up."""

    confirm_after: timedelta


def recording(
    table: Table, record: Callable[[Connection, Cause, str, R], object]
) -> Callable[[Connection, Cause, Work, R | Absent | None], Again | None]:
    """Return the ``record`` of tasks about an order of ``table``: it notes an absence, and passes any outcome on.

    A look-up that found nothing (None) changes nothing: the next scan for overdue orders asks again.
    """
    absence, field = Absence(table), f"{table.name}_id"

    def run(connection: Connection, cause: Cause, work: Work, result: R | Absent | None) -> Again | None:
        row_id: str = getattr(work, field)
        if isinstance(result, Absent):
            at = absence.note(connection, cause, row_id, confirm_after=result.confirm_after)
            return Again(at, "the provider knows nothing of it yet")
        if result is not None:
            record(connection, cause, row_id, result)
        return None

    return run


async def send_once(
    call: Call,
    order: O,
    send: Callable[[O, timedelta], Awaitable[S]],
    look_up: Callable[[O, timedelta], Awaitable[F | None]],
    refused: Callable[[O, Refused], R],
) -> S | F | R | Absent:
    """Send the order, or look it up, and return the provider's answer.  ``refused`` turns a refusal into an outcome.

    A refusal is no outcome when an earlier attempt, whose answer we never received, had its effect.
    """
    if call.now - order.created_at < call.gateways.rail(order.provider).key_lifetime:
        try:
            return await send(order, call.deadline)
        except OutcomeUnknown as doubt:
            if not doubt.stored:  # else the provider repeats this answer for the key
                raise
        except Refused as refusal:
            outcome = refused(order, refusal)
            found = await look_up(order, call.deadline) if call.in_doubt else None
            return found or outcome
    return await look_up(order, call.deadline) or Absent(call.settings.absence_confirm)
