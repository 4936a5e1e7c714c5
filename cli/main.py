"""The list of commands."""

from __future__ import annotations

import click

from cli.admin import admin
from cli.alarms import alarms
from cli.check import check
from cli.db import db
from cli.demo.command import demo
from cli.doctor import doctor
from cli.documents import openapi
from cli.down import down, reset
from cli.ledger import ledger
from cli.logs import logs
from cli.nouns import GROUPS
from cli.queue import queue
from cli.refunds import refunds
from cli.refusals import Sentences
from cli.restart import restart
from cli.rings import bench, drill, test
from cli.sessions import sessions
from cli.status import status
from cli.tasks import tasks
from cli.trace import trace
from cli.up import up


@click.group(cls=Sentences, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option("0.1.0", package_name=None, prog_name="handwork")
def main() -> None:
    """Handwork Marketplace: run it, look into it, test it.

    \b
    First steps:
      handwork up        start the whole platform here, on embedded defaults
      handwork demo      post jobs, hire workers, pay them, and check the outcome
      handwork test      run the tests
    """


COMMANDS = (
    *(up, status, logs, restart, down, reset, demo),
    *(trace, *GROUPS, refunds, alarms),
    *(tasks, queue, ledger, admin, sessions, db),
    *(doctor, test, drill, check, openapi, bench),
)
for command in COMMANDS:
    main.add_command(command)
