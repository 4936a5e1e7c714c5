"""Start a planned stack."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from cli.stack import gates
from cli.stack.choices import Choices, keep
from cli.stack.connections import check_connections
from cli.stack.folders import clear, compile_sources, make_backups
from cli.stack.plan import Plan, configuration_file
from cli.stack.processes import sweep
from cli.stack.supervisord import Supervisord
from cli.stack.waiting import Say, wait_until_ready
from runtime.clock import check_clock
from runtime.files import locked, write_private
from runtime.migrate import upgrade


def start(
    supervisord: Supervisord, make_plan: Callable[[], Plan], say: Say, patience: Callable[[], None], *, detach: bool
) -> Choices:
    """Migrate, start every process, wait until all are ready, and return the choices.

    ``StackError`` when a process does not become ready, and then all are ended, or when a stack runs already.
    """
    home = supervisord.home
    with ExitStack() as starting, ExitStack() as before_web:
        with supervisord.lock() as lock:
            sweep(home)
            starting.enter_context(locked(gates.starting(home)))
            plan = make_plan()
            keep(home, plan.choices)
            _prepare_data(plan)
            say("schema")
            for path, text in plan.files(supervisord.place_socket()).items():
                write_private(path, text)
            compile_sources()
            before_web.enter_context(locked(gates.web_first(home)))
            supervisord.start(configuration_file(home), plan.environment, lock, detach=detach)
        waited_for = {name for p in plan.programs if p.listen is not None for name in p.process_names}

        def is_ready(name: str) -> None:
            waited_for.discard(name)
            if not waited_for:
                before_web.close()
            say(name)

        try:
            wait_until_ready(supervisord, plan, is_ready, patience)
        except BaseException:
            supervisord.kill()
            raise
    return plan.choices


def _prepare_data(plan: Plan) -> None:
    """Clear what an earlier start left, and migrate; ``StackError`` when the database or its host is not fit."""
    make_backups(plan.settings.backups)
    # The counters of earlier processes would still count.
    clear(Path(plan.choices.values["METRICS_DIR"]), "*.db")
    if not plan.choices.own_broker:
        # Only the broker's own restarts need its files, and the database has their content.  A power failure can leave
        # them so that the broker does not start.
        clear(plan.home / "broker")
    upgrade(plan.settings.database)
    check_connections(plan.settings.database, plan.programs)
    check_clock(plan.settings.database)
