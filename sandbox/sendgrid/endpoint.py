"""Answer ``/v3/mail/send``: check the key, draw faults, check the request, write it in one transaction, answer 202."""

from __future__ import annotations

import hmac
import logging
import secrets
import time

import msgspec
from litestar.types import HTTPScope, Receive, Send

from sandbox.connection import TooLarge, body_of, header, send
from sandbox.faults import Faults, Hit, Kind
from sandbox.gate import Dropped, suffer
from sandbox.sendgrid.checks import read_mails
from sandbox.sendgrid.errors import Problem, SendGridError, broken, crowded, unauthorized
from sandbox.sendgrid.events import Events
from sandbox.sendgrid.mailbox import Mailbox
from sandbox.store import Store

OPERATION = "mail.send"
FAILURES = {Kind.TOO_MANY_REQUESTS: crowded, Kind.ERROR: broken, Kind.ERROR_STORED: broken}

log = logging.getLogger(__name__)


class SendGridApi:
    """An ASGI application for ``/v3``, because a route handler cannot reset a connection."""

    def __init__(self, store: Store, faults: Faults, mailbox: Mailbox, events: Events, api_key: str) -> None:
        self._store = store
        self._faults = faults
        self._mailbox = mailbox
        self._events = events
        self._expected = f"Bearer {api_key}"

    async def __call__(self, scope: HTTPScope, receive: Receive, send_: Send) -> None:
        try:
            message_id = await self._take(scope, receive)
        except Dropped as dropped:
            await dropped.carry_out(scope, receive)
            return
        except TooLarge:
            failure = SendGridError(413, Problem("The JSON payload is too large."))
        except SendGridError as error:
            failure = error
        except Exception:
            log.exception("unhandled exception in request to %s", scope["path"])
            failure = broken()
        else:
            await send(send_, 202, b"", [(b"x-message-id", message_id.encode())])
            return
        body = msgspec.json.encode({"errors": list(failure.problems)})
        headers = [(b"content-type", b"application/json")]
        if failure.retry_after is not None:
            headers.append((b"retry-after", str(failure.retry_after).encode()))
        await send(send_, failure.status, body, headers)

    async def _take(self, scope: HTTPScope, receive: Receive) -> str:
        """Accept a request, and return the message's id once it is on disk."""
        body = await body_of(receive)
        if (scope["method"], scope["path"].rstrip("/")) != ("POST", "/mail/send"):
            raise SendGridError(404, Problem("Not Found"))
        given = (header(scope, b"authorization") or "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._expected.encode()):
            raise unauthorized()
        if (header(scope, b"content-type") or "").partition(";")[0].strip() != "application/json":
            raise SendGridError(415, Problem("Content-Type should be application/json."))
        await suffer(self._faults, receive, OPERATION, FAILURES)
        message_id, silence, error = await self._store.write(lambda: self._work(body))
        if silence is not None:
            raise Dropped(silence.ms)
        if error:
            raise broken()
        return message_id

    def _work(self, body: bytes) -> tuple[str, Hit | None, bool]:
        """Write the mails and their events in one transaction; return the message's id and the faults of the answer."""
        mails = read_mails(body)
        now, message_id = int(time.time()), secrets.token_urlsafe(16)
        for mail in mails:
            self._mailbox.take(mail, message_id, now)
            self._events.tell(mail, message_id, now)
        silence = self._faults.draw(Kind.EFFECT_WITHOUT_ANSWER, OPERATION)
        return message_id, silence, self._faults.draw(Kind.EFFECT_ERROR_STORED, OPERATION) is not None
