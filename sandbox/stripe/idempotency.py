"""Idempotency keys: the first answer is kept for a day and repeated, failures included."""

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
    """``request_id``: of the request that made it, which a replay repeats beside its own."""

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
        """Keys whose request is at work in this process."""

    def stored(self, key: str, mark: str, now: int) -> Answer | None:
        """400 ``idempotency_error`` when the key was used for something else."""
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
