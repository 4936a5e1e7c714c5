"""Resolve what a story is about: one request, or one object with all that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from domain.database import Connection
from domain.errors import DomainError
from domain.oversight.nouns import (
    APPLICATIONS,
    BOOKINGS,
    NOUNS,
    PAYMENTS,
    PAYOUT_ACCOUNTS,
    PAYOUTS,
    REFUNDS,
    Noun,
    noun_of,
)
from domain.oversight.page import Item, page
from domain.oversight.show import fields_of
from domain.oversight.story import gather
from domain.platform.outbox import read as outbox

PARTS: dict[str, tuple[Noun, ...]] = {
    "acc": (PAYOUT_ACCOUNTS,),
    "job": (APPLICATIONS, BOOKINGS),
    "bkg": (PAYMENTS, PAYOUTS, REFUNDS),
    "pay": (REFUNDS,),
}
"""The nouns that belong to the story of a noun."""
MOST = 200


@dataclass(slots=True)
class Scope:
    """The rows that a story includes.  ``subjects``: the objects that appear with their whole history.

    ``near``: the bookings that they are part of; only the changes by ``causes`` appear.  ``accounts``: the people
    concerned.  ``causes``: the requests that appear.
    """

    subjects: set[str] = field(default_factory=set)
    near: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    causes: set[str] = field(default_factory=set)

    def add(self, connection: Connection, subject_id: str, *, whole: bool) -> None:
        """Add an object, and with ``whole`` also what belongs to it."""
        noun = noun_of(subject_id)
        found = fields_of(connection, noun, subject_id) if noun else None
        if noun is None or found is None or subject_id in self.subjects:
            return
        self.subjects.add(subject_id)
        self.accounts |= {subject_id} if noun.prefix == "acc" else set()
        self.accounts |= _accounts_in(found)
        if booking_id := found.get("booking_id"):
            self.near.add(booking_id)
            self.accounts |= _accounts_in(fields_of(connection, BOOKINGS, booking_id) or {})
        for part in PARTS.get(noun.prefix, ()) if whole else ():
            for item in page(connection, part, text=subject_id, most=MOST):
                self.add(connection, item["id"], whole=True)


def _accounts_in(fields: Item) -> set[str]:
    return {value for name, value in fields.items() if name in ("client_id", "worker_id", "account_id")}


def scope_of(connection: Connection, given: str) -> Scope:
    """Resolve ``given``: an id of ours, a provider's reference or event, or else a correlation id."""
    scope = Scope()
    if noun_of(given):
        scope.add(connection, given, whole=True)
    elif given.startswith("tsk_"):
        _add_task(connection, scope, given)
    elif given.startswith(("ntf_", "dlv_")):
        _add_notice(connection, scope, given)
    else:
        for noun in NOUNS:
            for item in page(connection, noun, text=given, most=MOST) if noun.exact and not noun.like else ():
                scope.add(connection, item["id"], whole=True)
        for event in gather.events_named(connection, [given]) if not scope.subjects else ():
            scope.add(connection, event.subject_id or "", whole=True)
    if not scope.subjects and not scope.causes:
        scope.causes.add(given)
    return scope


def _add_task(connection: Connection, scope: Scope, task_id: str) -> None:
    try:
        row, _ = outbox.task(connection, task_id)
    except DomainError:  # unknown, or deleted since
        return
    scope.causes.add(row.correlation_id)


def _add_notice(connection: Connection, scope: Scope, notice_id: str) -> None:
    cause = gather.cause_of_notice(connection, notice_id)
    if cause is not None:
        scope.causes.add(cause)
