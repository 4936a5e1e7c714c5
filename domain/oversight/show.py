"""Show one object: its columns, its history, what belongs to it, its money and its tasks."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import bindparam, or_, select

from domain.database import Connection
from domain.errors import NotFound
from domain.history.read import Change, changes
from domain.ledger import chart
from domain.ledger.tables import balance, transfer
from domain.oversight.nouns import NOUNS, SECRET, Noun
from domain.oversight.page import Item, page
from domain.oversight.tasks import about
from domain.platform.outbox.read import Task
from domain.schema import one_of

MOST = 20
"""The most rows that are shown of each related noun, and of the tasks; these are the newest."""


class Posted(msgspec.Struct, frozen=True):
    """One transfer of the ledger."""

    at: datetime
    code: str
    debit_account: str
    credit_account: str
    amount_minor: int
    currency: str


class Owed(msgspec.Struct, frozen=True):
    """The balance of one ledger account that must not be overdrawn."""

    account: str
    amount_minor: int
    currency: str


class Shown(msgspec.Struct, frozen=True):
    fields: Item
    history: list[Change]
    related: dict[str, list[Item]]
    transfers: list[Posted]
    balances: list[Owed]
    tasks: list[Task]


_ROWS = {
    noun.name: select(*(c for c in noun.table.c if c.name not in SECRET)).where(noun.table.c.id == bindparam("row_id"))
    for noun in NOUNS
}
_transfers = select(
    *(transfer.c.created_at, transfer.c.code, transfer.c.debit_account, transfer.c.credit_account),
    *(transfer.c.amount_minor, transfer.c.currency),
).where(or_(transfer.c.booking_id == bindparam("of_row"), transfer.c.cause_id == bindparam("of_row")))
_balances = select(balance.c.account, balance.c.amount_minor, balance.c.currency).where(
    one_of(balance.c.account, "accounts")
)


def fields_of(connection: Connection, noun: Noun, row_id: str) -> Item | None:
    """Return every column but the secret ones; None when there is no such row."""
    row = connection.run(_ROWS[noun.name], row_id=row_id).first()
    names = [column.name for column in noun.table.c if column.name not in SECRET]
    return dict(zip(names, row, strict=True)) if row else None


def show(connection: Connection, noun: Noun, row_id: str) -> Shown:
    """Return the row with its history, related rows, money and tasks; ``NotFound`` when there is no such row."""
    found = fields_of(connection, noun, row_id)
    if found is None:
        raise NotFound(noun.name.removesuffix("s"))
    belonging = {
        other.name: page(connection, other, text=row_id, most=MOST)
        for other in NOUNS
        if other is not noun and noun.prefix in other.links
    }
    owed = [chart.held(row_id), chart.worker_payable(row_id), chart.worker_debt(row_id)]
    return Shown(
        fields=found,
        history=changes(connection, row_id),
        related={name: items for name, items in belonging.items() if items},
        transfers=sorted((Posted(*row) for row in connection.run(_transfers, of_row=row_id).all()), key=lambda p: p.at),
        balances=[Owed(*row) for row in connection.run(_balances, accounts=owed).all()],
        tasks=about(connection, [row_id], since=[row_id])[-MOST:],
    )
