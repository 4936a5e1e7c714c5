"""SQLAlchemy's SQLite dialect with another LIMIT clause, which SQLite plans only once."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class _Compiler(SQLiteCompiler):
    def limit_clause(self, select: Select[Any], **kw: Any) -> str:
        """Return ``LIMIT 0 + ?``.

        SQLite's planner reads the value of a parameter that is the whole LIMIT, so SQLite plans the statement again
        whenever the parameter is bound.  That took longer than running the statement."""
        if select._offset_clause is not None:
            raise TypeError("no OFFSET: pages are keyset pages")
        if select._limit_clause is None:
            return ""
        return f"\n LIMIT 0 + {self.process(select._limit_clause, **kw)}"


class SqliteDialect(SQLiteDialect_pysqlite):
    statement_compiler = _Compiler
    supports_statement_cache = True
