"""The list of commands."""

from __future__ import annotations

from importlib import import_module

import click

from cli.refusals import Sentences

NOUNS = ("accounts", "jobs", "bookings", "payments", "payouts")
COMMANDS = (
    *("up", "status", "logs", "restart", "down", "reset", "demo"),
    *("trace", *NOUNS, "refunds", "alarms"),
    *("tasks", "queue", "ledger", "admin", "sessions", "db"),
    *("doctor", "test", "drill", "check", "openapi", "bench"),
)
ELSEWHERE = {
    "reset": "cli.down",
    "demo": "cli.demo.command",
    "openapi": "cli.documents",
    **dict.fromkeys(NOUNS, "cli.nouns"),
    **dict.fromkeys(("test", "drill", "bench"), "cli.rings"),
}
"""The modules of the commands whose module has another name."""


class Commands(Sentences):
    """All commands.  It imports only the called one, because importing all takes a second of processor time."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(ELSEWHERE.get(cmd_name, f"cli.{cmd_name}")), cmd_name)
        return found


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110, "show_default": True},
)
@click.version_option("0.1.0", package_name=None, prog_name="handwork")
def main() -> None:
    """Run, operate and test Handwork Marketplace.

    `handwork COMMAND --help` explains a command: what it does, what it prints, examples, and its exit codes.

    \b
    First steps:
      ./handwork up --detach  start the whole platform in this folder
      ./handwork demo         post jobs, hire workers, pay them, and check the outcome
      ./handwork down         end the platform
    """
