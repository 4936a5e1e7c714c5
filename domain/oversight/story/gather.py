"""Read the rows of a story that are not tasks: status changes, transfers, events, notifications, deliveries, keys."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, or_, select

from domain.announcements.deliveries.tables import delivery
from domain.database import Connection
from domain.history.tables import history
from domain.ledger.tables import transfer
from domain.notifications.tables import notification
from domain.platform.idempotency.tables import idempotency_key
from domain.platform.inbox.tables import inbox
from domain.schema import Instant, one_of


class Change(msgspec.Struct, frozen=True):
    id: str
    subject_id: str
    from_status: str | None
    to_status: str
    actor: str
    correlation_id: str
    at: datetime


class Posting(msgspec.Struct, frozen=True):
    id: str
    at: datetime
    code: str
    debit_account: str
    credit_account: str
    amount_minor: int
    currency: str
    cause_id: str


class Event(msgspec.Struct, frozen=True):
    provider: str
    event_id: str
    payload: str
    received_at: datetime
    handled_at: datetime | None
    outcome: str | None
    subject_id: str | None


class Notice(msgspec.Struct, frozen=True):
    id: str
    account_id: str
    kind: str
    subject_id: str
    title: str
    created_at: datetime
    read_at: datetime | None
    correlation_id: str


class Delivery(msgspec.Struct, frozen=True):
    id: str
    account_id: str
    channel: str
    kind: str
    subject_id: str
    status: str
    provider_id: str | None
    created_at: datetime
    correlation_id: str


_CHANGE = [history.c[name] for name in Change.__struct_fields__]
_by_subject = (
    select(*_CHANGE).where(one_of(history.c.subject_id, "subjects")).order_by(history.c.subject_id, history.c.id)
)
_by_cause = select(*_CHANGE).where(history.c.correlation_id == bindparam("cause"))
_postings = select(
    *(transfer.c.id, transfer.c.created_at, transfer.c.code, transfer.c.debit_account, transfer.c.credit_account),
    *(transfer.c.amount_minor, transfer.c.currency, transfer.c.cause_id),
).where(or_(one_of(transfer.c.cause_id, "subjects"), one_of(transfer.c.booking_id, "subjects")))
_EVENT = [inbox.c[name] for name in Event.__struct_fields__]
_events_about = select(*_EVENT).where(one_of(inbox.c.subject_id, "subjects"), inbox.c.subject_id.is_not(None))
_events_named = select(*_EVENT).where(one_of(inbox.c.event_id, "ids"))
_told = or_(one_of(notification.c.subject_id, "subjects"), one_of(notification.c.correlation_id, "causes"))
_notices = select(*(notification.c[name] for name in Notice.__struct_fields__)).where(
    one_of(notification.c.account_id, "accounts"), _told
)
_written = or_(one_of(delivery.c.subject_id, "subjects"), one_of(delivery.c.correlation_id, "causes"))
_deliveries = select(*(delivery.c[name] for name in Delivery.__struct_fields__)).where(
    one_of(delivery.c.account_id, "accounts"), _written
)
_notice_cause = select(notification.c.correlation_id).where(notification.c.id == bindparam("row_id"))
_delivery_cause = select(delivery.c.correlation_id).where(delivery.c.id == bindparam("row_id"))
_scope_of_key = select(idempotency_key.c.scope).where(
    idempotency_key.c.created_at == bindparam("made", type_=Instant()),
    idempotency_key.c.resource_id == bindparam("resource"),
)


def changes_of(connection: Connection, subjects: Collection[str]) -> list[Change]:
    return [Change(*row) for row in connection.run(_by_subject, subjects=sorted(subjects)).all()]


def changes_by(connection: Connection, correlation_id: str) -> list[Change]:
    """Return the changes of one request.

    The query reads the whole history, because an index by cause would slow down every request.
    """
    return [Change(*row) for row in connection.run(_by_cause, cause=correlation_id).all()]


def postings(connection: Connection, subjects: Collection[str]) -> list[Posting]:
    """Return the transfers that were posted for one of the subjects."""
    return [Posting(*row) for row in connection.run(_postings, subjects=sorted(subjects)).all()]


def events_about(connection: Connection, subjects: Collection[str]) -> list[Event]:
    """Return the handled events about the subjects: an event has no subject until it is handled."""
    return [Event(*row) for row in connection.run(_events_about, subjects=sorted(subjects)).all()]


def events_named(connection: Connection, ids: Collection[str]) -> list[Event]:
    return [Event(*row) for row in connection.run(_events_named, ids=sorted(ids)).all()]


def notices(
    connection: Connection, accounts: Collection[str], subjects: Collection[str], causes: Collection[str]
) -> tuple[list[Notice], list[Delivery]]:
    """Return the notifications of these accounts about one of the subjects, or because of one of the requests."""
    given = {"accounts": sorted(accounts), "subjects": sorted(subjects), "causes": sorted(causes)}
    told = [Notice(*row) for row in connection.run(_notices, **given).all()]
    return told, [Delivery(*row) for row in connection.run(_deliveries, **given).all()]


def cause_of_notice(connection: Connection, notice_id: str) -> str | None:
    """Return the correlation id of a notification or a delivery; None when there is no such row."""
    statement = _delivery_cause if notice_id.startswith("dlv_") else _notice_cause
    found: str | None = connection.run(statement, row_id=notice_id).scalar()
    return found


def route_of(connection: Connection, change: Change) -> str | None:
    """Return ``POST /payments``, when the change created an object under a client's idempotency key."""
    scope: str | None = connection.run(_scope_of_key, made=change.at, resource=change.subject_id).scalar()
    return scope.partition(" ")[2] if scope else None
