"""``reset`` deletes what is ours, after it was asked, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.down import down, reset


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("logs", "run", "backups"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
    for name in ("stack.env", "handwork.db", "handwork.db-wal", "letters.txt"):
        (tmp_path / name).touch()
    return tmp_path


def run(home: Path, command, *arguments: str, answer: str = "") -> Result:
    environment = {"HANDWORK_HOME": str(home), "HANDWORK_DOTENV": "/dev/null"}
    return CliRunner().invoke(command, arguments, env=environment, input=answer)


def test_it_asks_and_a_no_changes_nothing(home):
    before = sorted(home.rglob("*"))

    result = run(home, reset, answer="n\n")

    assert result.exit_code == 1
    assert sorted(home.rglob("*")) == before


def test_it_deletes_what_is_ours(home):
    result = run(home, reset, "--yes")

    assert result.exit_code == 0
    assert [path.name for path in home.iterdir()] == ["letters.txt"]
    assert "letters.txt" in result.output


def test_where_nothing_is_nothing_is_done(tmp_path):
    result = run(tmp_path / "nowhere", reset)

    assert result.exit_code == 0
    assert "nothing of ours" in result.output


def test_down_where_nothing_runs(home):
    result = run(home, down)

    assert result.exit_code == 0
    assert "Nothing runs" in result.output
