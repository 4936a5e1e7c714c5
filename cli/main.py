"""The commands, in the order in which ``handwork --help`` shows them.  A new one is a file here and a line below."""

from __future__ import annotations

import click

from cli.queue import queue
from cli.tasks import tasks

COMMANDS: tuple[click.Command, ...] = (tasks, queue)


class _InOrder(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=_InOrder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def main() -> None:
    """Handwork Marketplace: run it, try it, look after it."""


for command in COMMANDS:
    main.add_command(command)
