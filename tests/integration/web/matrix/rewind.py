"""Put a database back to how it was kept, under the feet of whoever has it open."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from runtime.database.engine import connect_sqlite, is_sqlite, sqlite_path
from runtime.database.postgres.connect import connect_postgres
from runtime.database.turnstile import Turnstile


class Rewind:
    """``keep`` it under a name, ``back`` to what has that name.  Nobody may be at work meanwhile."""

    def __init__(self, url: str) -> None:
        self._keeper: _File | _Schemas = _File(sqlite_path(url)) if is_sqlite(url) else _Schemas(url)

    def keep(self, name: str, tables: Iterable[str]) -> None:
        self._keeper.keep(name, tables)

    def back(self, name: str, tables: Iterable[str]) -> None:
        """``tables``: those that have changed."""
        self._keeper.back(name, tables)


class _File:
    """SQLite: pages are copied over the live file, in one transaction of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, name: str, _tables: Iterable[str]) -> None:
        self._copy(self._path, self._kept(name))

    def back(self, name: str, _tables: Iterable[str]) -> None:
        self._copy(self._kept(name), self._path)

    def _kept(self, name: str) -> Path:
        return self._path.with_name(f"{name}.db")

    def _copy(self, source: Path, target: Path) -> None:
        target.touch()
        with (
            closing(Turnstile(target)) as turnstile,
            turnstile,
            closing(connect_sqlite(source)) as origin,
            closing(connect_sqlite(target)) as copy,
        ):
            origin.backup(copy)


class _Schemas:
    """PostgreSQL: a schema for each name; triggers and references sleep while rows are put back."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._columns: dict[str, str] = {}

    def keep(self, name: str, tables: Iterable[str]) -> None:
        tables = list(tables)
        self._columns |= {table: self._stored(table) for table in tables}
        copies = [f'CREATE TABLE "{name}"."{table}" AS TABLE public."{table}"' for table in tables]
        self._run(f'CREATE SCHEMA "{name}"', *copies)

    def back(self, name: str, tables: Iterable[str]) -> None:
        statements = ["SET LOCAL session_replication_role = replica"]
        for table in tables:
            statements.append(f'DELETE FROM public."{table}"')  # noqa: S608 - our own tables' names
            columns = self._columns[table]
            statements.append(f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM "{name}"."{table}"')  # noqa: S608 - as above
        self._run(*statements)

    def _stored(self, table: str) -> str:
        """The names of the columns that the server does not compute itself."""
        named = "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute "
        stored = "WHERE attrelid = quote_ident(%s)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''"
        connection: Any
        with connect_postgres(self._url) as connection:
            return str(connection.execute(named + stored, (table,)).fetchone()[0])

    def _run(self, *statements: str) -> None:
        connection: Any
        with connect_postgres(self._url) as connection:
            connection.execute(";".join(statements))
