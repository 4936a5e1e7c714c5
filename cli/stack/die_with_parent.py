"""Run a command that gets SIGTERM when its parent dies, however it dies.

Executed by path with a bare interpreter (no site-packages), because it stands before every process of a stack:
``python -S -E die_with_parent.py COMMAND...``
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent = os.getppid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != parent:
        sys.exit("the parent died before we could ask to be told")
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - the command comes from supervisor's configuration, no shell


if __name__ == "__main__":
    main()
