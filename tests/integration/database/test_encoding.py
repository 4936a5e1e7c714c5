"""A database that cannot hold every name is refused, in a sentence, by whoever opens it first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import psycopg
import pytest

from runtime.database import UnusableEncoding, open_database, open_engine
from runtime.migrate import upgrade
from tests.postgres import PostgresServer


@pytest.fixture
def in_ascii(postgres_server: PostgresServer) -> Iterator[str]:
    name = f"ascii_{uuid4().hex}"
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'".encode()  # the name is ours
        )
    yield postgres_server.url(name)
    postgres_server.drop(name)


def connect(url: str) -> None:
    with open_engine(url).connect():
        pass


@pytest.mark.parametrize("opening", [upgrade, connect, lambda url: open_database(url).read(lambda _: None)])
def test_another_encoding_than_utf8_is_refused_by_name(opening: Callable[[str], None], in_ascii: str) -> None:
    with pytest.raises(UnusableEncoding, match="encoding is SQL_ASCII, and UTF8 is needed"):
        opening(in_ascii)
