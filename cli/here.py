"""Which stack a command is about: the one of this folder, or of $HANDWORK_HOME."""

from __future__ import annotations

from pathlib import Path

import click

from runtime.settings import SettingsError, load


def this_home() -> Path:
    """The data folder; a wrong setting ends the command with its name."""
    try:
        return load().home
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
