"""A stack that runs is seen, read and ended whatever is wrong in ``.env``; the message says where a value is from."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from cli.stack.programs import Program
from cli.stack.stack import Stack
from tests.integration.cli.conftest import MakeStack
from tests.integration.cli.terminal import Terminal
from tests.stack import wait_until

WRONG = ["WEB_PORT=banana", "no line of that form", "HANDWORK_ENV=production", "MAIL_FROM=caf\xe9"]


@pytest.fixture
def running(start_stack: MakeStack, stand_in: Callable[..., Program]) -> Iterator[Stack]:
    stack = start_stack(stand_in("web"))
    wait_until(lambda: [p.state for p in stack.status()] == ["RUNNING"], "it runs")
    return stack


@pytest.mark.parametrize("line", WRONG)
def test_what_runs_is_seen_and_ended(terminal: Terminal, running: Stack, line: str) -> None:
    assert terminal.home == running.home
    terminal.dotenv.write_bytes(f"{line}\n".encode("latin-1"))
    seen = terminal.run("status")
    assert seen.exit_code == 0, seen.output
    assert running.values["WEB_PUBLIC_URL"] in seen.stdout
    assert terminal.run("logs", "web").exit_code == 0
    ended = terminal.run("down")
    assert (ended.exit_code, "Ended." in ended.stdout) == (0, True), ended.output
    assert not running.is_running()


@pytest.mark.parametrize("command", ["status", "doctor"])
def test_a_file_that_others_can_read_is_named(terminal: Terminal, running: Stack, command: str) -> None:
    assert terminal.home == running.home
    for mode, is_named in ((0o600, False), (0o644, True)):
        terminal.dotenv.write_text("")
        terminal.dotenv.chmod(mode)
        seen = terminal.run(command)
        assert ("so other users can read its secrets: chmod 600" in " ".join(seen.output.split())) == is_named


def test_what_runs_is_deleted(terminal: Terminal, running: Stack) -> None:
    terminal.dotenv.write_text("WEB_PORT=banana\n")
    assert terminal.run("reset", "--yes").exit_code == 0
    assert not running.is_running()
    assert list(running.home.iterdir()) == []


def test_addresses_are_those_that_it_was_started_with(terminal: Terminal, running: Stack) -> None:
    begun = running.values["WEB_PUBLIC_URL"]
    terminal.dotenv.write_text("WEB_PORT=9\nWEB_PUBLIC_URL=https://later.example\nFLOWER_BASIC_AUTH=eve:later\n")
    said = terminal.run("status").stdout
    assert begun in said
    assert "later" not in said


def test_a_data_folder_named_in_a_file_with_a_wrong_line(terminal: Terminal, running: Stack) -> None:
    terminal.dotenv.write_text(f"nonsense\nHANDWORK_HOME={running.home}\nWEB_PORT=banana\n")
    assert terminal.run("status", HANDWORK_HOME="").exit_code == 0


@pytest.mark.parametrize("command", [("up", "--detach"), ("tasks", "list")], ids=" ".join)
@pytest.mark.parametrize("line", ["WEB_PORT=banana", "LEASE_MS=soon", "LOG_FORMAT=pretty"])
def test_the_source_of_a_wrong_value_is_named(terminal: Terminal, command: tuple[str, ...], line: str) -> None:
    name, _, value = line.partition("=")
    terminal.dotenv.write_text(f"{line}\n")
    code, said = terminal.says(*command)
    assert code == 1
    assert f"{name}: " in said
    assert f"(from {terminal.dotenv})" in said
    terminal.dotenv.unlink()
    code, said = terminal.says(*command, **{name: value})
    assert "(from the environment)" in said
