"""Operators look at tasks and queues, and act on them; every refusal is in words and has its exit code."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from domain.notifications.work import Deliver
from domain.payments.work import Submit
from domain.platform.inbox.work import Process
from domain.platform.outbox import control, read
from domain.platform.outbox.enqueue import enqueue
from runtime.database import Database
from runtime.settings import PROJECT
from tests.clock import Clock
from tests.integration.cli.terminal import run
from tests.story import cause_of


def queued(stored: Database, count: int = 1, run_at: datetime | None = None) -> list[str]:
    cause = cause_of(Clock(), "system")
    works = [Deliver(account_id="acc_1", kind="k", subject_id=f"s{n}") for n in range(count)]
    made = [stored.write(lambda c, work=work: enqueue(c, cause, work, run_at=run_at)) for work in works]
    return [row_id for row_id in made if row_id]


def shown(stored: Database, row_id: str) -> read.Task:
    return stored.read(lambda c: read.task(c, row_id))[0]


def test_tasks_are_listed_by_status_and_page_by_page(stored: Database) -> None:
    ids = queued(stored, 5)
    first = run("tasks", "list", "--status", "pending", "--limit", "3", "--json")
    found = [json.loads(line)["id"] for line in first.output.splitlines() if line.startswith("{")]
    assert found == sorted(ids, reverse=True)[:3]
    rest = run("tasks", "list", "--before", found[-1], "--json")
    assert [json.loads(line)["id"] for line in rest.output.splitlines()] == sorted(ids)[1::-1]
    assert run("tasks", "list", "--status", "dead").output.strip() == "No such tasks."


def test_a_task_is_shown_cancelled_and_retried(stored: Database) -> None:
    (row_id,) = queued(stored)
    assert "notifications.deliver" in run("tasks", "show", row_id).output
    assert run("tasks", "cancel", row_id, "--why", "a test").exit_code == 0
    cancelled = shown(stored, row_id)
    assert cancelled.status == "cancelled"
    assert cancelled.error is not None
    assert cancelled.error.endswith("a test")
    assert run("tasks", "retry", row_id).exit_code == 0
    assert shown(stored, row_id).status == "pending"


def test_what_cannot_be_done_is_refused_in_words(stored: Database) -> None:
    (row_id,) = queued(stored)
    run("tasks", "cancel", row_id, "--why", "a test")
    again = run("tasks", "cancel", row_id, "--why", "again")
    assert again.exit_code == 3
    assert "A task that is cancelled cannot be cancelled." in again.output
    unknown = run("tasks", "show", "tsk_nothing")
    assert (unknown.exit_code, "There is no such task." in unknown.output) == (3, True)
    assert run("tasks", "cancel", row_id).exit_code == 2


def test_a_queue_is_paused_slowed_and_resumed_by_a_named_operator(stored: Database) -> None:
    assert run("queue", "pause", "payments", "--why", "bank holiday").exit_code == 0
    assert run("queue", "rate", "payments", "0.5").exit_code == 0
    rule = stored.read(control.controls)["payments"]
    assert (rule.paused, rule.rate_per_s, rule.reason) == (True, 0.5, "bank holiday")
    assert rule.actor.startswith("operator:")
    assert "bank holiday" in run("queue", "list").output
    assert run("queue", "resume", "payments").exit_code == 0
    assert run("queue", "rate", "payments", "--none").exit_code == 0
    assert "bank holiday" not in run("queue", "list").output


def test_a_queue_shows_what_is_due_and_what_waits_for_its_hour(stored: Database) -> None:
    now = datetime.now(UTC)
    queued(stored, 2, now - timedelta(minutes=90))
    queued(stored, 3, now + timedelta(days=3))
    listed = run("queue", "list").output.splitlines()
    assert listed[0].split() == ["queue", "due", "oldest", "later", "sent", "running", "dead", "rule"]
    (row,) = (line for line in listed if "notifications" in line)
    assert row.split() == ["notifications", "2", "1", "h", "30", "min", "3", "0", "0", "0"]
    (other,) = (line for line in listed if "payments" in line)
    assert other.split() == ["payments", "0", "0", "0", "0", "0"]


@pytest.mark.parametrize("width", ["80", "60"])
def test_tables_of_a_narrow_terminal_lose_nothing(stored: Database, width: str) -> None:
    (row_id,) = queued(stored)
    run("tasks", "cancel", row_id, "--why", "because of the holiday of the bank")
    run("queue", "pause", "payments", "--why", "because of the holiday of the bank")
    run("admin", "token", "create", "--name", "A program that broadcasts to everybody")
    for words in (("tasks", "list"), ("queue", "list"), ("admin", "token", "list"), ("tasks", "show", row_id)):
        shown = on_terminal(width, *words)
        assert "…" not in shown, words
        assert words[1] == "show" or max(map(len, shown.splitlines())) <= int(width), words
    tasks = on_terminal(width, "tasks", "list")
    assert row_id in tasks
    if width == "80":
        assert "notifications.deliver" in tasks


def on_terminal(width: str, *words: str) -> str:
    """What the command writes to a terminal that is so many characters wide."""
    ours, theirs = pty.openpty()
    made = subprocess.Popen(
        [sys.executable, "-m", "cli", *words], cwd=PROJECT, env={**os.environ, "COLUMNS": width}, stdout=theirs
    )
    os.close(theirs)
    written = b""
    with suppress(OSError):  # EIO: the other side is closed
        while chunk := os.read(ours, 65_536):
            written += chunk
    os.close(ours)
    assert made.wait() == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", written.decode())


@pytest.mark.parametrize(
    "arguments",
    [
        ("queue", "pause", "nonsense", "--why", "x"),
        ("queue", "pause", "payments"),
        ("queue", "rate", "payments", "-1"),
        ("queue", "rate", "payments"),
        ("queue", "rate", "payments", "5", "--none"),
        ("tasks", "list", "--status", "nonsense"),
    ],
)
def test_wrong_usage_changes_nothing_and_says_what_is_wrong(stored: Database, arguments: tuple[str, ...]) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert "Error:" in found.output
    assert stored.read(control.controls) == {}


def test_the_schema_is_shown_and_a_backup_is_verified(stored: Database, tmp_path: Path) -> None:
    assert run("db", "status").exit_code == 0
    assert "nothing to do" in run("db", "migrate").output
    made = run("db", "backup")
    assert made.exit_code == 0, made.output
    (copy,) = (tmp_path / "backups").glob("*.db")
    assert copy.stat().st_size > 0


def test_what_somebody_waits_for_is_not_cancelled_and_the_refusal_says_what_to_do(stored: Database) -> None:
    cause = cause_of(Clock(), "system")
    for work in (Submit(payment_id="pay_1"), Process(provider="stripe", event_id="evt_1")):
        row_id = stored.write(lambda c, work=work: enqueue(c, cause, work))
        assert row_id is not None
        refused = run("tasks", "cancel", row_id, "--why", "a test")
        assert (refused.exit_code, f"{work.task} cannot be cancelled." in refused.output) == (3, True)
        assert "pause the queue" in " ".join(refused.output.split())
        assert shown(stored, row_id).status == "pending"


def test_a_queue_is_not_paused_without_a_reason(stored: Database) -> None:
    assert run("queue", "pause", "payments", "--why", " ").exit_code == 2
