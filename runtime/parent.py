"""Die with the parent, however it dies: what a kill -9 of a manager leaves behind would be orphans.

Called by a forked child, or executed by path before a command, with a bare interpreter because it
stands before every process of a stack: ``python -I -S runtime/parent.py SIGNAL COMMAND...``.
Only Linux can do it; elsewhere it does nothing.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(number: int = signal.SIGKILL, *, parent: int | None = None) -> None:
    """Have the kernel send us ``number`` when the thread that started us ends; it survives exec, not fork.

    ``parent`` is who must still be there: when it died before we could ask, we end here.
    """
    if sys.platform != "linux":
        return
    expected = os.getppid() if parent is None else parent
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != expected:
        sys.exit("the parent died before we could ask to be told")


if __name__ == "__main__":
    die_with_parent(signal.Signals[sys.argv[1]])
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the command is the stack's own, and no shell reads it
