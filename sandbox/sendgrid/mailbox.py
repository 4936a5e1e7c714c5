"""Store the accepted mails, list them, and count them by their custom arguments."""

from __future__ import annotations

import msgspec

from sandbox.sendgrid.checks import Outgoing
from sandbox.store import Store

MOST = 100
"""The most mails of one page."""
MOST_COUNTED = 10_000

_COLUMNS = "seq, id, created, recipient, sender, subject, text, html, custom_args"
"""In the order of the fields of ``Mail``."""


class Mail(msgspec.Struct, frozen=True):
    """A stored mail.  ``position`` is its place in the order of arrival; ``created`` is in seconds since 1970."""

    position: int
    id: str
    created: int
    to: str
    sender: str
    subject: str
    text: str
    html: str
    custom_args: dict[str, str]


class MailPage(msgspec.Struct, frozen=True):
    """A page of mails, newest first; ``next_before`` is None at the end."""

    mails: list[Mail]
    next_before: int | None


class MailEffects(msgspec.Struct, frozen=True):
    """The counts of mails.

    ``by_argument``: how many mails have each value of one custom argument; ``doubled``: the values of more than one
    mail."""

    mails: int
    by_argument: dict[str, int]
    doubled: list[str]


class Mailbox:
    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, mail: Outgoing, message_id: str, now: int) -> None:
        """Store a mail; call it within a unit of ``Store.write``."""
        arguments = msgspec.json.encode(mail.custom_args).decode()
        self._store.run(
            "INSERT INTO mail (id, created, recipient, sender, subject, text, html, custom_args)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            message_id, now, mail.recipient, mail.sender, mail.subject, mail.text, mail.html, arguments,
        )  # fmt: skip
        (seq,) = self._store.run("SELECT last_insert_rowid()")[0]
        for name, value in mail.custom_args.items():
            self._store.run("INSERT INTO mail_argument (name, value, mail) VALUES (?, ?, ?)", name, value, seq)

    def page(self, *, to: str | None = None, before: int | None = None, limit: int = MOST) -> MailPage:
        """Return a page of mails.  ``to``: a part of the recipient's address, or all of it."""
        rows = self._store.run(
            f"SELECT {_COLUMNS} FROM mail WHERE seq < ? AND recipient LIKE ? ESCAPE '!'"  # noqa: S608  # our names
            " ORDER BY seq DESC LIMIT ?",
            before or 1 << 62, _pattern(to), limit,
        )  # fmt: skip
        mails = [_mail(row) for row in rows]
        return MailPage(mails, mails[-1].position if len(mails) == limit else None)

    def find(self, position: int) -> Mail | None:
        row = self._store.one(f"SELECT {_COLUMNS} FROM mail WHERE seq = ?", position)  # noqa: S608  # our names
        return None if row is None else _mail(row)

    def effects(self, argument: str, *, to: str | None = None) -> MailEffects:
        """Return the counts of mails by a custom argument.  ``to``: as in ``page``."""
        counted = self._store.run(
            "SELECT value, count(*) FROM mail_argument JOIN mail ON mail.seq = mail_argument.mail"
            " WHERE name = ? AND recipient LIKE ? ESCAPE '!' GROUP BY value ORDER BY 2 DESC LIMIT ?",
            argument, _pattern(to), MOST_COUNTED,
        )  # fmt: skip
        (mails,) = self._store.run("SELECT count(*) FROM mail WHERE recipient LIKE ? ESCAPE '!'", _pattern(to))[0]
        return MailEffects(mails, dict(counted), [value for value, times in counted if times > 1])


def _pattern(to: str | None) -> str:
    return "%" if to is None else f"%{to.lower().replace('%', '').replace('_', '!_')}%"


def _mail(row: tuple[object, ...]) -> Mail:
    *plain, arguments = row
    values = (*plain, msgspec.json.decode(str(arguments)))
    return msgspec.convert(dict(zip(Mail.__struct_fields__, values, strict=True)), Mail)
