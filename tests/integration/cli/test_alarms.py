"""Operators see the events about our money that were not applied: in a list, in status and in doctor."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from cli.stack.programs import Program
from domain.cause import Cause
from domain.errors import NotFound
from domain.platform.inbox.alarms import alarms_since, page
from domain.platform.inbox.handle import stamp
from domain.platform.inbox.receive import receive
from domain.platform.inbox.states import EventOutcome
from runtime.clock import system_clock
from runtime.database import Database, open_database
from tests.clock import START, Clock
from tests.integration.cli.conftest import MakeStack
from tests.integration.cli.terminal import Terminal, run
from tests.stack import wait_until
from tests.story import cause_of
from tests.unit.docs.markdown import PROJECT, commands, section


def handled(database: Database, cause: Cause, *events: str, outcome: EventOutcome = EventOutcome.ALARM) -> None:
    for event_id in events:
        database.write(lambda c, e=event_id: receive(c, cause, provider="stripe", event_id=e, payload="{}"))
        database.write(lambda c, e=event_id: stamp(c, cause, "stripe", e, outcome, f"why of {e}\x1b[2J", "pay_1"))


def test_pages_go_on_where_the_one_before_ended_though_times_are_alike(database: Database) -> None:
    clock = Clock()
    handled(database, cause_of(clock, "stripe"), "evt_b", "evt_c", "evt_a")
    clock.forward(seconds=1)
    handled(database, cause_of(clock, "stripe"), "evt_0")
    handled(database, cause_of(clock, "stripe"), "evt_x", outcome=EventOutcome.IGNORED)
    pages = [
        [row.event_id for row in database.read(lambda c, b=before: page(c, before=b, most=2))]
        for before in (None, "evt_c", "evt_a")
    ]
    assert pages == [["evt_0", "evt_c"], ["evt_b", "evt_a"], []]
    assert database.read(lambda c: alarms_since(c, START + timedelta(seconds=1))) == 1
    with pytest.raises(NotFound):
        database.read(lambda c: page(c, before="evt_x", most=2))


def test_the_procedure_of_the_runbook_lists_them(stored: Database) -> None:
    text = section((PROJECT / "docs/operating/runbook.md").read_text(), "### Money is not as ordered")
    (procedure,) = [words for words in commands(text) if words[0] == "alarms"]
    assert run(*procedure).output == "No alarms.\n"
    handled(stored, cause_of(Clock(), "stripe"), "evt_1", "evt_2")
    said = run(*procedure).output
    assert "evt_1  pay_1" in said
    assert "why of evt_1" in said
    assert "\x1b[2J" not in said
    first = run("alarms", "list", "--limit", "1")
    assert first.output.endswith("More: --before evt_2\n")
    (row,) = map(json.loads, run("alarms", "list", "--before", "evt_2", "--json").output.splitlines())
    assert (row["event_id"], row["provider"], row["subject_id"]) == ("evt_1", "stripe", "pay_1")
    refused = run("alarms", "list", "--before", "evt_3")
    assert (refused.exit_code, "There is no such alarm evt_3." in refused.output) == (3, True)


def test_status_and_doctor_name_the_number_while_it_is_new(
    terminal: Terminal, start_stack: MakeStack, stand_in: Callable[..., Program]
) -> None:
    stack = start_stack(stand_in("web"))
    wait_until(lambda: [p.state for p in stack.status()] == ["RUNNING"], "it runs")

    def said(command: str) -> str:
        return " ".join(terminal.run(command).output.split())

    database = open_database(stack.started.settings().database)
    clock = Clock(system_clock() - timedelta(days=8))
    assert "not applied" not in said("status") + said("doctor")
    handled(database, cause_of(clock, "stripe"), "evt_old")
    assert "not applied" not in said("status")
    assert "not applied: 0 in the last 7 days, 1 in all" in said("doctor")
    clock.forward(days=8)
    handled(database, cause_of(clock, "stripe"), "evt_1", "evt_2")
    database.close()
    for command in ("status", "doctor"):
        assert "not applied: 2 in the last 7 days, 3 in all; see: ./handwork alarms list" in said(command)
