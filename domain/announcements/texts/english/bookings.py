"""Texts about bookings."""

from domain.announcements.texts.text import Text
from domain.notifications.kinds import Kind

SEE = "See the booking"

TEXTS = {
    Kind.BOOKING_HIRED: Text(
        title="You are hired",
        subject="You are hired: {job}",
        body="{other} hired you for “{job}”. You earn {amount}. Wait with the work until the booking is paid.",
        action=SEE,
    ),
    Kind.BOOKING_FUNDED: Text(
        title="A booking is paid",
        subject="Paid: {job}",
        body="{other} paid for “{job}”. The money is held until the work is approved; you can begin as agreed.",
        action=SEE,
    ),
    Kind.BOOKING_EXPIRED: Text(
        title="A booking has expired",
        subject="Expired: {job}",
        body="Nobody paid in time for “{job}” with {other}, so the booking is no more.",
        action=SEE,
    ),
    Kind.BOOKING_REMINDER: Text(
        title="The agreed time is near",
        subject="Soon: {job}",
        body="“{job}” with {other} begins {when}.",
        action=SEE,
    ),
    Kind.BOOKING_STARTED: Text(
        title="The work has begun",
        body="{other} has begun with “{job}”.",
        action=SEE,
    ),
    Kind.BOOKING_COMPLETED: Text(
        title="The work is done",
        subject="Done: {job}",
        body="{other} says that “{job}” is done. Look at it, and approve it or ask for changes.",
        action=SEE,
    ),
    Kind.BOOKING_CHANGES_REQUESTED: Text(
        title="Changes are asked for",
        subject="Changes are asked for: {job}",
        body="{other} asks for changes to “{job}” before it is approved.",
        action=SEE,
    ),
    Kind.BOOKING_APPROVAL_DUE: Text(
        title="Your approval is due",
        subject="Please approve: {job}",
        body="“{job}” by {other} waits for your approval. It will soon be approved by itself.",
        action=SEE,
    ),
    Kind.BOOKING_APPROVED: Text(
        title="The work is approved",
        subject="Approved: {job}",
        body="“{job}” with {other} is approved.",
        action=SEE,
    ),
    Kind.BOOKING_RESCHEDULE_PROPOSED: Text(
        title="Another time is proposed",
        subject="Another time is proposed: {job}",
        body="{other} proposes another time for “{job}”.",
        action=SEE,
    ),
    Kind.BOOKING_RESCHEDULED: Text(
        title="There is a new time",
        subject="A new time: {job}",
        body="{other} agrees to the other time for “{job}”: {when}.",
        action=SEE,
    ),
    Kind.BOOKING_RESCHEDULE_REFUSED: Text(
        title="The time stays as it was",
        subject="The time stays: {job}",
        body="{other} does not agree to another time for “{job}”. It stays as it was.",
        action=SEE,
    ),
    Kind.BOOKING_NO_SHOW: Text(
        title="Somebody did not come",
        subject="Nobody came: {job}",
        body="{other} says that you did not come for “{job}”.",
        action=SEE,
    ),
    Kind.BOOKING_CANCELLED: Text(
        title="A booking was cancelled",
        subject="Cancelled: {job}",
        body="“{job}” with {other} was cancelled.",
        action=SEE,
    ),
}
