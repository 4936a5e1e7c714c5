"""Celery alone, on threads."""

from __future__ import annotations

import os

from celery import Celery

from bench.peers.queues import noted

app = Celery("bare", broker=os.environ["PEER_BROKER_URL"])
app.conf.update(task_ignore_result=True, worker_prefetch_multiplier=4)
for _task in (noted.start, noted.send):
    app.task(_task, name=_task.__name__)
