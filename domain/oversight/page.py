"""List one noun: all of it, or the matches of a text: an id, an e-mail address, a reference, words of a title."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select

from domain.database import Connection
from domain.identity.accounts.tables import account
from domain.oversight.nouns import ID, NOUNS, TEXT, Noun
from domain.schema.reader import BEHIND_ALL_IDS, if_wanted, newest_first

Item = dict[str, Any]
_WILD = re.compile(r"[/%_]")


def _statements(noun: Noun) -> dict[str, Select[Any]]:
    """Return one statement for each kind of search, so that each is compiled once.

    Searches by id or address use an index; searches by reference or words read every row.
    """
    table = noun.table
    every = select(table.c.id, table.c.status, *(table.c[name] for name in noun.listed), table.c.created_at)
    page = newest_first(every.where(if_wanted(table.c.status, "of_status")), table.c.id)
    found = {"": page}
    for prefix, columns in noun.links.items():
        found[prefix] = page.where(or_(*(table.c[name] == TEXT for name in columns)))
    if noun.prefix != "acc" and "acc" in noun.links:
        addressed = select(account.c.id).where(account.c.email == TEXT).scalar_subquery()
        found["@"] = page.where(or_(*(table.c[name] == addressed for name in noun.links["acc"])))
    words: list[ColumnElement[bool]] = [*noun.exact, *noun.like]
    if words:
        found["words"] = page.where(or_(*words))
    return found


_STATEMENTS = {noun.name: _statements(noun) for noun in NOUNS}


def page(
    connection: Connection,
    noun: Noun,
    *,
    text: str | None = None,
    status: str | None = None,
    before: str | None = None,
    most: int = 50,
) -> list[Item]:
    """Return the rows, newest first, each as its columns by name; ``before`` is the last id of the previous page.

    The list is empty when this noun has no search for this kind of text.
    """
    way = _way(noun, text or "")
    statement = _STATEMENTS[noun.name].get(way)
    if statement is None:
        return []
    given: dict[str, str] = {} if text is None else {"text": text.lower() if way == "@" else text}
    if way == "words":
        given = {"text": given["text"]} if noun.exact else {}
        given |= {"like": f"%{_WILD.sub(lambda wild: '/' + wild[0], text or '')}%"} if noun.like else {}
    rows = connection.run(statement, of_status=status, before=before or BEHIND_ALL_IDS, most=most, **given).all()
    names = ("id", "status", *noun.listed, "created_at")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _way(noun: Noun, text: str) -> str:
    if not text:
        return ""
    if ID.fullmatch(text):
        return text[:3]
    return "@" if "@" in text and noun.prefix != "acc" else "words"
