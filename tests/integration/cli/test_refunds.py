"""The runbook's procedure for refunds that failed does what it says."""

from __future__ import annotations

import json

from domain.payments.refunds import read
from domain.payments.refunds.ports import RefundFailed
from domain.payments.refunds.read import Refund
from domain.payments.refunds.record_outcome import record_outcome
from runtime.database import Database
from tests.clock import Clock
from tests.integration.cli.terminal import run
from tests.story import asked_back, cause_of, paid
from tests.unit.docs.markdown import PROJECT, commands, section


def failed(stored: Database) -> Refund:
    """Of 90.00, whose code would steer a terminal."""
    clock = Clock()
    _, payment = paid(stored, clock)
    cause = cause_of(clock, payment.client_id)
    made = asked_back(stored, clock, payment)
    outcome = RefundFailed(provider_id="re_1", code="lost_or_stolen_card\x1b[2J", message="It came back.")
    stored.write(lambda c: record_outcome(c, cause, made.id, outcome))
    return made


def test_the_procedure_is_followed(stored: Database) -> None:
    first = failed(stored)
    text = section((PROJECT / "docs/operating/runbook.md").read_text(), "### Refunds fail")
    procedure = [words for words in commands(text) if words[0] == "refunds"][:3]
    assert [words[1] for words in procedure] == ["list", "retry", "list"]
    said = [run(*(first.id if word == "rfd_…" else word for word in words)) for words in procedure]
    assert [each.exit_code for each in said] == [0, 0, 0]
    assert first.id in said[0].output
    assert "90.00 USD" in said[0].output
    assert "lost_or_stolen_card" in said[0].output
    assert "\x1b[2J" not in said[0].output
    (row,) = [json.loads(line) for line in run("refunds", "list", "--status", "failed", "--json").output.splitlines()]
    assert said[1].output == f"{first.id}: again as {row['again_as']}, requested\n"
    assert stored.read(lambda c: read.by_id(c, row["again_as"])).amount_minor == 9_000


def test_what_cannot_be_done_is_refused_in_words(stored: Database) -> None:
    first = failed(stored)
    assert run("refunds", "list", "--status", "succeeded").output.strip() == "No such refunds."
    assert run("refunds", "retry").exit_code == 2
    unknown = run("refunds", "retry", "rfd_nothing")
    assert (unknown.exit_code, "There is no such refund." in unknown.output) == (3, True)
    assert run("refunds", "retry", first.id).exit_code == 0
    again = json.loads(run("refunds", "list", "--limit", "1", "--json").output)["id"]
    refused = run("refunds", "retry", again)
    assert (refused.exit_code, "there is nothing to try again" in refused.output) == (3, True)


def test_one_that_must_not_be_sent_again_is_closed_as_the_runbook_says(stored: Database) -> None:
    first = failed(stored)
    text = section((PROJECT / "docs/operating/runbook.md").read_text(), "### Refunds fail")
    procedure = [words for words in commands(text) if words[0] == "refunds"][3:]
    assert [words[1] for words in procedure] == ["close", "list"]
    said = [run(*(first.id if word == "rfd_…" else word for word in words)) for words in procedure]
    assert [each.exit_code for each in said] == [0, 0]
    assert said[0].output == f"{first.id}: closed\n"
    assert "refunded in the dashboard on Monday" in said[1].output
    assert run("refunds", "list", "--status", "failed").output.strip() == "No such refunds."
    assert run("refunds", "close", first.id, "--paid-by", "bank").exit_code == 2
    assert run("refunds", "retry", first.id).exit_code == 3
