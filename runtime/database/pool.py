"""A pool of at most ``most`` resources, such as connections; each is lent to one thread at a time."""

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
    """Makes a resource when it is first needed.  It lends the one used last first, because its caches are warm."""

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
        """Wait for a free resource and lend it; ``Closed`` after ``close``."""
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
        """Wait until all resources are returned, and close them."""
        with self._closing:
            if self._closed:
                return
            self._closed = True
            back = [self._free.get() for _ in range(self._most)]
            for each in back:
                if each is not None:
                    each.close()
                self._free.put(None)
