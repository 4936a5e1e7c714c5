"""Dramatiq alone, on threads."""

from __future__ import annotations

import os

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from bench.peers.queues import noted

dramatiq.set_broker(RedisBroker(url=os.environ["PEER_BROKER_URL"]))
for _task in (noted.start, noted.send):
    dramatiq.actor(_task)
