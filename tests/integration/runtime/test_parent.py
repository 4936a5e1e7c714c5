"""A process that asks to die with its parent, also when the parent was the quicker one."""

import subprocess
import sys

from runtime.setting_sources import PROJECT

PROGRAM = "import os; from runtime.parent import die_with_parent; die_with_parent(parent={parent}); print('it lives')"


def begin(parent: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(parent=parent)], cwd=PROJECT, capture_output=True, text=True, check=False
    )


def test_it_lives_while_its_parent_does():
    found = begin("os.getppid()")

    assert (found.returncode, found.stdout) == (0, "it lives\n")


def test_it_ends_when_its_parent_died_before_it_could_ask():
    found = begin("os.getpid()")  # anybody but the one that is its parent by now

    assert found.returncode == 1
    assert "the parent died before" in found.stderr
    assert found.stdout == ""
