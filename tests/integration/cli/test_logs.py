"""Logs are shown from their end, and followed over a rotation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.log_times import moment
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


def test_since_a_moment_in_every_file_and_form(folder):
    now = datetime.now(UTC).replace(microsecond=0)
    old, new = (now - timedelta(hours=2)).isoformat(), (now - timedelta(minutes=5)).isoformat()
    local = (now - timedelta(minutes=5)).astimezone()
    (folder / "web.log.1").write_text(f'{{"event":"old","timestamp":"{old}"}}\n{{"event":"1","timestamp":"{new}"}}\n')
    (folder / "web.log").write_text(f'{{"event":"2","timestamp":"{new}"}}\nits traceback\n')
    (folder / "broker.log").write_text(f"7:M {local:%d %b %Y %H:%M:%S}.000 * Ready\n")
    (folder / "supervisord.log").write_text(f"{local:%Y-%m-%d %H:%M:%S},000 INFO spawned\n")
    assert [line[:12] for line in run(folder, "web", "--since", "10m").output.splitlines()] == [
        *('{"event":"1"', '{"event":"2"', "its tracebac")
    ]
    assert run(folder, "web", "--since", "10m", "-n", "1").output == "its traceback\n"
    assert len(run(folder, "web", "--since", "1d").output.splitlines()) == 4
    minute_ago = (now - timedelta(minutes=1)).isoformat()
    for name in ("web", "broker", "supervisord"):
        assert len(run(folder, name, "--since", "6m").output.splitlines()) >= 1, name
        assert run(folder, name, "--since", minute_ago).output == "", name


def test_a_moment_is_so_long_ago_or_a_time_of_day_or_a_date():
    now = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    for text, wanted in (
        ("90s", datetime(2026, 11, 30, 11, 58, 30, tzinfo=UTC)),
        ("2h", datetime(2026, 11, 30, 10, 0, tzinfo=UTC)),
        ("1d", datetime(2026, 11, 29, 12, 0, tzinfo=UTC)),
        ("07:30", datetime(2026, 11, 30, 7, 30, tzinfo=UTC)),
        ("2026-11-29T07:30", datetime(2026, 11, 29, 7, 30, tzinfo=UTC)),
        ("2026-11-29T07:30+01:00", datetime(2026, 11, 29, 6, 30, tzinfo=UTC)),
    ):
        assert moment(text, now) == wanted, text


@pytest.mark.parametrize("when", ["yesterday", "10x", "m", "10 m", "999999d", ""])
def test_a_moment_that_is_none_is_refused_with_examples(folder, when):
    refused = run(folder, "--since", when)
    assert (refused.exit_code, "must be like 10m, 2h" in refused.output) == (2, True)


def test_new_lines_are_shown_whole_and_once(folder, capsys):
    tail = Tail(folder / "relay.log", "")
    tail.show_last(0, None)

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
    tail.show_last(0, None)

    (folder / "relay.log").write_text("relay 0\nthe last of the old\n")
    (folder / "relay.log").rename(folder / "relay.log.1")
    (folder / "relay.log").write_text("the first of the new\n")
    tail.show_new()
    tail.show_new()

    assert capsys.readouterr().out == "the last of the old\nthe first of the new\n"
