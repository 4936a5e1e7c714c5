"""Argon2id in two threads beside the event loop: at the library's defaults sixteen logins took a gigabyte."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

T = TypeVar("T")
ALGORITHM = "$argon2id$"
AT_ONCE = 2
WAITING = 50


class TooBusy(Exception):
    """``WAITING`` passwords are being hashed or wait; the caller refuses the request."""


class Passwords:
    """Hashes and verifies passwords with m = 19 MiB, t = 2 and p = 1; tests take less."""

    def __init__(self, *, memory_kib: int = 19 * 1024, rounds: int = 2) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
        self._waiting = 0
        # ``verify`` checks this hash when there is no such account, so that both answers take equally long.
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, password_hash: str | None, password: str) -> bool:
        """Return whether the password matches the hash.

        The hash is None for an account that does not exist, and not an Argon2id hash for one without a password.  Both
        return False after as long a time as a real check, so that the time does not reveal which accounts exist.
        """
        kept = password_hash if password_hash and password_hash.startswith(ALGORITHM) else None
        matches = await self._run(lambda: self._matches(kept or self._nobody, password))
        return matches and kept is not None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerifyMismatchError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
