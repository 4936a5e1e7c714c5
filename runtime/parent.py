"""Die with the parent, however it dies: what a kill -9 of a manager leaves behind would be orphans.

Called by a forked child, or executed by path before a command, with a bare interpreter because it
stands before every process of a stack: ``python -I -S runtime/parent.py SIGNAL [--after FILE] COMMAND...``.
Only Linux can do it; elsewhere it does nothing.  ``--after``: the command waits while another process holds the
lock on this file, however that process ends.
"""

import ctypes
import fcntl
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


def wait_for(lock: str) -> None:
    """Until nobody holds the file's lock; returns at once when there is no such file."""
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    os.close(descriptor)


if __name__ == "__main__":
    number, *command = sys.argv[1:]
    die_with_parent(signal.Signals[number])
    if command[0] == "--after":
        wait_for(command[1])
        command = command[2:]
    os.execvp(command[0], command)  # noqa: S606 - the command is the stack's own, and no shell reads it
