"""Names of accounts as other people see them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, FromClause, String, case, literal_column

from domain.identity.accounts.states import AccountStatus
from domain.identity.accounts.tables import account

FORMER = "Former "
"""The start of the name that a deactivated account shows; its role follows."""

_FORMER = literal_column(f"'{FORMER}'", String())
_DEACTIVATED: ColumnElement[str] = literal_column(f"'{AccountStatus.DEACTIVATED.value}'")


def shown_name(of: FromClause) -> ColumnElement[str]:
    """Return the name, or a neutral one if the account is deactivated; ``of`` is the table of accounts or an alias."""
    left = of.c.status == _DEACTIVATED
    return case((left, _FORMER + of.c.role), else_=of.c.name).label("name")


SHOWN_NAME = shown_name(account)
