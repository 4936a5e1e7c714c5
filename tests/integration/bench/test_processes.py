"""Reading /proc."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.processes import held, kilobytes, with_environment

ROLLUP = """\
55d0c0a00000-7ffd7c9d2000 ---p 00000000 00:00 0                          [rollup]
Rss:                9480 kB
Pss:                1234 kB
Pss_Dirty:           900 kB
Pss_Anon:            800 kB
"""


def test_the_share_is_the_line_called_pss_and_none_of_its_parts() -> None:
    assert kilobytes(ROLLUP, "Pss") == 1234


def test_a_text_without_a_share_is_refused() -> None:
    with pytest.raises(ValueError, match="no line for Pss"):
        kilobytes("Rss: 12 kB\n", "Pss")


def test_this_process_holds_memory_files_and_a_thread() -> None:
    mine = held(os.getpid())
    assert mine is not None
    assert mine.pss_mb > 1
    assert mine.files >= 3
    assert mine.threads >= 1


def test_a_process_that_has_ended_holds_nothing() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert held(gone.pid) is None


def test_a_child_is_found_by_what_its_parent_was_started_with() -> None:
    code = "import os, subprocess, sys; os.environ.pop('BENCH_MARK'); subprocess.run(['cat'], env={})"
    mark = f"mark-{os.getpid()}"
    env = {**os.environ, "BENCH_MARK": mark}
    with subprocess.Popen([sys.executable, "-c", code], env=env, stdin=subprocess.PIPE) as parent:
        found: set[int] = set()
        while len(found) < 2 and parent.poll() is None:
            found = with_environment("BENCH_MARK", mark)
        parent.communicate()
    assert parent.pid in found
    assert len(found) == 2
