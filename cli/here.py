"""Find the stack that a command acts on: the one of this folder, or of ``$HANDWORK_HOME``."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from pwd import getpwuid

import click

from runtime.setting_sources import home_of


def this_home() -> Path:
    """Return the data folder without reading the settings: commands must see and end a stack even when one is wrong."""
    home = home_of(os.environ)
    if reason := _unfit(home):
        raise click.ClickException(f"HANDWORK_HOME: {reason}")
    return home


def _unfit(home: Path) -> str | None:
    """Return why a stack cannot use this folder; None when it can, or when the folder can be created."""
    if not str(home).isprintable():
        return f"{str(home)!r} has characters that cannot be printed, or is not UTF-8"
    try:
        owner = home.stat().st_uid
    except FileNotFoundError:
        return _cannot_be_made(home)
    except OSError as error:
        return f"{home}: {error.strerror}"
    if not home.is_dir():
        return f"{home} is not a folder"
    if owner != os.geteuid():  # its owner would not own our files
        return f"{home} belongs to {_name(owner)}; run this as that user"
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        return f"{home} may not be read or written"
    return None


def _cannot_be_made(home: Path) -> str | None:
    above = next(folder for folder in home.parents if folder.exists())
    if not above.is_dir():
        return f"{home} cannot be made: {above} is not a folder"
    if not os.access(above, os.W_OK | os.X_OK):
        return f"{home} cannot be made: {above} may not be written"
    return None


def _name(uid: int) -> str:
    with suppress(KeyError):
        return getpwuid(uid).pw_name
    return f"the user with the number {uid}"
