"""SQLAlchemy's SQLite dialect, with the one clause that it writes to our disadvantage."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite


class _Compiler(SQLiteCompiler):
    def limit_clause(self, select: Select[Any], **kw: Any) -> str:
        """``LIMIT 0 + ?``.  SQLite looks at the value of a parameter that stands there alone when it plans, and
        therefore plans the whole statement again each time that it is bound: that took longer than running it."""
        if select._offset_clause is not None:
            raise TypeError("no OFFSET: pages are keyset pages")
        if select._limit_clause is None:
            return ""
        return f"\n LIMIT 0 + {self.process(select._limit_clause, **kw)}"


class SqliteDialect(SQLiteDialect_pysqlite):
    statement_compiler = _Compiler
    supports_statement_cache = True
