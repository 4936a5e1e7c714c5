"""``handwork openapi``: generate the documents in ``docs/reference/`` from the code."""

from __future__ import annotations

import subprocess
import sys

import click

from cli.manual import manual
from runtime.settings import PROJECT

KEPT = {"openapi": "docs/reference/openapi.json", "errors": "docs/reference/errors.md"}


def made(name: str) -> str:
    """Return a generated document; a subprocess makes it, because the command line does not import the web tier."""
    done = subprocess.run([sys.executable, "-m", "web.documents", name], cwd=PROJECT, capture_output=True, text=True)
    if done.returncode != 0:
        raise click.ClickException(done.stderr.strip().rpartition("\n")[2])
    return done.stdout


@click.command(
    epilog=manual(
        "openapi",
        "openapi --check",
        codes={0: "the files agree with the code", 1: "they do not (--check), or they could not be generated"},
    )
)
@click.option("--check", is_flag=True, help="Write nothing; name the files that do not agree with the code.")
def openapi(*, check: bool) -> None:
    """Generate the API description and the list of error codes.

    The files are docs/reference/openapi.json and docs/reference/errors.md. Prints for each file whether it was written,
    or agreed with the code already.
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
