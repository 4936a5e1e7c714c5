"""SendGrid as a carrier of e-mail: the port of ``domain.emails``.

The SDK's helpers build the request, and its client does not send it: that one follows redirects with our key, has no
timeout, and keeps no connection.  This is the only file that imports the SDK.
"""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr
from typing import Any

import httpx
import msgspec
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

from domain.emails.ports import Mail, Sent
from gateways.deadline import DeadlinePassed, anything_sent, within
from gateways.http import open_http
from gateways.sendgrid.failures import Failure, error_of

PATH = "/v3/mail/send"
CUSTOM_ARG = "email_id"
"""Comes back with every event; never personal data, which SendGrid keeps in the clear for years."""


class _Error(msgspec.Struct, frozen=True):
    message: str | None = None
    field: str | None = None


class _Errors(msgspec.Struct, frozen=True):
    errors: list[_Error]


class SendGridMails:
    """One for each process, used from one event loop."""

    def __init__(self, api_key: str, base: str, sender: str, http: httpx.AsyncClient) -> None:
        self._url = base.rstrip("/") + PATH
        self._headers = {"authorization": f"Bearer {api_key}", "content-type": "application/json"}
        self._name, self._address = parseaddr(sender)
        self._http = http

    async def send(self, mail: Mail, deadline: timedelta) -> Sent:
        body = msgspec.json.encode(self._body(mail))
        try:
            answer = await within(deadline, self._post(body))
        except DeadlinePassed as passed:
            raise error_of(Failure(message=str(passed), sent=passed.sent)) from passed
        if answer.status_code != httpx.codes.ACCEPTED:
            raise error_of(_facts(answer))
        return Sent(answer.headers.get("x-message-id"))

    async def close(self) -> None:
        await self._http.aclose()

    async def _post(self, body: bytes) -> httpx.Response:
        """Within the deadline's scope, where it is known whether anything had left."""
        try:
            return await self._http.post(self._url, content=body, headers=self._headers)
        except httpx.HTTPError as error:
            raise error_of(Failure(message=f"{type(error).__name__}: {error}", sent=anything_sent())) from error

    def _body(self, mail: Mail) -> dict[str, Any]:
        """The reader's name is not in it: no header is made from what people call themselves."""
        to = To()
        to.email = mail.to  # its constructor would take it apart, and drop what it cannot
        message = Message(From(self._address, self._name or None), to, Subject(mail.subject))
        message.add_content(Content(MimeType.text, mail.text))
        message.add_content(Content(MimeType.html, mail.html))
        message.add_custom_arg(CustomArg(CUSTOM_ARG, mail.email_id))
        tracking = TrackingSettings()
        tracking.click_tracking = ClickTracking(enable=False, enable_text=False)
        tracking.open_tracking = OpenTracking(enable=False, substitution_tag=OpenTrackingSubstitutionTag(""))
        message.tracking_settings = tracking
        body: dict[str, Any] = message.get()
        return body


def _facts(answer: httpx.Response) -> Failure:
    told = _told(answer.content)
    return Failure(
        status=answer.status_code,
        field=told.field if told else None,
        message=(told.message if told else None) or f"HTTP {answer.status_code}",
        retry_after_s=_seconds(answer.headers.get("retry-after")),
        told=told is not None,
    )


def _told(body: bytes) -> _Error | None:
    """None when the body is not SendGrid's: a proxy answers in words of its own."""
    try:
        errors = msgspec.json.decode(body, type=_Errors).errors
    except msgspec.MsgspecError:
        return None
    return errors[0] if errors else None


def _seconds(text: str | None) -> float | None:
    return float(text) if text and text.isascii() and text.isdigit() else None


def open_sendgrid(api_key: str, base: str, sender: str) -> SendGridMails:
    """``UnsafeAddress`` when the key would travel in the clear.  Opens no connection yet."""
    return SendGridMails(api_key, base, sender, open_http(base))
