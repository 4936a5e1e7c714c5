"""The free room on a folder's disk."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Literal

import msgspec

from runtime.database.engine import is_sqlite, sqlite_path
from runtime.settings import Settings

MIB = 1024 * 1024
LOW_BYTES = 1024 * MIB
FULL_BYTES = MIB
"""With less room a commit may fail, and the database's log can hardly grow."""


class Room(msgspec.Struct, frozen=True):
    """The room on one disk.  ``low`` is a warning; when the status is ``full`` the platform refuses writes."""

    status: Literal["ok", "low", "full"]
    free_bytes: int
    folder: str

    def __str__(self) -> str:
        return f"{self.free_bytes / MIB:,.1f} MiB free for {self.folder}"


def room_of_data(settings: Settings) -> Room:
    """Return the room of the disk that has the database's file; with a server, of the disk that has the data folder."""
    url = settings.database
    return room_for(sqlite_path(url).parent if is_sqlite(url) else settings.home)


def room_for(folder: Path) -> Room:
    """Return the room of a folder's disk, or of the nearest existing folder above it."""
    there = next(each for each in (folder, *folder.parents) if each.is_dir())
    free = shutil.disk_usage(there).free
    return Room("full" if free < FULL_BYTES else "low" if free < LOW_BYTES else "ok", free, str(folder))
