"""A TCP address in front of a PostgreSQL server that can hold data back, cut connections and refuse new ones."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

from sqlalchemy import make_url

from runtime.database.postgres.connect import connect_postgres


class Front:
    """``url`` leads to the server's database through this process.

    ``passing``: while it is cleared, no byte moves in either direction, as when the host is gone without a reset.
    ``on_answer`` sees what the server sends before the client does.  ``refused`` counts connections after ``refuse``.
    """

    def __init__(self, url: str) -> None:
        behind = make_url(url)
        self._behind = f"{behind.query['host']}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = f"postgresql://postgres@127.0.0.1:{port}/{behind.database}?sslmode=disable&gssencmode=disable"
        self.passing = threading.Event()
        self.passing.set()
        self.on_answer: Callable[[bytes], None] = lambda _: None
        self.refused = 0
        self._refuses = False
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """End every connection."""
        self.passing.set()
        for end in self._open:
            with contextlib.suppress(OSError):  # it has ended already
                end.shutdown(socket.SHUT_RDWR)

    def refuse(self) -> None:
        """End every connection, and each new one at once."""
        self._refuses = True
        self.cut()

    def close(self) -> None:
        self._refuses = True
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for end in self._open:
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed
                return
            if self._refuses:
                self.refused += 1
                client.close()
                continue
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._behind)
            self._open += [client, server]
            threading.Thread(target=self._pump, args=(client, server, lambda _: None), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, lambda d: self.on_answer(d)), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, look: Callable[[bytes], None]) -> None:
        with contextlib.suppress(OSError):  # either end has gone
            while data := source.recv(65_536):
                look(data)
                self.passing.wait()
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def end_sessions(url: str) -> None:
    """End every session of the database, as an operator of the server may."""
    with connect_postgres(url, autocommit=True) as killer:
        killer.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@contextlib.contextmanager
def front(url: str) -> Iterator[Front]:
    opened = Front(url)
    yield opened
    opened.close()
