"""Taskiq alone, on one event loop, with its Redis list broker: its fastest, which forgets what a dead worker had."""

from __future__ import annotations

import os
import time

import aiohttp
from taskiq_redis import ListQueueBroker

from bench.peers.queues.noted import MESSAGE, note

broker = ListQueueBroker(os.environ["PEER_BROKER_URL"])
_sessions: list[aiohttp.ClientSession] = []


@broker.task(task_name="start")
async def start(sent_ns: int) -> None:
    note(sent_ns, time.time_ns())


@broker.task(task_name="send")
async def send(url: str) -> None:
    began = time.time_ns()
    if not _sessions:
        _sessions.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
    async with _sessions[0].post(url, json=MESSAGE) as answer:
        answer.raise_for_status()
        await answer.read()
    note(began, time.time_ns())
