"""``handwork openapi``: generate the documents in ``docs/reference/`` from the code."""

from __future__ import annotations

import subprocess
import sys

import click

from runtime.settings import PROJECT

KEPT = {"openapi": "docs/reference/openapi.json", "errors": "docs/reference/errors.md"}


def made(name: str) -> str:
    """Return a generated document; a subprocess makes it, because the command line does not import the web tier."""
    done = subprocess.run([sys.executable, "-m", "web.documents", name], cwd=PROJECT, capture_output=True, text=True)
    if done.returncode != 0:
        raise click.ClickException(done.stderr.strip().rpartition("\n")[2])
    return done.stdout


@click.command()
@click.option("--check", is_flag=True, help="Change nothing, and say what is not what the code says.")
def openapi(*, check: bool) -> None:
    """Write docs/reference/openapi.json and docs/reference/errors.md from the code.

    Exit codes: 0 they are what the code says, 1 they are not (--check), or could not be made.
    """
    stale = []
    for name, file in KEPT.items():
        path, text = PROJECT / file, made(name)
        if path.is_file() and path.read_text() == text:
            click.echo(f"{file}: as it should be")
        elif check:
            stale.append(file)
        else:
            path.write_text(text)
            click.echo(f"{file}: written")
    if stale:
        click.echo(f"not what the code says: {', '.join(stale)}; run ./handwork openapi")
        sys.exit(1)
