"""End a process when its parent ends, so that a kill -9 of the supervisor leaves no orphaned process.

A forked child calls ``die_with_parent``.  A stack starts each of its commands through this file, with a bare
interpreter because that starts faster: ``python -I -S runtime/parent.py SIGNAL [--after FILE] COMMAND...``.
Only Linux supports it; elsewhere ``die_with_parent`` does nothing.  ``--after``: the command starts only after the
process that holds the lock on this file released it or ended.
"""

import ctypes
import fcntl
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(number: int = signal.SIGKILL, *, parent: int | None = None) -> None:
    """Have the kernel send this process ``number`` when the thread that started it ends.  The request survives exec,
    not fork.

    ``parent`` is the expected parent's pid: when that process has already ended, this one exits.
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
    """Wait until no process holds the file's lock.  Return at once when there is no such file."""
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
