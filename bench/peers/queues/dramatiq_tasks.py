"""Dramatiq alone, on threads; they post over a kept connection each."""

from __future__ import annotations

import os
import time

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from bench.peers.queues.noted import note, post

dramatiq.set_broker(RedisBroker(url=os.environ["PEER_BROKER_URL"]))


@dramatiq.actor
def start(sent_ns: int) -> None:
    note(sent_ns, time.time_ns())


@dramatiq.actor
def send(url: str) -> None:
    began = time.time_ns()
    post(url)
    note(began, time.time_ns())
