"""A table of our own, so that the tests of the database layer know no noun."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    MetaData,
    String,
    Table,
    bindparam,
    column,
    func,
    insert,
    literal,
    select,
    table,
    update,
)

from domain.database import Connection
from domain.schema import Instant, Json
from runtime.database import open_engine

tables = MetaData()
note = Table(
    "note",
    tables,
    Column("id", String(40), primary_key=True),
    Column("text", String(200), nullable=True),
    Column("size", BigInteger, nullable=False),
    Column("at", Instant, nullable=True),
    Column("extra", Json, nullable=True),
)
add = insert(note).values(
    id=bindparam("id"),
    text=bindparam("text"),
    size=bindparam("size"),
    at=bindparam("at"),
    extra=None,
)
count = select(func.count()).select_from(note)
ids = select(note.c.id).order_by(note.c.id)
by_id = select(note).where(note.c.id == bindparam("wanted"))
set_size = update(note).where(note.c.id == bindparam("wanted")).values(size=bindparam("to"))
total = select(func.sum(note.c.size))
counted = (
    select(literal(1).label("n"))
    .cte("counted", recursive=True)
    .union_all(select(column("n") + 1).select_from(table("counted")).where(column("n") < bindparam("most")))
)
"""Rows from 1 to ``most``: a query that takes as long as a test wants."""


def create(url: str) -> None:
    engine = open_engine(url, create=True)
    tables.create_all(engine)
    engine.dispose()


def put(connection: Connection, name: str, text: str | None = None) -> str:
    connection.run(add, id=name, text=text, size=0, at=None)
    return name


def size_of(connection: Connection, name: str = "n1") -> int:
    return int(connection.run(by_id, wanted=name).one()[2])


def add_one(connection: Connection) -> None:
    connection.run(set_size, wanted="n1", to=size_of(connection) + 1)


def all_ids(connection: Connection) -> list[str]:
    return [row[0] for row in connection.run(ids).all()]
