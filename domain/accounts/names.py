"""Names of accounts as other people see them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, String, case, literal_column

from domain.accounts.states import AccountState
from domain.accounts.tables import account

FORMER = "Former "
"""Followed by the role: the name of people who left."""

_left = account.c.state == literal_column(f"'{AccountState.DEACTIVATED.value}'")
_former = literal_column(f"'{FORMER}'", String()) + account.c.role
SHOWN_NAME: ColumnElement[str] = case((_left, _former), else_=account.c.name).label("name")
"""The name, or a neutral one if the account is deactivated."""
