"""Texts about messages and reviews.  Never their words: those are read where they can be reported."""

from domain.announcements.texts.text import Text
from domain.notifications.kinds import Kind

TEXTS = {
    Kind.MESSAGE_RECEIVED: Text(
        title="You have a message",
        subject="{other} wrote to you: {job}",
        body="{other} wrote to you about “{job}”.",
        action="Read it",
    ),
    Kind.REVIEW_RECEIVED: Text(
        title="You were reviewed",
        subject="{other} reviewed you: {job}",
        body="{other} wrote a review about “{job}”. You can read it once you have written yours, or in seven days.",
        action="Write yours",
    ),
    Kind.REVIEW_PUBLISHED: Text(
        title="A review can be read",
        body="The reviews of “{job}” can be read now.",
        action="Read them",
    ),
}
