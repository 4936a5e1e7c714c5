"""Idempotency keys: the store keeps the first answer for a day, failures included, and repeats it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import msgspec

from sandbox.store import Store
from sandbox.stripe.errors import key_reused
from sandbox.stripe.forms import Form

KEPT_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer.  ``request_id``: the original request's; a replay sends it beside its own."""

    status: int
    body: bytes
    request_id: str
    replayed: bool = False
    retry_after: int | None = None


def fingerprint(method: str, path: str, form: Form) -> str:
    return hashlib.sha256(msgspec.json.encode([method, path, form], order="deterministic")).hexdigest()


class Keys:
    def __init__(self, store: Store) -> None:
        self._store = store
        self.in_use: set[str] = set()
        """The keys whose request runs now."""

    def stored(self, key: str, mark: str, now: int) -> Answer | None:
        """Return the key's stored answer; None without one; 400 ``idempotency_error`` after another request used it."""
        row = self._store.one(
            "SELECT fingerprint, status, body, request_id FROM idempotency WHERE key = ? AND created > ?",
            key,
            now - KEPT_S,
        )
        if row is None:
            return None
        if row[0] != mark:
            raise key_reused(key)
        return Answer(row[1], bytes(row[2]), row[3], replayed=True)

    def store(self, key: str, mark: str, answer: Answer, now: int) -> None:
        self._store.run("DELETE FROM idempotency WHERE created <= ?", now - KEPT_S)
        self._store.run(
            "INSERT INTO idempotency (key, created, fingerprint, status, request_id, body) VALUES (?, ?, ?, ?, ?, ?)",
            key, now, mark, answer.status, answer.request_id, answer.body,
        )  # fmt: skip
