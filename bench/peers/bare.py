"""Celery alone: two tasks as one writes them, no rows, no retries, no truth beside the broker."""

from __future__ import annotations

import os
import threading
import time

import requests
from celery import Celery

app = Celery("bare", broker=os.environ["BARE_BROKER_URL"])
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=4)

_out = os.open(os.environ["BARE_OUT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_local = threading.local()


def _note(began_ns: int, ended_ns: int) -> None:
    os.write(_out, f"{began_ns} {ended_ns}\n".encode())


@app.task
def start(sent_ns: int) -> None:
    """Notes when it was sent and when it began."""
    _note(sent_ns, time.time_ns())


@app.task
def send(url: str) -> None:
    """One send: a POST over a kept connection, one for each thread."""
    began = time.time_ns()
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
    _local.session.post(url, json={"to": "+15550100", "body": "Your booking is paid."}, timeout=10).raise_for_status()
    _note(began, time.time_ns())
