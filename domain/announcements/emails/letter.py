"""Make the parts of an e-mail from one notification."""

from __future__ import annotations

from domain.announcements.compose import Notice
from domain.announcements.emails.ports import Letter
from domain.announcements.recipient import Recipient
from domain.announcements.texts import phrases_of, written
from domain.announcements.words import one_line

LONGEST_SUBJECT = 150
LONGEST_NAME = 60


def letter_of(reader: Recipient, notice: Notice, url: str) -> Letter:
    """Return the parts of the e-mail; ``url`` is the absolute address of the link."""
    phrases = phrases_of(reader.language)
    name = one_line(reader.name, LONGEST_NAME)
    return Letter(
        language=written(reader.language),
        subject=one_line(notice.text.subject_of(notice.facts), LONGEST_SUBJECT),
        greeting=phrases.greeting.format(name=name) if notice.entry.greets else phrases.greeting_without_name,
        title=notice.text.title,
        body=notice.body,
        action=notice.text.action,
        url=url,
        link_hint=phrases.link_hint,
        footer=phrases.footer,
    )
