"""Texts about applications."""

from domain.announcements.texts.text import Text
from domain.notifications.kinds import Kind

TEXTS = {
    Kind.APPLICATION_RECEIVED: Text(
        title="Somebody applied for your job",
        subject="{other} applied: {job}",
        body="{other} applied for “{job}” and asks {amount}.",
        action="See the application",
    ),
    Kind.APPLICATION_WITHDRAWN: Text(
        title="An application was withdrawn",
        body="{other} no longer applies for “{job}”.",
        action="See the application",
    ),
    Kind.APPLICATION_SHORTLISTED: Text(
        title="You are on the short list",
        body="{other} put you on the short list for “{job}”.",
        action="See your application",
    ),
    Kind.APPLICATION_DECLINED: Text(
        title="Your application was declined",
        subject="Not this time: {job}",
        body="{other} decided otherwise for “{job}”.",
        action="See your application",
    ),
    Kind.APPLICATION_COUNTERED: Text(
        title="There is a new proposal",
        subject="A new proposal: {job}",
        body="{other} proposes another price or other dates for “{job}”.",
        action="See the proposal",
    ),
    Kind.APPLICATION_AGREED: Text(
        title="Your proposal was accepted",
        subject="{other} agrees: {job}",
        body="{other} accepts your last proposal for “{job}”.",
        action="See the application",
    ),
}
