"""Answer an API request: check the key, draw faults, check the idempotency key, run one transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import msgspec
from litestar.types import HTTPScope, Receive, Send

from sandbox.connection import TooLarge, body_of, header, send
from sandbox.delivery import Deliveries
from sandbox.faults import Faults, Hit, Kind
from sandbox.gate import Dropped, suffer
from sandbox.pace import Pace
from sandbox.store import Store
from sandbox.stripe import payouts, refunds
from sandbox.stripe.call import Call, new_id
from sandbox.stripe.documents import Documents
from sandbox.stripe.errors import (
    ErrorBody,
    StripeError,
    broken,
    key_in_use,
    no_access,
    rate_limited,
)
from sandbox.stripe.forms import Form
from sandbox.stripe.idempotency import Answer, Keys, fingerprint
from sandbox.stripe.objects import API_VERSION
from sandbox.stripe.outgoing_objects import Account
from sandbox.stripe.request import Credentials, Request, read_request

T = TypeVar("T")
FAILURES = {Kind.TOO_MANY_REQUESTS: rate_limited, Kind.ERROR: lambda: broken(stored=False)}
GOES_ON: dict[str, Callable[[Call], object]] = {"payout": payouts.arrive, "refund": refunds.settle}
log = logging.getLogger(__name__)


class StripeApi:
    """An ASGI application for ``/v1``, because a route handler cannot reset a connection."""

    def __init__(
        self,
        store: Store,
        faults: Faults,
        deliveries: Deliveries,
        credentials: Credentials,
        webhook_urls: tuple[str, ...],
        pace: Pace,
    ) -> None:
        self._store = store
        self._faults = faults
        self._deliveries = deliveries
        self._credentials = credentials
        self._webhook_urls = webhook_urls
        self._pace = pace
        self._documents = Documents(store)
        self._keys = Keys(store)

    async def __call__(self, scope: HTTPScope, receive: Receive, send_: Send) -> None:
        request_id = new_id("req")
        version = header(scope, b"stripe-version") or API_VERSION
        try:
            request = read_request(scope, await body_of(receive), request_id, self._credentials)
            answer = await self._answer(request, receive)
        except Dropped as dropped:
            await dropped.carry_out(scope, receive)
            return
        except TooLarge:
            answer = _failure(StripeError(413, ErrorBody("invalid_request_error", "Too large.")), request_id)
        except StripeError as error:
            answer = _failure(error, request_id)
        except Exception:
            log.exception("unhandled exception in request to %s", scope["path"])
            answer = _failure(broken(stored=False), request_id)
        await send(send_, answer.status, answer.body, _headers(answer, request_id, version))

    async def _answer(self, request: Request, receive: Receive) -> Answer:
        if request.key is None:
            await suffer(self._faults, receive, request.operation.name, FAILURES)
            return await self._run(request, None)
        # Each account has its own idempotency keys.
        key = request.key if request.account is None else f"{request.account} {request.key}"
        if key in self._keys.in_use:
            raise key_in_use()
        self._keys.in_use.add(key)
        try:
            await suffer(self._faults, receive, request.operation.name, FAILURES)
            return await self._run(request, key)
        finally:
            self._keys.in_use.discard(key)

    async def _run(self, request: Request, key: str | None) -> Answer:
        """Write effect, events, deliveries and the stored answer in one transaction, and return the answer."""

        def unit() -> tuple[Answer, Hit | None]:
            now = int(time.time())
            mark = fingerprint(request.operation.method, request.path, request.form)
            answer = self._keys.stored(key, mark, now) if key is not None else None
            if answer is None:
                answer, stored = self._work(request, now)
                if key is not None and stored:
                    self._keys.store(key, mark, answer, now)
            return answer, self._faults.draw(Kind.EFFECT_WITHOUT_ANSWER, request.operation.name)

        answer, silence = await self._store.write(unit)
        if silence is not None:
            raise Dropped(silence.ms)
        return answer

    def go_on(self, what: str, thing_id: str) -> None:
        """Apply one timed event; call it within a unit of ``Store.write``."""
        GOES_ON[what](self._call_about(thing_id))

    async def act(self, thing_id: str, what: Callable[[Call], T]) -> T:
        """Apply an event outside the API to an object, such as the answer of a card's holder or a bank.

        ``StripeError`` when it cannot happen in the object's state."""
        return await self._store.write(lambda: what(self._call_about(thing_id)))

    def _work(self, request: Request, now: int) -> tuple[Answer, bool]:
        """Return the answer, and whether it is stored under the idempotency key."""
        call = self._call(request.path_id, request.form, now, request)
        try:
            if call.account is not None and self._documents.find(Account, call.account) is None:
                raise no_access(call.account)
            if self._faults.draw(Kind.ERROR_STORED, request.operation.name):
                raise broken(stored=True)
            # A refusal rolls back all changes, however late it comes; a decline stays.
            with self._store.undoing(StripeError, unless=lambda error: error.stored):
                result = request.operation.run(call)
            if self._faults.draw(Kind.EFFECT_ERROR_STORED, request.operation.name):
                raise broken(stored=True)
        except StripeError as error:
            return _failure(error, request.id), error.stored
        return Answer(200, msgspec.json.encode(result), request.id), True

    def _call_about(self, thing_id: str) -> Call:
        row = self._store.one("SELECT account FROM document WHERE id = ?", thing_id)
        return self._call(thing_id, {}, int(time.time()), account=row[0] if row else None)

    def _call(
        self, path_id: str, form: Form, now: int, request: Request | None = None, account: str | None = None
    ) -> Call:
        documents = self._documents.of(request.account if request else account)
        return Call(
            documents=documents,
            path_id=path_id,
            form=form,
            now=now,
            base=request.base if request else "",
            publishable=request is not None and request.publishable,
            request_id=request.id if request else None,
            idempotency_key=request.key if request else None,
            post=self._deliveries.post,
            endpoints=self._webhook_urls,
            settles_after_s=self._pace.settles_after_s,
            later=lambda what, thing_id: self._pace.later(what, thing_id, documents.account),
        )


def _failure(error: StripeError, request_id: str) -> Answer:
    body = msgspec.structs.replace(error.body, request_log_url=f"https://dashboard.stripe.com/test/logs/{request_id}")
    return Answer(error.status, msgspec.json.encode({"error": body}), request_id, retry_after=error.retry_after)


def _headers(answer: Answer, request_id: str, version: str) -> list[tuple[bytes, bytes]]:
    headers = [
        (b"content-type", b"application/json"),
        (b"request-id", request_id.encode()),
        (b"stripe-version", version.encode("latin-1", "replace")),
    ]
    if answer.replayed:
        headers += [(b"idempotent-replayed", b"true"), (b"original-request", answer.request_id.encode())]
    if answer.retry_after is not None:
        headers.append((b"retry-after", str(answer.retry_after).encode()))
    return headers
