"""docs/concepts/ledger.md cannot lie: its codes are those of the enum, and its examples are posted to a real ledger."""

from __future__ import annotations

import re
from itertools import count

import pytest

from domain.cause import Cause
from domain.ledger import chart
from domain.ledger.codes import Code
from domain.ledger.post import Transfer, post
from runtime.database import Database
from tests.clock import Clock
from tests.story import balances
from tests.unit.docs.markdown import PROJECT

PAGE = (PROJECT / "docs" / "concepts" / "ledger.md").read_text()
ROW = re.compile(r"^\| `(\w+)` \| `([\w:]+)` \| `([\w:]+)` \| (\d+) \| (.+) \|$", re.MULTILINE)
BALANCE = re.compile(r"`([\w:]+)` (-?\d+)")
STORIES = dict(re.findall(r"^### (.+?)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("title", STORIES)
def test_an_example_is_what_the_ledger_does(database: Database, title: str) -> None:
    numbers, clock = count(1), Clock()
    cause = Cause(clock(), "system", "cor_1", lambda prefix: f"{prefix}_{next(numbers):09}")
    rows = ROW.findall(STORIES[title])
    assert rows, title
    for n, (code, debit, credit, amount, after) in enumerate(rows):
        one = Transfer(
            debit=debit,
            credit=credit,
            amount_minor=int(amount),
            currency="usd",
            code=Code(code),
            unique_key=f"{title}:{n}",
            cause_id="x",
        )
        assert database.write(lambda c, one=one: post(c, cause, [one])) == 1
        found = balances(database)
        said = {account: int(minor) for account, minor in BALANCE.findall(after)}
        assert said.keys() == {debit, credit}
        assert {account: found.get(account, 0) for account in said} == said, (title, n, code)


def test_every_code_is_explained_and_has_an_example() -> None:
    lines = [f"| `{code.value}` | {_named(code.debits)} | {_named(code.credits)} | {code.why} |" for code in Code]
    assert [line for line in lines if line not in PAGE] == []
    shown = {
        (code, chart.kind(on)) for story in STORIES.values() for code, *pair, _, _ in ROW.findall(story) for on in pair
    }
    assert shown == {(code.value, kind) for code in Code for kind in code.debits | code.credits}
    assert {kind for _, kind in shown} == {*chart.DEBIT_NORMAL, *chart.CREDIT_NORMAL}


def test_a_transfer_that_its_code_does_not_know_is_refused(database: Database) -> None:
    wrong = Transfer(
        debit="clearing:stripe",
        credit="tax",
        amount_minor=1,
        currency="usd",
        code=Code.CAPTURE,
        unique_key="x",
        cause_id="x",
    )
    cause = Cause(Clock()(), "system", "cor_1", lambda prefix: f"{prefix}_1")
    with pytest.raises(ValueError, match="capture does not debit clearing:stripe and credit tax"):
        database.write(lambda c: post(c, cause, [wrong]))
    assert balances(database) == {}


def _named(kinds: frozenset[str]) -> str:
    return ", ".join(f"`{kind}`" for kind in sorted(kinds))
