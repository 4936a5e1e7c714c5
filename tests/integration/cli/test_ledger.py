"""The runbook's procedure for books that do not agree does what it says."""

from __future__ import annotations

from sqlalchemy import update

from domain.payments.tables import payment
from runtime.database import Database
from tests.clock import Clock
from tests.integration.cli.terminal import run
from tests.story import paid
from tests.unit.docs.markdown import PROJECT, commands, section

_dearer = update(payment).values(amount_minor=payment.c.amount_minor + 1)


def test_before_anything_was_posted(url: str) -> None:
    assert url
    shown = run("ledger", "show")
    assert (shown.exit_code, "Nothing was posted yet." in shown.output) == (0, True)
    assert "./handwork ledger check" in shown.output


def test_the_procedure_finds_what_is_broken(stored: Database) -> None:
    _, broken = paid(stored, Clock())
    assert run("ledger", "check").exit_code == 0
    assert "90.00 USD" in run("ledger", "show").output
    stored.write(lambda c: c.run(_dearer))
    text = section((PROJECT / "docs/operating/runbook.md").read_text(), "### An invariant is broken")
    said = [run(*words) for words in commands(text) if words[0] == "ledger"]
    assert [each.exit_code for each in said] == [4, 4]
    assert all(f"broken: payment {broken.id} is captured" in each.output for each in said)


def test_what_is_recent_can_be_checked_alone(url: str) -> None:
    assert url
    assert "recent: all agrees" in run("ledger", "check", "--recent").output
