"""Make a stack's folders, and clear them of what an earlier start left."""

from __future__ import annotations

import compileall
import shutil
from errno import ENOSPC
from pathlib import Path

from cli.stack.errors import StackError
from runtime.settings import PROJECT
from runtime.storage import room_for


def make_folders(home: Path) -> None:
    """Make the data folder and those in it; ``StackError`` when it cannot be made, or the disk is full."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        if error.errno != ENOSPC:
            raise StackError(f"HANDWORK_HOME: {home} cannot be made: {error.strerror}") from error
    if (room := room_for(home)).status == "full":
        raise StackError(f"the disk is full: {room}; make room and try again")
    for name in ("run", "logs", "broker", "sandbox", "backups"):
        (home / name).mkdir(mode=0o700, exist_ok=True)


def make_backups(folder: Path) -> None:
    """Make the folder of the backups; ``StackError`` when that fails."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StackError(f"BACKUP_DIR: {folder} cannot be made: {error.strerror}") from error


def clear(folder: Path, pattern: str = "*") -> None:
    """Delete what a folder contains, or make the folder."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.glob(pattern):
        delete(path)


def delete(path: Path) -> None:
    """Delete a file, a link, or a folder with its content."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def compile_sources() -> None:
    """Write missing or old bytecode once, or each process would compile the same modules."""
    for package in ("beat", "domain", "gateways", "runtime", "sandbox", "tasks", "web", "workers"):
        compileall.compile_dir(PROJECT / package, quiet=2)  # a read-only folder stays unchanged
