"""Celery alone, on threads; they post over a kept connection each."""

from __future__ import annotations

import os
import threading
import time

import requests
from celery import Celery

from bench.peers.queues.noted import MESSAGE, note

app = Celery("bare", broker=os.environ["PEER_BROKER_URL"])
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=4)
_local = threading.local()


@app.task
def start(sent_ns: int) -> None:
    note(sent_ns, time.time_ns())


@app.task
def send(url: str) -> None:
    began = time.time_ns()
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
    _local.session.post(url, json=MESSAGE, timeout=10).raise_for_status()
    note(began, time.time_ns())
