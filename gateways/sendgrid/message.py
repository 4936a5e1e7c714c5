"""Build the body of a request to send one e-mail, with SendGrid's SDK; only this file imports the SDK."""

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
"""SendGrid returns this argument with every event, and stores it in the clear for years: never personal data."""


def body_of(mail: Mail, name: str, address: str) -> dict[str, Any]:
    """Return the body of the request.  ``name`` and ``address`` are the sender's.

    The body omits the reader's name: no header may hold a name that a user chose.
    """
    to = To()
    to.email = mail.to  # the constructor would parse the address, and drop what it cannot parse
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
