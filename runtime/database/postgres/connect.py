"""Open connections to a PostgreSQL server: the driver's, and engines for migrations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import NullPool

from runtime.database.errors import ServerUnavailable, UnusableEncoding

_OPTIONS: dict[str, Any] = {
    "connect_timeout": 5,
    "application_name": "handwork",
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}
"""A connection over TCP fails about ten seconds after its host is gone, also while a statement runs.  A slow server
keeps its connections: its kernel answers.  libpq ignores the last five on a Unix socket."""


def connect_postgres(url: str, settings: Sequence[str] = (), **options: Any) -> psycopg.Connection[Any]:
    """Return a psycopg connection on which the statements of ``settings`` ran.

    ``ServerUnavailable`` when the server refuses, or does not answer in five seconds; ``UnusableEncoding`` unless the
    database is in UTF-8.  The server ends a wait for a lock, and an idle transaction, after ten seconds, so that a
    stopped process does not block the others for ever.
    """
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    waits = "-c lock_timeout=10s -c idle_in_transaction_session_timeout=10s"
    try:
        driver = _in_utf8(psycopg.connect(address, options=waits, **_OPTIONS, **options))
        for setting in settings:
            driver.execute(setting.encode())
    except psycopg.Error as error:
        raise ServerUnavailable(str(error)) from error
    return driver


def open_server_engine(url: str) -> Engine:
    """Return an engine whose connections time out when their host is gone.

    Its connections raise ``UnusableEncoding`` unless the database is in UTF-8.
    """
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), poolclass=NullPool)
    event.listen(engine, "do_connect", _on_do_connect)
    return engine


def _on_do_connect(dialect: Any, _record: object, words: Sequence[Any], options: dict[str, Any]) -> Any:
    return _in_utf8(dialect.connect(*words, **{**_OPTIONS, **options}))


def _in_utf8(driver: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """Return the connection; ``UnusableEncoding`` unless its database is in UTF-8.

    In another encoding the driver returns bytes, or the server cannot store every text.
    """
    found = driver.info.parameter_status("server_encoding")
    if found != "UTF8":
        driver.close()
        raise UnusableEncoding(
            f"DATABASE_URL: the database's encoding is {found}, and UTF8 is needed: "
            "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )
    return driver
