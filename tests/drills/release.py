"""The next release: one more migration, which adds, and code that writes what it added, by a task with a new name."""

from __future__ import annotations

from pathlib import Path

from runtime.migrate import head

TASK = "drill.mark"
REVISION = "9001"
MIGRATION = f'''\
"""A mark on payments."""

import sqlalchemy as sa
from alembic import op

revision = "{REVISION}"
down_revision = "{{before}}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("payment", sa.Column("drill_mark", sa.String(length=40), nullable=True))
    op.create_table("drill", sa.Column("payment_id", sa.String(length=40), primary_key=True))
'''
WORK = f'''\
from typing import ClassVar

from domain.platform.outbox.work import Work


class Mark(Work, frozen=True, kw_only=True):
    task: ClassVar[str] = "{TASK}"
    queue: ClassVar[str] = "notifications"
    payment_id: str
'''
TASKS = """\
from sqlalchemy import String, bindparam, column, insert, table, update

from domain.drill.work import Mark
from tasks.declare import database_task

payment = table("payment", column("id", String), column("drill_mark", String))
drill = table("drill", column("payment_id", String))
_mark = update(payment).where(payment.c.id == bindparam("payment")).values(drill_mark=bindparam("mark"))
_insert = insert(drill).values(payment_id=bindparam("payment"))


def _mark_paid(connection, cause, work):
    connection.run(_mark, payment=work.payment_id, mark="new")
    connection.run(_insert, payment=work.payment_id)


mark = database_task(Mark, _mark_paid, batch=5)
"""
QUEUES_SUBMIT = "    ensure_queued(connection, cause, Submit(payment_id=made.id), unique_key=submit_key(made.id))\n"
QUEUES_MARK = '    ensure_queued(connection, cause, Mark(payment_id=made.id), unique_key=f"mark:{made.id}")\n'
IMPORTS_WORK = "from domain.payments.work import Submit, submit_key\n"
IMPORTS_TASKS = "import tasks.bookings\n"


def bring(release: Path) -> None:
    """Into the folder of a host, as a checkout would: what runs there is not touched."""
    (release / "migrations" / "versions" / f"{REVISION}_drill.py").write_text(MIGRATION.format(before=head()))
    (release / "domain" / "drill").mkdir()
    (release / "domain" / "drill" / "__init__.py").touch()
    (release / "domain" / "drill" / "work.py").write_text(WORK)
    (release / "tasks" / "drill.py").write_text(TASKS)
    _add(release / "tasks" / "app.py", IMPORTS_TASKS, "import tasks.drill\n")
    accept = release / "domain" / "payments" / "accept.py"
    _add(accept, IMPORTS_WORK, "from domain.drill.work import Mark\n")
    _add(accept, QUEUES_SUBMIT, QUEUES_MARK)


def _add(file: Path, after: str, what: str) -> None:
    text = file.read_text()
    assert text.count(after) == 1, f"{file} is not what this drill knows"
    file.write_text(text.replace(after, after + what))
