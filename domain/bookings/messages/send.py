"""Send a message to the other side."""

from __future__ import annotations

import msgspec
from sqlalchemy import bindparam, case, insert, select, update

from domain.bookings.messages.closing import check_open
from domain.bookings.messages.parties import Parties
from domain.bookings.messages.read import Message
from domain.bookings.messages.tables import message, side
from domain.cause import Cause
from domain.database import Connection
from domain.notifications.kinds import Kind
from domain.notifications.notify import notify
from domain.schema.upsert import upsert

_insert = insert(message).values({name: bindparam(name) for name in Message.__struct_fields__})
_unread_by = select(side.c.unread).where(
    side.c.application_id == bindparam("of_application"), side.c.account_id == bindparam("of_account")
)
_begin = (
    upsert(side)
    .values(
        application_id=bindparam("application_id"),
        account_id=bindparam("account_id"),
        other_id=bindparam("other_id"),
        last_message_id=bindparam("last_message_id"),
        unread=bindparam("unread"),
    )
    .on_conflict_do_nothing()
)
_go_on = (
    update(side)
    .where(side.c.application_id == bindparam("of_application"))
    .values(
        last_message_id=bindparam("message_id"),
        unread=side.c.unread + case((side.c.account_id == bindparam("author_id"), 0), else_=1),
    )
)


def send(connection: Connection, cause: Cause, parties: Parties, text: str) -> Message:
    """Store a message and return it; ``Conflict`` when the thread is closed.

    The other side gets a notification for its first unread message, and none for those that follow until it has read
    all.  Every message changes the rows of both sides, so that the database stores concurrent messages one
    after the other, in the order of their ids.
    """
    check_open(connection, parties, cause.now)
    other = parties.other_than(cause.actor)
    new = Message(
        id=cause.new_id("msg"),
        application_id=parties.application_id,
        author_id=cause.actor,
        text=text,
        created_at=cause.now,
    )
    unread = connection.run(_unread_by, of_application=new.application_id, of_account=other).scalar()
    if unread is None:
        _begin_thread(connection, parties, new)
    else:
        connection.run(_go_on, of_application=new.application_id, message_id=new.id, author_id=new.author_id)
    connection.run(_insert, **msgspec.structs.asdict(new))
    if not unread:
        notify(connection, cause, other, Kind.MESSAGE_RECEIVED, new.id)
    return new


def _begin_thread(connection: Connection, parties: Parties, first: Message) -> None:
    for account_id in sorted((parties.client_id, parties.worker_id)):  # always in the same order: no deadlock
        connection.run(
            _begin,
            application_id=first.application_id,
            account_id=account_id,
            other_id=parties.other_than(account_id),
            last_message_id=first.id,
            unread=int(account_id != first.author_id),
        )
