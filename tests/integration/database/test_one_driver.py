"""A process imports PostgreSQL's driver only when its database is on a PostgreSQL server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
CODE = """
import json, sys
from contextlib import closing
import cli.main  # first: it uses rich, which what serves does without
import beat.__main__, beat.scheduler, web.app, workers.celery, workers.exporter, workers.relay.main
from sqlalchemy import literal, select
from runtime.database import open_checkpointer, open_database, open_engine, open_lock, open_watch

url = sys.argv[1]
with closing(open_database(url)) as database, closing(open_watch(url)) as watch, closing(open_checkpointer(url)):
    one = database.read(lambda connection: connection.run(select(literal(1))).scalar())
    watch.changed()
with open_engine(url).connect():
    pass
lock = open_lock(url, "relay")
lock.acquire()
lock.release()
print(json.dumps([one, "psycopg" in sys.modules]))
"""


def test_the_driver_of_postgresql_is_imported_for_a_server_alone(database_url: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CODE, database_url], cwd=PROJECT, check=True, capture_output=True, timeout=60
    )
    assert json.loads(ran.stdout) == [1, database_url.startswith("postgresql:")]
