"""Processor time, from /proc."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from bench.cpu import of_server, spent

DEADLINE_S = 30
_BURN = "import time\nend = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n"


def test_what_a_child_burns_is_its_parents_while_it_lives_and_afterwards() -> None:
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {_BURN + 'input()'!r}])\nprint()\ninput()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        deadline = time.monotonic() + DEADLINE_S
        while of_server(parent.pid) < 0.3:
            assert time.monotonic() < deadline
        parent.stdin.write(b"\n")
        parent.stdin.flush()
        parent.stdout.readline()
        assert of_server(parent.pid) >= 0.3
        parent.kill()


def test_what_this_process_burns_is_found_in_its_own_and_in_the_machines() -> None:
    before, deadline = spent([os.getpid()], None), time.monotonic() + DEADLINE_S
    while (found := spent([os.getpid()], None).since(before)).web_s < 0.15 or found.machine_s < 0.15:
        assert time.monotonic() < deadline, found
    assert found.database_s == 0
