"""English."""

from __future__ import annotations

from domain.announcements.texts.english import accounts, applications, bookings, jobs, money, talk
from domain.announcements.texts.text import Phrases, Text
from domain.notifications.kinds import Kind

TEXTS: dict[Kind, Text] = {
    **accounts.TEXTS,
    **jobs.TEXTS,
    **applications.TEXTS,
    **bookings.TEXTS,
    **money.TEXTS,
    **talk.TEXTS,
}
PHRASES = Phrases(
    greeting="Hello {name},",
    greeting_without_name="Hello,",
    link_hint="If the button does not work, open this address:",
    footer="You get this e-mail because of your account at Handwork Marketplace.",
)
