"""What an operator can mend is one sentence and an exit code, and never a trace."""

from __future__ import annotations

import os
import pty
import resource
import signal
from pathlib import Path
from subprocess import DEVNULL, PIPE

import pytest

from runtime.migrate import upgrade
from tests.integration.cli.terminal import Terminal

OF_A_DATABASE = (
    *(("tasks", "list"), ("tasks", "show", "tsk_1"), ("queue", "list"), ("queue", "pause", "payments", "--why", "x")),
    *(("admin", "token", "list"), ("sessions", "end-all", "--yes"), ("db", "backup")),
)
NOBODY = 65_534


@pytest.fixture
def migrated(terminal: Terminal) -> Terminal:
    terminal.home.mkdir()
    upgrade(f"sqlite:///{terminal.home / 'handwork.db'}")
    return terminal


@pytest.mark.parametrize("arguments", OF_A_DATABASE, ids=" ".join)
def test_before_the_first_up(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    code, said = terminal.says(*arguments)
    assert (code, "there is no database yet" in said) == (1, True), said
    assert not terminal.home.exists()


def test_the_state_of_a_schema_that_is_not_there(terminal: Terminal) -> None:
    assert terminal.says("db", "status")[0] == 3
    assert not terminal.home.exists()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("sqlite:///handwork.db", "DATABASE_URL: must be"),
        ("mysql://localhost/x", "DATABASE_URL: must be"),
        ("postgresql://localhost:99999/x", "DATABASE_URL: must be"),
        ("postgresql://127.0.0.1:9/handwork", "port 9 failed: Connection refused"),
        ("sqlite:///{letter}", "file is not a database"),
        ("sqlite:///{folder}", "unable to open database file"),
    ],
)
@pytest.mark.parametrize("arguments", [("tasks", "list"), ("db", "status")], ids=" ".join)
def test_an_address_that_is_no_database(
    terminal: Terminal, address: str, words: str, arguments: tuple[str, ...]
) -> None:
    letter, folder = terminal.folder / "letter", terminal.folder / "folder"
    letter.write_text("Dear Alice, this is a letter and not a database.\n" * 100)
    folder.mkdir()
    code, said = terminal.says(*arguments, DATABASE_URL=address.format(letter=letter, folder=folder))
    assert (code, words in said) == (1, True), said


@pytest.mark.parametrize("arguments", [("status",), ("down",), ("tasks", "list"), ("up", "--detach")], ids=" ".join)
def test_a_data_folder_that_is_none(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    terminal.home.touch()
    code, said = terminal.says(*arguments)
    assert (code, "is not a folder" in said) == (1, True), said
    code, said = terminal.says(*arguments, HANDWORK_HOME=str(terminal.home / "deeper"))
    assert (code, "Not a directory" in said) == (1, True), said
    code, said = terminal.says(*arguments, HANDWORK_HOME=os.fsdecode(b"/tmp/\xff"))
    assert (code, "not UTF-8" in said) == (1, True), said


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a folder away")
@pytest.mark.parametrize("arguments", [("status",), ("down",), ("tasks", "list"), ("up", "--detach")], ids=" ".join)
def test_a_data_folder_of_somebody_else(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    terminal.home.mkdir()
    os.chown(terminal.home, NOBODY, NOBODY)
    code, said = terminal.says(*arguments)
    assert (code, "belongs to nobody; run this as that user" in said) == (1, True), said


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"BROKER_URL": "amqp://localhost"}, "BROKER_URL: must be"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL: must be"),
        ({"WEB_HOST": "http://x"}, "WEB_HOST: must be"),
        ({"HANDWORK_DOTENV": "/nowhere/.env"}, "HANDWORK_DOTENV: there is no /nowhere/.env"),
    ],
)
def test_settings_that_cannot_be(terminal: Terminal, given: dict[str, str], words: str) -> None:
    code, said = terminal.says("tasks", "list", **given)
    assert (code, words in said) == (1, True), said


def test_a_dotenv_that_is_not_utf_8(terminal: Terminal) -> None:
    terminal.dotenv.write_bytes(b"# caf\xc3\xa9\nMAIL_FROM=caf\xe9@example.com\n")
    code, said = terminal.says("tasks", "list")
    assert (code, f"{terminal.dotenv}:2: is not UTF-8" in said) == (1, True), said


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e16", "1e300", "0.00001", "0"])
def test_a_rate_that_is_none(migrated: Terminal, number: str) -> None:
    code, said = migrated.says("queue", "rate", "payments", "--", number)
    assert (code, "PER_SECOND is from 0.001 to 1,000,000" in said) == (2, True), said


@pytest.mark.parametrize("arguments", [("tasks", "show", "\udcff"), ("queue", "pause", "payments", "--why", "\udcff")])
def test_arguments_that_are_not_utf_8(migrated: Terminal, arguments: tuple[str, ...]) -> None:
    code, said = migrated.says(*arguments)
    assert (code, "an argument is not UTF-8" in said) == (2, True), said


def test_a_password_that_is_not_utf_8(migrated: Terminal) -> None:
    words = ("admin", "create", "ada@example.com", "--name", "Ada", "--password-stdin")
    code, said = migrated.says(*words, typed=b"correct horse \xff\n")
    assert (code, "not UTF-8" in said) == (2, True), said


def test_a_page_after_something_that_is_no_task(migrated: Terminal) -> None:
    code, said = migrated.says("tasks", "list", "--before", "nonsense")
    assert (code, "is no id of a task" in said) == (2, True), said


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_that_goes_to_a_full_disk(migrated: Terminal, unbuffered: str) -> None:
    with (
        Path("/dev/full").open("wb") as full,
        migrated.begin("queue", "list", more={"PYTHONUNBUFFERED": unbuffered}, stdout=full, stderr=PIPE) as begun,
    ):
        assert begun.communicate()[1] == b"Error: No space left on device\n"
    assert begun.returncode == 1


def test_a_disk_that_takes_no_more(terminal: Terminal) -> None:
    """A limit on the size of files in place of a full disk."""

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    with terminal.begin("db", "migrate", stdout=PIPE, stderr=PIPE, preexec_fn=small) as begun:
        _, said = begun.communicate()
    assert begun.returncode == 1
    assert b"Traceback" not in said
    assert b"disk" in said


@pytest.mark.parametrize(
    "how",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"LANG": "C", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    ],
    ids=["python", "locale"],
)
def test_a_terminal_that_knows_ascii_alone(migrated: Terminal, how: dict[str, str]) -> None:
    assert migrated.says("queue", "pause", "payments", "--why", "café → tea ☕")[0] == 0
    ours, theirs = pty.openpty()
    with migrated.begin("queue", "list", more=how, stdin=theirs, stdout=theirs, stderr=theirs) as begun:
        os.close(theirs)
        said = read_all(ours)
    assert begun.returncode == 0, said
    assert "caf? ? tea ?" in said
    assert "Traceback" not in said


def read_all(descriptor: int) -> str:
    said = b""
    try:
        while more := os.read(descriptor, 65_536):
            said += more
    except OSError:  # how Linux says that nobody writes any more
        pass
    finally:
        os.close(descriptor)
    return said.decode()


@pytest.mark.parametrize("package", ["click", "sqlalchemy"])
def test_control_c_while_it_begins(terminal: Terminal, package: str) -> None:
    """Wherever in its start it is hit, it ends without a trace."""
    with terminal.begin("status", python=["-v"], stdout=DEVNULL, stderr=PIPE) as begun:
        lines = iter(begun.stderr.readline, b"")
        assert any(package.encode() in line for line in lines)
        begun.send_signal(signal.SIGINT)
        rest = begun.stderr.read()
    assert b"Traceback" not in rest
    assert begun.returncode == -signal.SIGINT


@pytest.mark.parametrize("arguments", [("up", "--detach"), ("status",), ("tasks", "list")])
def test_a_relative_home_is_refused_by_name(terminal: Terminal, arguments: tuple[str, ...]) -> None:
    code, said = terminal.says(*arguments, HANDWORK_HOME="data")
    assert code == 1
    assert said.startswith("Error: HANDWORK_HOME: 'data' is a relative path; give the whole one, such as '/")


def test_a_home_that_cannot_be_made_is_refused_by_name(terminal: Terminal) -> None:
    terminal.folder.joinpath("file").write_text("")
    inside = terminal.folder / "file" / "deep" / "home"
    code, said = terminal.says("up", "--detach", HANDWORK_HOME=str(inside))
    assert (code, said) == (1, f"Error: HANDWORK_HOME: {inside}: Not a directory\n")
    code, said = terminal.says("up", "--detach", HANDWORK_HOME="/proc/home")
    assert code == 1
    assert said.startswith("Error: HANDWORK_HOME: /proc/home cannot be made: ")
