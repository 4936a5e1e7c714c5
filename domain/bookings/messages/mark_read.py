"""Mark the messages of a thread as read, up to one of them."""

from __future__ import annotations

from sqlalchemy import bindparam, func, or_, select, update

from domain.bookings.messages.parties import Parties
from domain.bookings.messages.tables import message, side
from domain.database import Connection
from domain.errors import NotFound

_exists = select(message.c.id).where(
    message.c.id == bindparam("message_id"), message.c.application_id == bindparam("of_application")
)
_left = (
    select(func.count())
    .select_from(message)
    .where(
        message.c.application_id == side.c.application_id,
        message.c.id > bindparam("up_to"),
        message.c.author_id != side.c.account_id,
    )
    .scalar_subquery()
)
_mark = (
    update(side)
    .where(
        side.c.application_id == bindparam("of_application"),
        side.c.account_id == bindparam("of_account"),
        or_(side.c.read_up_to.is_(None), side.c.read_up_to < bindparam("up_to")),
    )
    .values(read_up_to=bindparam("up_to"), unread=_left)
)
_unread = select(side.c.unread).where(
    side.c.application_id == bindparam("of_application"), side.c.account_id == bindparam("of_account")
)


def mark_read(connection: Connection, parties: Parties, account_id: str, message_id: str) -> int:
    """Mark messages as read up to ``message_id``; return how many remain unread.

    The mark never moves back.  ``NotFound`` when the message is not in this thread.
    """
    where = {"of_application": parties.application_id}
    if connection.run(_exists, message_id=message_id, **where).first() is None:
        raise NotFound("message")
    connection.run(_mark, of_account=account_id, up_to=message_id, **where)
    return int(connection.run(_unread, of_account=account_id, **where).scalar())
