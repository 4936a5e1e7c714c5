"""``handwork up`` and what goes with it: status, logs, down, reset."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cli.stack.stack import Stack, StackError
from runtime.settings import SettingsError, load

console = Console()
TAIL_LINES = 50


def this_home() -> Path:
    try:
        return load().home
    except SettingsError as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.option("--detach", "-d", is_flag=True, help="Leave it running in the background; end it with: handwork down")
@click.option("--web", type=click.IntRange(1, 16), default=1, show_default=True, help="Web processes on the one port.")
def up(detach: bool, web: int) -> None:
    """Start the whole platform: broker, provider sandbox, web, Celery workers, relay, beat, Flower, exporter.

    Needs nothing but this folder: SQLite, a broker that pip installed, and sandboxes of the providers.
    Settings in .env win (see .env.example); with your own STRIPE_SECRET_KEY there it talks to Stripe.
    Data, logs and generated secrets are under .handwork/ (or $HANDWORK_HOME).

    Ctrl-C drains and ends everything. Exit codes: 0 ended well, 1 could not start, 2 wrong usage.
    """
    stack = Stack(this_home(), web=web, detach=detach)
    if stack.is_running():
        console.print(f"It is running already in {stack.home}.")
        _show(stack)
        return
    _start(stack)
    if detach:
        return
    _follow(stack)


def _start(stack: Stack) -> None:
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as progress:
        line = progress.add_task("starting")
        ready: list[str] = []

        def say(what: str) -> None:
            ready.append(what)
            progress.update(line, description=f"starting; ready: {', '.join(ready)}")

        try:
            choices = stack.start(say)
        except (StackError, SettingsError) as error:
            stack.stop()
            raise click.ClickException(str(error)) from error
    for name, wanted in choices.moved.items():
        console.print(f"[yellow]{name}: {wanted} is taken, so it is {choices.values[name]}[/yellow]")
    _print_urls(stack, choices.values)


def _print_urls(stack: Stack, values: dict[str, str]) -> None:
    table = Table("what", "where", "log in", title="Handwork is up", title_justify="left")
    user, _, password = values["FLOWER_BASIC_AUTH"].partition(":")
    table.add_row("API", values["WEB_PUBLIC_URL"], "POST /auth/register")
    table.add_row("API viewer", f"{values['WEB_PUBLIC_URL']}/schema", "")
    table.add_row("Health", f"{values['WEB_PUBLIC_URL']}/health", "")
    table.add_row("Flower", f"http://127.0.0.1:{values['FLOWER_PORT']}", f"{user} / {password}")
    table.add_row("Metrics", f"http://127.0.0.1:{values['EXPORTER_PORT']}/metrics", "")
    if "STRIPE_API_BASE" in values:
        table.add_row("Provider sandbox", values["SANDBOX_URL"], "")
    console.print(table)
    console.print(f"Data and logs: {stack.home}   Next: [bold]./handwork demo[/bold]   End: Ctrl-C, or ./handwork down")


@contextmanager
def _signals() -> Iterator[list[int]]:
    seen: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        seen.append(number)

    before = {n: signal.signal(n, note) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield seen
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _follow(stack: Stack) -> None:
    """Stay until a signal, or until somebody else ended it."""
    with _signals() as seen:
        while not seen and stack.is_running():
            time.sleep(0.2)
        if seen:
            console.print("Draining; this takes a few seconds …")
    stack.stop()
    console.print("Ended.")


@click.command()
def status() -> None:
    """Show the processes of the platform. Exit codes: 0 all run, 3 some do not, 4 none does."""
    stack = Stack(this_home())
    if not stack.is_running():
        console.print(f"Nothing runs in {stack.home}.")
        raise SystemExit(4)
    if not _show(stack):
        raise SystemExit(3)


def _show(stack: Stack) -> bool:
    table = Table("process", "state", "pid", "up")
    found = stack.status()
    for p in found:
        table.add_row(p.name, p.state, str(p.pid or "-"), f"{p.uptime_s} s" if p.pid else "-")
    console.print(table)
    _print_urls(stack, stack.values)
    return all(p.state == "RUNNING" for p in found)


@click.command()
def down() -> None:
    """Drain and end the platform. Does nothing when it does not run."""
    stack = Stack(this_home())
    try:
        console.print("Ended." if stack.stop() else f"Nothing runs in {stack.home}.")
    except StackError as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """End the platform and delete all its data: database, backups, broker, sandbox, logs, secrets."""
    stack = Stack(this_home())
    if not stack.home.exists():
        console.print(f"There is nothing in {stack.home}.")
        return
    if not yes:
        click.confirm(f"Delete everything in {stack.home}?", abort=True)
    stack.stop()
    shutil.rmtree(stack.home)
    console.print("Deleted.")


@click.command()
@click.argument("name", required=False)
@click.option("--follow", "-f", is_flag=True, help="Go on as lines are written.")
@click.option("--lines", "-n", type=click.IntRange(1, 100_000), default=TAIL_LINES, show_default=True)
def logs(name: str | None, follow: bool, lines: int) -> None:
    """Show the logs of one process (web, relay, worker-payments, …) or of all."""
    folder = this_home() / "logs"
    files = sorted(folder.glob(f"{name}.log" if name else "*.log"))
    if not files:
        known = ", ".join(sorted(p.stem for p in folder.glob("*.log"))) or "none: it never ran here"
        raise click.ClickException(f"no log of {name or 'anything'}; there are: {known}")
    ends: dict[Path, int] = {}
    for file in files:
        text = file.read_bytes()
        ends[file] = len(text)
        _print_lines(file, text.decode(errors="replace").splitlines()[-lines:], many=len(files) > 1)
    while follow:
        time.sleep(0.3)
        for file in files:
            _print_new(file, ends, many=len(files) > 1)


def _print_new(file: Path, ends: dict[Path, int], *, many: bool) -> None:
    size = file.stat().st_size
    if size < ends[file]:  # it was rotated
        ends[file] = 0
    if size > ends[file]:
        with file.open("rb") as log:
            log.seek(ends[file])
            _print_lines(file, log.read(size - ends[file]).decode(errors="replace").splitlines(), many=many)
        ends[file] = size


def _print_lines(file: Path, lines: list[str], *, many: bool) -> None:
    for line in lines:
        click.echo(f"{file.stem:>20} | {line}" if many else line)
