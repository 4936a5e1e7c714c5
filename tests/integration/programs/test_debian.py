"""Programs of Debian are unpacked where the machine lacks them."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.debian import NoProgram, Program, find

NOWHERE = "/nonexistent"


def find_unpacked(folder: Path) -> Program:
    try:
        return find("jq", folder, search=NOWHERE)
    except NoProgram as reason:
        pytest.skip(str(reason))


def test_a_program_that_is_not_on_path_is_unpacked_once_and_runs(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(find_unpacked, [tmp_path] * 4))
    assert {program.path for program in found} == {str(tmp_path / "jq/usr/bin/jq")}
    done = subprocess.run(
        [found[0].path, "-n", "6*7"], env=found[0].environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "42\n"


def test_a_machine_without_apt_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", NOWHERE)
    with pytest.raises(NoProgram, match="jq is not on PATH, and there is no apt-get"):
        find("jq", tmp_path)


def test_a_program_on_path_is_taken_as_it_is(tmp_path: Path) -> None:
    assert find("bash", tmp_path).path.endswith("/bash")
    assert not list(tmp_path.iterdir())
