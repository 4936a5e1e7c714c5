"""Celery alone, on threads; they post over a kept connection each."""

from __future__ import annotations

import os
import time

from celery import Celery

from bench.peers.queues.noted import note, post

app = Celery("bare", broker=os.environ["PEER_BROKER_URL"])
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=4)


@app.task
def start(sent_ns: int) -> None:
    note(sent_ns, time.time_ns())


@app.task
def send(url: str) -> None:
    began = time.time_ns()
    post(url)
    note(began, time.time_ns())
