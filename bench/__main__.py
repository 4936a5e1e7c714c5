"""``python -m bench``: every claim about speed and size, as a command that anybody can repeat."""

from __future__ import annotations

import sys

import click

from bench import backups, connections, everything, memory, page, scale, starvation, web
from bench.growth import jobs, payments
from bench.profiles import suite as profiles
from bench.queues import suite as queues
from bench.targets import CouldNotRun, Exit


@click.group(context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 110})
def main() -> None:
    """Measure, compare with the targets, write bench/results/.

    Run it on a machine that does nothing else. Exit codes: 0 all targets met, 1 some not met, 2 could not run.
    """


for _each in (everything, web, connections, queues, memory, starvation, jobs, payments, backups, scale, profiles, page):
    main.add_command(_each.command)


if __name__ == "__main__":
    try:
        sys.exit(main(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(Exit.COULD_NOT_RUN)
    except CouldNotRun as error:
        print(f"could not run: {error}", file=sys.stderr)
        sys.exit(Exit.COULD_NOT_RUN)
