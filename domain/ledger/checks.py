"""Find broken invariants, over all rows or over new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, bindparam, literal_column, select, union_all

from domain.database import Connection
from domain.ledger.tables import transfer

MOST = 20
_since_transfer = transfer.c.id > bindparam("since_transfer")


@dataclass(frozen=True, slots=True)
class Check:
    """An invariant and its queries.

    ``sentence`` has a placeholder for each column of a breach.  ``prefix`` is that of the noun's ids that ``recent``
    starts from besides transfers; empty when it reads only transfers.
    """

    sentence: str
    everything: Select[Any]
    recent: Select[Any]
    prefix: str = ""

    def breaches(self, connection: Connection, since: str | None = None) -> list[str]:
        """Return at most 20 sentences, one for each breach; none when the books are right.

        ``since``, an id without its prefix, limits the check to rows that are newer, and to those for which a newer
        transfer was posted.  The ids of all nouns sort by time.
        """
        if since is None:
            rows = connection.run(self.everything)
        elif self.prefix:
            rows = connection.run(self.recent, since_transfer=f"trf_{since}", since_noun=f"{self.prefix}_{since}")
        else:
            rows = connection.run(self.recent, since_transfer=f"trf_{since}")
        return [self.sentence.format(*row) for row in rows.all()]


def literals(*values: str) -> list[ColumnElement[str]]:
    """Return literals for IN: a list of parameters would be expanded, and could not stand beside ``since``."""
    return [literal_column(f"'{value}'") for value in values]


def of_noun(sentence: str, broken: Select[Any], noun: Column[str], prefix: str) -> Check:
    """Return a check of a noun, whose ``broken`` rows are found by id.

    The recent rows are those that are new, or that a new transfer was posted for.
    """
    touched = union_all(
        select(transfer.c.cause_id).where(_since_transfer),
        select(transfer.c.booking_id).where(_since_transfer),
        select(noun).where(noun > bindparam("since_noun")),
    )
    return Check(sentence, broken.limit(MOST), broken.where(noun.in_(touched)).limit(MOST), prefix)


def of_transfers(sentence: str, broken: Select[Any]) -> Check:
    """Return a check of transfers, whose ``broken`` rows are found by their ids."""
    return Check(sentence, broken.limit(MOST), broken.where(_since_transfer).limit(MOST))


def of_accounts(sentence: str, broken: Select[Any], account: Column[str]) -> Check:
    """Return a check of ledger accounts, whose ``broken`` rows are found by account.

    The recent accounts are those that a new transfer was posted to.
    """
    touched = union_all(
        select(transfer.c.debit_account).where(_since_transfer),
        select(transfer.c.credit_account).where(_since_transfer),
    )
    return Check(sentence, broken.limit(MOST), broken.where(account.in_(touched)).limit(MOST))
