"""The body of a request to send one e-mail, by SendGrid's SDK; this is the only file that imports the SDK."""

from __future__ import annotations

from typing import Any

from sendgrid.helpers.mail import (
    ClickTracking,
    Content,
    CustomArg,
    From,
    MimeType,
    OpenTracking,
    OpenTrackingSubstitutionTag,
    Subject,
    To,
    TrackingSettings,
)
from sendgrid.helpers.mail import Mail as Message

from domain.announcements.emails.ports import Mail

CUSTOM_ARG = "delivery_id"
"""Comes back with every event; never personal data, which SendGrid keeps in the clear for years."""


def body_of(mail: Mail, name: str, address: str) -> dict[str, Any]:
    """``name`` and ``address`` are the sender's.  The reader's name is not in it: no header is made from what people
    call themselves."""
    to = To()
    to.email = mail.to  # its constructor would take it apart, and drop what it cannot
    message = Message(From(address, name or None), to, Subject(mail.subject))
    message.add_content(Content(MimeType.text, mail.text))
    message.add_content(Content(MimeType.html, mail.html))
    message.add_custom_arg(CustomArg(CUSTOM_ARG, mail.delivery_id))
    tracking = TrackingSettings()
    tracking.click_tracking = ClickTracking(enable=False, enable_text=False)
    tracking.open_tracking = OpenTracking(enable=False, substitution_tag=OpenTrackingSubstitutionTag(""))
    message.tracking_settings = tracking
    body: dict[str, Any] = message.get()
    return body
