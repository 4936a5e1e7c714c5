"""A Docker engine of a drill's own: a daemon with its own folder, socket and network, of which nothing is left."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from cli.stack.supervisord import PARENT

PROGRAMS = {"dockerd": "docker.io", "iptables": "iptables", "mmdebstrap": "mmdebstrap", "ip": "iproute2"}
START_WITHIN_S = 30.0
STOP_WITHIN_S = 40.0
GONE_WITHIN_S = 10.0
CLONE_NEWNET = 0x4000_0000


class NoEngine(Exception):
    """Why there can be none here, in a line."""


def install() -> None:
    """What is missing, by apt."""
    if os.geteuid() != 0:
        raise NoEngine("only root may start a Docker engine of its own")
    missing = sorted({package for program, package in PROGRAMS.items() if shutil.which(program) is None})
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise NoEngine(f"there is no apt-get to install {', '.join(missing)} with")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
        done = subprocess.run(
            ["apt-get", "-qq", *command], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise NoEngine(f"apt-get {command[0]}: {last_line(done.stderr)}")


@contextmanager
def own_network() -> Iterator[None]:
    """This thread, and what it starts meanwhile, is alone in a network that has nothing but a loopback.

    Bridges and rules of the firewall that an engine makes there are gone with it, and the machine's own stay as they
    are.  It has no way out.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/net").open() as before:
        if libc.unshare(CLONE_NEWNET):
            raise NoEngine(f"no network of its own: {os.strerror(ctypes.get_errno())}")
        try:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            yield
        finally:
            libc.setns(before.fileno(), CLONE_NEWNET)


def client() -> str:
    """The one that came with the daemon: another on PATH may lack what it needs to build."""
    return next((path for path in ("/usr/bin/docker",) if Path(path).exists()), "docker")


class Engine:
    """``start`` and ``stop`` may be called again; images stay in ``folder`` meanwhile."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._daemon: subprocess.Popen[bytes] | None = None
        self.log = folder / "dockerd.log"

    @property
    def address(self) -> str:
        return f"unix://{self._folder}/docker.sock"

    @property
    def environment(self) -> Mapping[str, str]:
        return {
            "DOCKER_HOST": self.address,
            "DOCKER_CONFIG": str(self._folder / "config"),
            "DOCKER_BUILDKIT": "1",  # an older client has to be told
        }

    def start(self, *arguments: str) -> None:
        """In the network of the caller; ``NoEngine`` when it does not answer in time."""
        command = [
            *(sys.executable, "-I", "-S", str(PARENT), "SIGTERM"),  # it ends with us, however we end
            "dockerd",
            *("--data-root", str(self._folder / "data"), "--exec-root", str(self._folder / "run")),
            *("--pidfile", str(self._folder / "docker.pid"), "--host", self.address),
            *("--exec-opt", "native.cgroupdriver=cgroupfs"),
            *arguments,
        ]
        with self.log.open("ab") as log:
            self._daemon = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        deadline = time.monotonic() + START_WITHIN_S
        while not self._answers():
            if self._daemon.poll() is not None or time.monotonic() > deadline:
                raise NoEngine(f"the Docker engine does not start here: {last_line(self.log.read_text())}")
            time.sleep(0.1)

    def run(self, *arguments: str) -> str:
        """What ``docker …`` printed."""
        environment = {**os.environ, **self.environment}
        done = subprocess.run(
            [client(), *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stdout}"
        return done.stdout.strip()

    def stop(self) -> None:
        """Containers that still run are ended without a goodbye."""
        daemon, self._daemon = self._daemon, None
        if daemon is None:
            return
        if daemon.poll() is None:
            for container in self.run("ps", "--all", "--quiet").split():
                self.run("rm", "--force", "--volumes", container)
            daemon.terminate()
        with suppress(subprocess.TimeoutExpired):
            daemon.wait(STOP_WITHIN_S)
        self._end_what_is_left()
        daemon.wait()

    def processes(self) -> list[int]:
        """Everything that was started for it: the daemon, containerd, whatever holds a container."""
        mark = str(self._folder).encode()
        return [pid for pid in _pids() if pid != os.getpid() and mark in _command(pid)]

    def mounts(self) -> list[str]:
        """The innermost first."""
        targets = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
        return sorted((t for t in targets if t.startswith(str(self._folder))), reverse=True)

    def _end_what_is_left(self) -> None:
        """What held the last container needs a moment after the daemon; a process that was killed, too."""
        if not self._all_ended():
            for pid in self.processes():
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._all_ended()
        for target in self.mounts():
            subprocess.run(["umount", "--lazy", target], check=False)

    def _all_ended(self) -> bool:
        deadline = time.monotonic() + GONE_WITHIN_S
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.1)
        return not self.processes()

    def _answers(self) -> bool:
        asked = [client(), "version"]
        environment = {**os.environ, **self.environment}
        return subprocess.run(asked, env=environment, capture_output=True, check=False).returncode == 0


def last_line(text: str) -> str:
    return next((line for line in reversed(text.splitlines()) if line.strip()), "it said nothing")


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""
