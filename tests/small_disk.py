"""A file system of a few megabytes that can be filled to its last byte, and freed again."""

from __future__ import annotations

import errno
import os
import subprocess
import threading
from pathlib import Path

PIECE = b"\1" * 65_536
KEEP_FULL_S = 0.02


class NoSmallDisk(Exception):
    """Why there can be none here."""


class SmallDisk:
    """A tmpfs at ``folder``.  What it lacks room for fails as on any other full disk: ENOSPC from a write, SIGBUS
    from a map of a hole."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        self._megabytes = megabytes
        self._ballast = folder / "ballast"
        self._free = threading.Event()
        self._filler: threading.Thread | None = None

    def mount(self) -> None:
        """``NoSmallDisk`` when we may not."""
        if os.geteuid() != 0:
            raise NoSmallDisk("only root may mount a small file system")
        self.folder.mkdir(parents=True, exist_ok=True)
        options = f"size={self._megabytes}m,mode=700"
        command = ["mount", "-t", "tmpfs", "-o", options, "handwork-drill", str(self.folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NoSmallDisk(f"no small file system can be mounted here: {done.stderr.strip()}")

    def unmount(self) -> None:
        self.free()
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def fill(self) -> None:
        """Returns when there is not a byte left; what others let go is taken too, until ``free``."""
        self._free.clear()
        self._take_all()
        self._filler = threading.Thread(target=self._keep_full, name="filler", daemon=True)
        self._filler.start()

    def free(self) -> None:
        self._free.set()
        if self._filler is not None:
            self._filler.join()
            self._filler = None
        self._ballast.unlink(missing_ok=True)

    @property
    def free_bytes(self) -> int:
        found = os.statvfs(self.folder)
        return found.f_bavail * found.f_frsize

    def _keep_full(self) -> None:
        while not self._free.wait(KEEP_FULL_S):
            self._take_all()

    def _take_all(self) -> None:
        descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            while True:
                os.write(descriptor, PIECE)
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
        finally:
            os.close(descriptor)
