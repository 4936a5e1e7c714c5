"""A disk for tests: mount it, cut its power, lose what was not flushed, mount it again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.volatile_disk.cache import Lost

PROJECT = Path(__file__).parents[2]
UNMOUNTED_WITHIN_S = 20.0
# By itself ext4 makes up for programs that do not sync a file before they rename it over another, and syncs what it
# knows of names every five seconds: neither may be relied on.
OPTIONS = "loop,noauto_da_alloc,commit=300,errors=continue"


class NoVolatileDisk(Exception):
    """Why there can be none here."""


class VolatileDisk:
    """ext4 at ``folder``; what it is made of is kept in ``place``."""

    def __init__(self, folder: Path, place: Path, megabytes: int) -> None:
        self.folder = folder
        self._image = place / "disk.img"
        self._seen = place / "seen.img"
        self._device = place / "device"
        self._megabytes = megabytes
        self._server: subprocess.Popen[str] | None = None

    def make(self) -> None:
        """An empty one; ``NoVolatileDisk`` when there can be none."""
        if os.geteuid() != 0:
            raise NoVolatileDisk("only root may mount a disk whose power can be cut")
        if not os.access("/dev/fuse", os.R_OK | os.W_OK):
            raise NoVolatileDisk("a disk whose power can be cut needs /dev/fuse")
        self._image.parent.mkdir(parents=True, exist_ok=True)
        with self._image.open("wb") as file:
            file.truncate(self._megabytes << 20)
        self._device.touch()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._must("mkfs.ext4", "-q", str(self._image))

    def mount(self) -> None:
        command = [sys.executable, "-m", "tests.volatile_disk", self._image, self._seen, self._device]
        self._server = subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        if self._said() != "ready":
            raise NoVolatileDisk("a file system of our own cannot be mounted here")
        try:
            self._must("mount", "-t", "ext4", "-o", OPTIONS, str(self._device), str(self.folder))
        except NoVolatileDisk:
            self.unmount()
            raise

    def cut(self, after_writes: int = 0) -> None:
        """The power goes when so many more blocks were written; returns when it has gone.

        Whoever waits for the disk then waits until ``lose``, and should be dead by then.
        """
        self._tell(f"cut {after_writes}")
        word = self._said()
        assert word == "dead", word

    def lose(self, seed: int) -> Lost:
        """What was not flushed is lost, but for what had reached the disk by chance.  It can be mounted again."""
        self._tell(f"lose {seed}")
        lost = Lost(**json.loads(self._said()))
        self._wait()
        self._unmount(self.folder)
        self._unmount(self._device)
        return lost

    def unmount(self) -> None:
        """Whatever state it is in, and whoever still has a file of it open."""
        if self._server is not None:
            for path in (self.folder, self._device):
                subprocess.run(["umount", "--lazy", str(path)], capture_output=True, check=False)
            self._wait()

    def _wait(self) -> None:
        """It ends when it is told, when its disk is unmounted, or when nobody is left to tell it anything."""
        assert self._server is not None
        self._server.communicate(timeout=UNMOUNTED_WITHIN_S)
        self._server = None

    def _tell(self, words: str) -> None:
        assert self._server is not None
        assert self._server.stdin is not None
        self._server.stdin.write(f"{words}\n")
        self._server.stdin.flush()

    def _said(self) -> str:
        assert self._server is not None
        assert self._server.stdout is not None
        return self._server.stdout.readline().strip()

    def _must(self, *command: str) -> None:
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise NoVolatileDisk(f"a disk whose power can be cut needs {command[0]}") from None
        if done.returncode:
            raise NoVolatileDisk(f"{command[0]}: {done.stderr.strip()}")

    def _unmount(self, path: Path) -> None:
        """Those who were killed let go of it one after the other."""
        deadline = time.monotonic() + UNMOUNTED_WITHIN_S
        while (done := subprocess.run(["umount", str(path)], capture_output=True, text=True, check=False)).returncode:
            assert time.monotonic() < deadline, done.stderr
            time.sleep(0.05)
