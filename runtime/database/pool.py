"""At most so many of something that is dear to make, lent to one thread at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import LifoQueue
from typing import Generic, Protocol, TypeVar

from runtime.database.errors import Closed


class Closable(Protocol):
    def close(self) -> None: ...


R = TypeVar("R", bound=Closable)


class Pool(Generic[R]):
    """Made when first needed; the one used last is lent first, because its caches are warm."""

    def __init__(self, make: Callable[[], R], most: int) -> None:
        self._make = make
        self._most = most
        self._closed = False
        self._closing = threading.Lock()
        self._free: LifoQueue[R | None] = LifoQueue()
        for _ in range(most):
            self._free.put(None)

    @contextmanager
    def lend(self) -> Iterator[R]:
        """Waits for a free one; ``Closed`` after ``close``."""
        lent = self._free.get()
        try:
            if self._closed:
                raise Closed("the database is closed")
            if lent is None:
                lent = self._make()
            yield lent
        finally:
            self._free.put(lent)

    def close(self) -> None:
        """Waits until all are back, and closes them."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            back = [self._free.get() for _ in range(self._most)]
            for each in back:
                if each is not None:
                    each.close()
                self._free.put(None)
