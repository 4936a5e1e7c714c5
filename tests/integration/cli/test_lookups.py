"""``trace``, the lists and ``show`` as an operator types them: tables that do not wrap, JSON, refusals in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import Result

from domain.platform.outbox import read as outbox
from runtime.database import Database
from tests.clock import START, Clock
from tests.integration.cli.terminal import run
from tests.story import Story, accepted, captured, hired
from web.request_log import Line


@dataclass(frozen=True)
class World:
    """``cause``: the correlation id of the request that paid."""

    home: Path
    story: Story
    payment_id: str
    cause: str


@pytest.fixture
def world(tmp_path: Path, stored: Database, clock: Clock) -> World:
    story = hired(stored, clock)
    payment = accepted(stored, clock, story)
    clock.forward(seconds=1)
    captured(stored, clock, payment)
    (task,) = stored.read(lambda c: outbox.tasks(c, task="payments.submit", most=1))
    return World(tmp_path, story, payment.id, task.correlation_id)


def lines(found: Result) -> list[dict[str, object]]:
    assert found.exit_code == 0, found.output
    return [json.loads(line) for line in found.output.splitlines()]


def log_request(world: World, log: str, cause: str, path: str) -> None:
    line = Line(START + timedelta(milliseconds=3), "request", "POST", path, path, 202, 3.0, cause, world.story.alice.id)
    folder = world.home / "logs"
    folder.mkdir(exist_ok=True)
    with (folder / log).open("ab") as file:
        file.write(msgspec.json.encode(line) + b"\n")


def test_a_story_is_told_in_lines_and_says_where_no_log_tells_of_the_request(world: World) -> None:
    told = run("trace", world.cause)
    assert told.exit_code == 0, told.output
    first = told.output.splitlines()[2]
    assert f"POST /payments, by {world.story.alice.id}" in first
    assert "1 of the requests are in no request log on this machine" in told.output
    assert f"pending until {START:%Y-%m-%d %H:%M:%S} UTC, 0 attempts so far" in told.output
    kinds = [line["kind"] for line in lines(run("trace", world.cause, "--json"))]
    assert kinds == ["request", "status", "task"]


@pytest.mark.parametrize("log", ["web.log", "web-1.log", "web.log.2"])
def test_the_request_log_tells_status_and_latency(world: World, log: str) -> None:
    log_request(world, log, world.cause, "/payments")
    (world.home / "logs" / "web.log").touch()
    log_request(world, "web.log", "cor_of_somebody_else", "/jobs")
    told = run("trace", world.cause)
    assert f"POST /payments: 202 in 3.0 ms, by {world.story.alice.id}" in told.output
    assert "no request log" not in told.output
    assert "/jobs" not in told.output


def test_a_request_that_wrote_nothing_is_in_the_log_alone(world: World) -> None:
    log_request(world, "web.log", "cor_that_only_read", "/jobs")
    (line,) = lines(run("trace", "cor_that_only_read", "--json"))
    assert (line["kind"], line["outcome"]) == ("request", "202")


def test_a_text_in_a_path_is_no_id(world: World) -> None:
    log_request(world, "web.log", "cor_of_a_search", "/jobs/nothing_like_an_id")
    assert run("trace", "nothing_like_an_id").exit_code == 3


def test_an_unknown_id_is_refused_in_a_sentence(world: World) -> None:
    found = run("trace", "cor_nobody")
    assert (found.exit_code, found.output) == (
        3,
        "Nothing is known of cor_nobody: no row has it, and no request log on this machine.\n",
    )
    empty = run("trace", "")
    assert (empty.exit_code, "ID is empty" in empty.output) == (2, True)
    shown = run("payments", "show", "pay_nobody")
    assert (shown.exit_code, "There is no such payment." in shown.output) == (3, True)


def test_the_tasks_of_a_request_are_listed(world: World) -> None:
    found = lines(run("tasks", "list", "--correlation", world.cause, "--json"))
    assert [task["task"] for task in found] == ["payments.submit"]
    assert "No such tasks." in run("tasks", "list", "--correlation", "cor_nobody").output


def test_things_are_listed_and_shown(world: World) -> None:
    (found,) = lines(run("payments", "list", world.story.alice.email, "--json"))
    assert (found["id"], found["status"]) == (world.payment_id, "captured")
    assert lines(run("payments", "list", "--before", world.payment_id, "--json")) == []
    assert run("jobs", "list", "no such title").output.strip() == "No such jobs."
    (shown,) = lines(run("payments", "show", world.payment_id, "--json"))
    assert [change["to_status"] for change in shown["history"]] == ["accepted", "captured"]  # type: ignore[index, attr-defined]  # JSON
    table = run("bookings", "show", world.story.booking.id).output
    for part in ("awaiting_payment", "history:", "payments:", "ledger:", "tasks:", "90.00 USD", world.payment_id):
        assert part in table


def test_a_row_is_one_line_where_the_output_is_no_terminal(world: World) -> None:
    for words in (("trace", world.payment_id), ("payments", "list"), ("tasks", "list"), ("bookings", "list", "tap")):
        made = run(*words, "--json").output.splitlines()
        table = run(*words).output.splitlines()
        shown = [line for line in table if not line.startswith("1 of the requests")]
        assert len(shown) == len(made) + 2, words


def test_each_command_teaches(world: World) -> None:
    for noun in ("accounts", "jobs", "bookings", "payments", "payouts"):
        assert f"TEXT finds {noun} by id" in " ".join(run(noun, "list", "--help").output.split())
        assert "history" in run(noun, "show", "--help").output
    assert "X-Correlation-Id" in run("trace", "--help").output
