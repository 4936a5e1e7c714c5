"""SendGrid as a carrier of e-mail: the port of ``domain.announcements.deliveries``.

The SDK's helpers build the request, and our own client sends it: the SDK's client follows redirects with our key, has
no timeout, and reuses no connection.
"""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr

import httpx
import msgspec

from domain.announcements.deliveries.ports import Sent
from domain.announcements.emails.ports import Mail
from gateways.deadline import DeadlinePassed, anything_sent, within
from gateways.http import open_http, retry_after_s
from gateways.sendgrid.failures import Failure, error_of

PATH = "/v3/mail/send"


class _Error(msgspec.Struct, frozen=True):
    message: str | None = None
    field: str | None = None


class _Errors(msgspec.Struct, frozen=True):
    errors: list[_Error]


class SendGridMails:
    """Sends e-mails by SendGrid; one for each process, used from one event loop."""

    def __init__(self, api_key: str, base: str, sender: str, http: httpx.AsyncClient) -> None:
        self._url = base.rstrip("/") + PATH
        self._headers = {"authorization": f"Bearer {api_key}", "content-type": "application/json"}
        self._name, self._address = parseaddr(sender)
        self._http = http

    async def send(self, message: Mail, deadline: timedelta) -> Sent:
        # Every worker opens this port, but only one sends e-mails; the SDK loads a whole cryptography library, 4 MB.
        from gateways.sendgrid.message import body_of

        body = msgspec.json.encode(body_of(message, self._name, self._address))
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
        """Send the request; call this within ``within``, which knows whether the request had begun to leave."""
        try:
            return await self._http.post(self._url, content=body, headers=self._headers)
        except httpx.HTTPError as error:
            raise error_of(Failure(message=f"{type(error).__name__}: {error}", sent=anything_sent())) from error


def _facts(answer: httpx.Response) -> Failure:
    told = _told(answer.content)
    return Failure(
        status=answer.status_code,
        field=told.field if told else None,
        message=(told.message if told else None) or f"HTTP {answer.status_code}",
        retry_after_s=retry_after_s(answer.headers.get("retry-after")),
        told=told is not None,
    )


def _told(body: bytes) -> _Error | None:
    """Return the first error in SendGrid's body; None for a body that is not SendGrid's, such as a proxy's page."""
    try:
        errors = msgspec.json.decode(body, type=_Errors).errors
    except msgspec.MsgspecError:
        return None
    return errors[0] if errors else None


def open_sendgrid(api_key: str, base: str, sender: str) -> SendGridMails:
    """Return the port, without a connection yet; ``UnsafeAddress`` when the key would travel in the clear."""
    return SendGridMails(api_key, base, sender, open_http(base))
