"""Run supervisord for one data folder, or find the one that runs there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from cli.stack.errors import StackError
from cli.stack.processes import processes_of, sweep, wait_until_gone
from runtime.files import is_locked, locked
from runtime.settings import PROJECT

PARENT = PROJECT / "runtime" / "parent.py"
LONGEST_SOCKET_PATH = 95  # the kernel allows 107 bytes, and supervisor binds a longer name first
PAUSE_S = 0.05
LOCK_WITHIN_S = 0.5  # long enough for a process that only checks the lock, which holds it for a moment


class Supervisord:
    """The supervisord of the stack in ``home``.

    It inherits a lock on ``run/lock`` and holds it until it ends.  So a second one cannot start, and while the lock is
    held the pid in that file is supervisord's.
    """

    def __init__(self, home: Path) -> None:
        self._run = home / "run"
        self.home = home
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        """Return the RPC socket of the last start, whatever ``TMPDIR`` is now."""
        with suppress(FileNotFoundError):
            if kept := os.fsdecode(self._where.read_bytes()):
                return Path(kept)
        return self._place()

    def place_socket(self) -> Path:
        """Choose and store the socket of a new supervisord, and return it; call it under the lock."""
        path = self._place()
        self._where.write_bytes(os.fsencode(path))
        return path

    def forget_socket(self) -> None:
        """Delete supervisord's socket after the stack has ended, wherever it is; the caller holds the stack's lock."""
        path = self.socket
        self._where.unlink(missing_ok=True)
        if path.parent != self._run:
            for left in path.parent.glob(f"{path.name}*"):  # supervisord makes it under another name, and may die there
                left.unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                path.parent.rmdir()

    @property
    def _where(self) -> Path:
        return self._run / "socket"

    def _place(self) -> Path:
        path = self._run / "supervisor.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            return path
        short = sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"handwork-{os.getuid()}-{short}" / "s"

    @contextmanager
    def lock(self) -> Iterator[int]:
        """Hold the lock until the block ends, or until a supervisord that the block started ends.

        ``StackError`` when another process holds it.
        """
        refusal = StackError(f"a stack is running or starting in {self.home}; see: handwork status")
        with locked(self._run / "lock", LOCK_WITHIN_S, refusal) as descriptor:
            os.truncate(descriptor, 0)  # the pid of a dead supervisord
            yield descriptor

    def start(self, configuration: Path, environment: Mapping[str, str], lock: int, *, detach: bool) -> None:
        """Start supervisord.

        ``detach``: it outlives this process; otherwise it drains and ends when the calling thread ends, however that
        ends.
        """
        self.socket.parent.mkdir(mode=0o700, exist_ok=True)
        if self.socket.parent.stat().st_uid != os.getuid():
            raise StackError(f"{self.socket.parent} belongs to somebody else; set TMPDIR to a folder of yours")
        command = [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(configuration)]
        if not detach:
            command = [sys.executable, "-I", "-S", str(PARENT), "SIGTERM", *command]
        if self._child is not None:
            self._child.wait()  # this process holds the lock, so the child has ended
        with self.output.open("wb") as output:
            self._child = subprocess.Popen(
                command,
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(lock,),
                start_new_session=True,  # a Ctrl-C reaches only the command, which drains in order
            )

        os.pwrite(lock, str(self._child.pid).encode(), 0)

    @property
    def output(self) -> Path:
        """Return the file with supervisord's output from before it opened its log."""
        return self.home / "logs" / "supervisord.out"

    def is_running(self) -> bool:
        """Return whether a supervisord runs, starts or drains."""
        return is_locked(self._run / "lock")

    def ended(self) -> int | None:
        """Return the exit code of the supervisord that this object started; None while it runs, or for another's."""
        return self._child.poll() if self._child is not None else None

    def wait(self, within_s: float) -> bool:
        """Wait until supervisord has ended; False when it has not within ``within_s`` seconds."""
        deadline = time.monotonic() + within_s
        while self.is_running() or (self._child is not None and self._child.poll() is None):
            if time.monotonic() > deadline:
                return False
            time.sleep(PAUSE_S)
        return True

    def stop(self, within_s: float) -> bool:
        """Drain and end every process, the web first and the broker last; False when none ran.

        ``StackError`` when that takes longer than ``within_s``, after all processes were killed.
        """
        if not self.is_running():
            self._sweep()
            return False
        deadline = time.monotonic() + within_s
        while not self.drain() and not self.wait(PAUSE_S) and time.monotonic() < deadline:
            pass  # another command starts the stack, which accepts the signal once supervisord runs
        if not self.wait(max(0.0, deadline - time.monotonic())):
            self.kill()
            logs = self.home / "logs"
            raise StackError(f"the stack did not end within {within_s:.0f} s and was killed; see {logs}")
        self._sweep()
        return True

    def kill(self) -> None:
        """Kill all processes at once."""
        self.signal(signal.SIGKILL)
        self.wait(5.0)
        # The kernel ends supervisord's children with it; their own children may need a moment, or a signal.
        wait_until_gone(processes_of(self.home), 2.0)
        self._sweep()

    def _sweep(self) -> None:
        """End orphaned processes, under the lock.  When another command starts the stack now, that one sweeps."""
        if self._run.is_dir():
            with suppress(StackError), self.lock():
                sweep(self.home)
                self.forget_socket()

    @property
    def pid(self) -> int | None:
        """Return the pid of the process that holds the lock; None when none does, or while it starts."""
        text = (self._run / "lock").read_text() if self.is_running() else ""
        return int(text) if text else None

    def drain(self) -> bool:
        """Start the drain, without a wait for its end; False when supervisord does not run yet."""
        return self.signal(signal.SIGTERM)

    def signal(self, number: int) -> bool:
        """Send supervisord a signal; False when it does not run, or another command is only starting it."""
        with suppress(ProcessLookupError):
            if pid := self.pid:
                os.kill(pid, number)
                return True
        return False


def last_lines(path: Path, lines: int = 15) -> str:
    """Return the last lines of a log, for an error message."""
    with suppress(FileNotFoundError):
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    return ""


def log_of(home: Path, process: str) -> Path:
    return home / "logs" / f"{process}.log"
