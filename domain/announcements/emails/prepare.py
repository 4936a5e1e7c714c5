"""Before an e-mail is sent: to whom, what, and whether it still should be."""

from __future__ import annotations

from datetime import datetime

import msgspec

from domain.announcements import recipient
from domain.announcements.emails.move import Change, try_move
from domain.announcements.emails.ports import Letter
from domain.announcements.emails.read import Email, find, why_suppressed
from domain.announcements.emails.states import EmailState
from domain.announcements.emails.work import Send
from domain.announcements.recipient import Recipient
from domain.announcements.tell import Told, tell
from domain.announcements.texts import phrases_of, written
from domain.announcements.words import one_line
from domain.cause import Cause
from domain.database import Connection

LONGEST_SUBJECT = 150
LONGEST_NAME = 60


class MailOrder(msgspec.Struct, frozen=True, kw_only=True):
    """``fresh``: it was not asked for before, as far as we know.  ``letter.url`` is a path until the task makes an
    address of it; ``purpose`` is of a one-time link, and then the path wants its secret."""

    email_id: str
    subject_id: str
    to: str
    letter: Letter
    purpose: str
    submitted_at: datetime
    fresh: bool


def prepare(connection: Connection, cause: Cause, work: Send) -> MailOrder | None:
    """None when it was sent, or is not to be.

    Runs in the transaction of the claim, so nothing is sent without an attempt on record.
    """
    found = find(connection, work.email_id)
    if found is None or found.status not in {EmailState.QUEUED, EmailState.SUBMITTING}:
        return None
    reader = recipient.find(connection, found.account_id)
    told = _told(connection, cause, found, reader)
    if reader is None or told is None:
        try_move(connection, found, EmailState.OBSOLETE)
        return None
    if found.status == EmailState.SUBMITTING and found.submitted_at is not None and found.address is not None:
        return _order(found.id, found.subject_id, found.address, reader, told, found.submitted_at, fresh=False)
    reason = why_suppressed(connection, reader.email)
    if reason is not None:
        try_move(connection, found, EmailState.SUPPRESSED, Change(address=reader.email, detail=reason))
        return None
    try_move(connection, found, EmailState.SUBMITTING, Change(address=reader.email, submitted_at=cause.now))
    return _order(found.id, found.subject_id, reader.email, reader, told, cause.now, fresh=True)


def _told(connection: Connection, cause: Cause, found: Email, reader: Recipient | None) -> Told | None:
    if reader is None or not reader.is_here:
        return None
    return tell(connection, found.kind, found.subject_id, reader, cause.now)


def _order(
    email_id: str, subject_id: str, to: str, reader: Recipient, told: Told, submitted_at: datetime, *, fresh: bool
) -> MailOrder:
    return MailOrder(
        email_id=email_id,
        subject_id=subject_id,
        to=to,
        letter=letter_of(reader, told),
        purpose=told.facts.purpose,
        submitted_at=submitted_at,
        fresh=fresh,
    )


def letter_of(reader: Recipient, told: Told) -> Letter:
    phrases = phrases_of(reader.language)
    name = one_line(reader.name, LONGEST_NAME)
    return Letter(
        language=written(reader.language),
        subject=one_line(told.text.subject_of(told.facts), LONGEST_SUBJECT),
        greeting=phrases.greeting.format(name=name) if told.entry.greets else phrases.greeting_without_name,
        title=told.text.title,
        body=told.body,
        action=told.text.action,
        url=told.path,
        link_hint=phrases.link_hint,
        footer=phrases.footer,
    )
