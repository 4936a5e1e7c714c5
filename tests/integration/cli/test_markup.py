"""What people wrote is shown as they wrote it: square brackets are no markup, in any table."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.terminal import open_console
from runtime.migrate import upgrade
from tests.integration.cli.terminal import Terminal

WORDS = "[red]x[/red] [/] [bold :tada: [link=x"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    found = Terminal(tmp_path)
    found.home.mkdir()
    upgrade(f"sqlite:///{found.home / 'handwork.db'}")
    return found


def test_a_token_s_name(terminal: Terminal) -> None:
    assert terminal.run("admin", "token", "create", "--name", WORDS).exit_code == 0
    listed = terminal.run("admin", "token", "list")
    assert listed.exit_code == 0, listed.output
    assert WORDS in listed.stdout


def test_why_a_queue_is_paused(terminal: Terminal) -> None:
    assert terminal.run("queue", "pause", "payments", "--why", WORDS).exit_code == 0
    listed = terminal.run("queue", "list")
    assert listed.exit_code == 0, listed.output
    assert WORDS in listed.stdout


@pytest.mark.parametrize("command", ["status", "down", "reset"])
def test_a_folder_s_name(terminal: Terminal, command: str) -> None:
    home = terminal.folder / "[red]x"
    home.mkdir()
    found = terminal.run(command, HANDWORK_HOME=str(home))
    assert str(home) in found.output


def test_every_console_of_the_command_line_is_that_one(capsys: pytest.CaptureFixture[str]) -> None:
    open_console().print(WORDS)
    assert capsys.readouterr().out == f"{WORDS}\n"
    sources = Path(__file__).parents[3].joinpath("cli").rglob("*.py")
    assert [p.name for p in sources if "Console()" in p.read_text()] == []


def test_what_would_steer_the_terminal_is_shown(terminal: Terminal) -> None:
    assert terminal.run("queue", "pause", "payments", "--why", "\x1b[31mred\x07").exit_code == 0
    listed = terminal.run("queue", "list").stdout
    assert "\\x1b[31mred\\x07" in listed
    assert "\x1b" not in listed
