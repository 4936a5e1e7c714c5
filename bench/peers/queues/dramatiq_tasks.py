"""Dramatiq alone, on threads; they post over a kept connection each."""

from __future__ import annotations

import os
import threading
import time

import dramatiq
import requests
from dramatiq.brokers.redis import RedisBroker

from bench.peers.queues.noted import MESSAGE, note

dramatiq.set_broker(RedisBroker(url=os.environ["PEER_BROKER_URL"]))
_local = threading.local()


@dramatiq.actor
def start(sent_ns: int) -> None:
    note(sent_ns, time.time_ns())


@dramatiq.actor
def send(url: str) -> None:
    began = time.time_ns()
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
    _local.session.post(url, json=MESSAGE, timeout=10).raise_for_status()
    note(began, time.time_ns())
