"""Send the events of mails to the webhook, in signed batches, retried with a growing pause for a day."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from base64 import b64decode, b64encode
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key

from sandbox.faults import Faults
from sandbox.posting import STATES, Endpoint, Lanes, deliveries_of, now_ms, state_after, wake_or_pause
from sandbox.sendgrid.checks import Outgoing
from sandbox.store import Store

BATCH = 100
GIVE_UP_AFTER_MS = 24 * 3600 * 1000

log = logging.getLogger(__name__)

EVENT_TYPES = frozenset({"delivered", "bounce", "dropped", "spamreport", "unsubscribe"})
HARD = {"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 The mailbox does not exist."}
SOFT = {"event": "bounce", "type": "blocked", "status": "4.2.2", "reason": "452 4.2.2 The mailbox is full."}
DROPPED = {"event": "dropped", "status": "5.0.0", "reason": "Bounced Address"}
DELIVERED = {"event": "delivered", "response": "250 OK"}
STORIES: dict[str, tuple[dict[str, str], ...]] = {
    "bounce": (HARD,),
    "blocked": (SOFT,),
    "dropped": (DROPPED,),
    "spam": (DELIVERED, {"event": "spamreport"}),
    "unsubscribe": (DELIVERED, {"event": "unsubscribe"}),
    "late": (DELIVERED, HARD),
    "silent": (),
}
"""The events of a mail by the beginning of its address (``bounce@…``, ``bounce+1@…``, ``bounce_7@…``); mails to all
other addresses are delivered."""


def read_private_key(text: str) -> EllipticCurvePrivateKey:
    """Return the key; ``ValueError`` or ``TypeError`` unless it is an elliptic curve's private key, DER in base64."""
    key = load_der_private_key(b64decode(text, validate=True), password=None)
    if not isinstance(key, EllipticCurvePrivateKey):
        raise TypeError("not an elliptic curve's key")
    return key


def sign(key: EllipticCurvePrivateKey, timestamp: str, body: bytes) -> str:
    return b64encode(key.sign(timestamp.encode() + body, ECDSA(SHA256()))).decode()


def story_of(address: str) -> tuple[dict[str, str], ...]:
    box = address.partition("@")[0]
    return next((story for name, story in STORIES.items() if _begins(box, name)), (DELIVERED,))


def _begins(box: str, name: str) -> bool:
    return box == name or (box.startswith(name) and box[len(name)] in "+_.-")


class Events:
    """The queue of events.  Call ``tell`` within the unit of ``Store.write`` that stores the mail; ``run`` sends."""

    def __init__(self, store: Store, faults: Faults, endpoint: Endpoint[EllipticCurvePrivateKey] | None) -> None:
        self._store = store
        self._faults = faults
        self._endpoint = endpoint
        self._wake = asyncio.Event()

    def tell(self, mail: Outgoing, message_id: str, now: int) -> None:
        if self._endpoint is None:
            return
        story = (DROPPED,) if self._has_bounced(mail.recipient) else story_of(mail.recipient)
        for chapter in story:
            self._queue(mail, message_id, now, chapter)
        self._wake.set()

    def counts(self) -> dict[str, int]:
        """Return the number of events by state: pending, delivered, lost, given_up."""
        return dict.fromkeys(STATES, 0) | dict(self._store.run("SELECT state, count(*) FROM mail_event GROUP BY state"))

    async def run(self) -> None:
        """Send events until cancelled."""
        if self._endpoint is None:
            return
        async with Lanes() as lanes:
            while True:
                self._wake.clear()
                await self._store.settled()
                await wake_or_pause(self._wake, await self._round(lanes, self._endpoint))

    def _has_bounced(self, address: str) -> bool:
        return self._store.one("SELECT 1 FROM mail_event WHERE address = ? AND hard = 1", address) is not None

    def _queue(self, mail: Outgoing, message_id: str, now: int, chapter: dict[str, str]) -> None:
        event = {
            **mail.custom_args,
            "email": mail.recipient,
            "timestamp": now,
            "smtp-id": f"<{message_id}@sandbox>",
            "sg_event_id": secrets.token_urlsafe(16),
            "sg_message_id": f"{message_id}.sandbox-0",
            **chapter,
        }
        hard = event["event"] == "bounce" and event.get("type") == "bounce"
        first = now_ms()
        for state, due in deliveries_of(self._faults, chapter["event"], first):
            self._store.run(
                "INSERT INTO mail_event (body, address, hard, state, first_at, next_at) VALUES (?, ?, ?, ?, ?, ?)",
                msgspec.json.encode(event), mail.recipient, int(hard), state, first, due,
            )  # fmt: skip

    async def _round(self, lanes: Lanes, endpoint: Endpoint[EllipticCurvePrivateKey]) -> float | None:
        """Send the due events in one batch; return the seconds until the next one, or None to wait for a wake-up."""
        rows = self._store.run(
            "SELECT id, next_at, first_at, attempts, body FROM mail_event WHERE state = 'pending'"
            " ORDER BY next_at, id LIMIT ?",
            BATCH,
        )
        now = now_ms()
        due = [row for row in rows if row[1] <= now]
        if not due:
            return float(rows[0][1] - now) / 1000 if rows else None
        answer = await _post(lanes, endpoint, b"[" + b",\r\n".join(bytes(row[4]) for row in due) + b"]\r\n")
        await self._store.write(lambda: self._record(endpoint, due, answer))
        return 0.0

    def _record(self, endpoint: Endpoint[EllipticCurvePrivateKey], due: list[tuple[Any, ...]], answer: str) -> None:
        now = now_ms()
        for row_id, _, first_at, attempts, _ in due:
            next_at = endpoint.again_at(first_at, now, attempts + 1, GIVE_UP_AFTER_MS)
            self._store.run(
                "UPDATE mail_event SET state = ?, attempts = ?, next_at = ?, answer = ? WHERE id = ?",
                state_after(answer, next_at), attempts + 1, next_at or now, answer, row_id,
            )  # fmt: skip


async def _post(lanes: Lanes, endpoint: Endpoint[EllipticCurvePrivateKey], body: bytes) -> str:
    timestamp = str(int(time.time()))
    headers = {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "SendGrid Event API",
        "x-twilio-email-event-webhook-signature": sign(endpoint.secret, timestamp, body),
        "x-twilio-email-event-webhook-timestamp": timestamp,
    }
    return await lanes.post(endpoint.url, body, headers)
