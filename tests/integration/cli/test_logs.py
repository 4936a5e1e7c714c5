"""Logs are shown from their end, and followed over a rotation."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.logs import Tail, logs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "logs"
    found.mkdir()
    (found / "web.log").write_text("".join(f"web {n}\n" for n in range(100)))
    (found / "relay.log").write_text("relay 0\n")
    return found


def run(folder: Path, *arguments: str):
    environment = {"HANDWORK_HOME": str(folder.parent), "HANDWORK_DOTENV": "/dev/null"}
    return CliRunner().invoke(logs, arguments, env=environment)


def test_the_last_lines_of_one(folder):
    assert run(folder, "web", "-n", "2").output == "web 98\nweb 99\n"


def test_the_name_of_several_is_each_of_them(folder):
    for n in range(2):
        (folder / f"worker-web-{n}.log").write_text("a worker of another name\n")
        (folder / f"web-{n}.log").write_text(f"copy {n}\n")
    (folder / "web.log").unlink()
    assert run(folder, "web", "web-1").output == "web-0 | copy 0\nweb-1 | copy 1\n"
    assert run(folder, "web-0").output == "copy 0\n"


def test_all_of_them_with_their_names(folder):
    assert run(folder, "-n", "1").output == "relay | relay 0\n  web | web 99\n"


def test_an_unknown_name_gets_the_known_ones(folder):
    result = run(folder, "wbe")

    assert result.exit_code == 1
    assert "relay, web" in result.output


def test_a_folder_without_logs(tmp_path):
    result = run(tmp_path / "logs")

    assert result.exit_code == 1
    assert "it never ran here" in result.output


def test_new_lines_are_shown_whole_and_once(folder, capsys):
    tail = Tail(folder / "relay.log", "")
    tail.show_last(0)

    with (folder / "relay.log").open("a") as log:
        log.write("relay 1\nrelay")
        log.flush()
        tail.show_new()
        log.write(" 2\n")
        log.flush()
        tail.show_new()
        tail.show_new()

    assert capsys.readouterr().out == "relay 1\nrelay 2\n"


def test_a_rotated_log_is_followed_into_its_successor(folder, capsys):
    tail = Tail(folder / "relay.log", "")
    tail.show_last(0)

    (folder / "relay.log").write_text("relay 0\nthe last of the old\n")
    (folder / "relay.log").rename(folder / "relay.log.1")
    (folder / "relay.log").write_text("the first of the new\n")
    tail.show_new()
    tail.show_new()

    assert capsys.readouterr().out == "the last of the old\nthe first of the new\n"
