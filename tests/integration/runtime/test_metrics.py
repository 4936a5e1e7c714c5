"""The files through which processes share their metrics, with and without room on the disk."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import values
from prometheus_client.mmap_dict import MmapedDict

from runtime.metrics import FIRST_BYTES, HOST, ReservedDict
from runtime.settings import PROJECT
from tests.no_room import NO_ROOM, room_for

BLOCK = 512


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "counter_1.db"


def shared(path: Path) -> dict[str, float]:
    """As the process sees them that gathers all."""
    found = MmapedDict.read_all_values_from_file(str(path))  # type: ignore[no-untyped-call]  # theirs
    return {key: value for key, value, _, _ in found}


def test_the_library_uses_ours() -> None:
    assert values.MmapedDict is ReservedDict  # type: ignore[attr-defined]  # the library has no seam for it


def test_a_file_has_no_holes(path: Path) -> None:
    """A write into a hole, on a disk that has become full, would end the process."""
    file = ReservedDict(str(path))
    for n in range(2_000):
        file.write_value(f"{n:050}", n, 0.0)
    file.close()

    assert path.stat().st_size > 2 * FIRST_BYTES
    assert path.stat().st_blocks * BLOCK >= path.stat().st_size
    assert len(shared(path)) == 2_000


def test_without_room_there_is_no_file_until_there_is_room(path: Path) -> None:
    with room_for(NO_ROOM):
        file = ReservedDict(str(path))
        assert file.read_value("requests") == (0.0, 0.0)
        file.write_value("requests", 1.0, 0.0)
        assert list(path.parent.iterdir()) == []

    file.write_value("requests", 2.0, 0.0)

    assert shared(path) == {"requests": 2.0}
    file.close()


def test_what_has_its_place_goes_on_where_there_is_no_room_for_more(path: Path) -> None:
    file = ReservedDict(str(path))
    file.write_value("old", 1.0, 0.0)
    with room_for(FIRST_BYTES):
        for n in range(2_000):
            file.write_value(f"{n:050}", n, 0.0)
        file.write_value("old", 2.0, 0.0)
    before = shared(path)

    file.write_value(f"{1_999:050}", 1.0, 0.0)

    assert before["old"] == 2.0
    assert f"{1_999:050}" not in before
    assert shared(path) == before | {f"{1_999:050}": 1.0}
    file.close()


def test_a_file_that_was_never_made_can_be_closed(path: Path) -> None:
    with room_for(NO_ROOM):
        ReservedDict(str(path)).close()


def test_a_file_is_named_by_host_and_pid(tmp_path: Path) -> None:
    """Containers that share a folder all begin to count their pids at one."""
    count = "import os; from runtime.metrics import Counter; Counter('seen', 'Seen').inc(); print(os.getpid())"
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", count], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    assert [path.name for path in tmp_path.iterdir()] == [f"counter_{HOST}-{done.stdout.strip()}.db"]
