"""The two tasks of a peer on threads, and where the tasks of all peers note their times."""

from __future__ import annotations

import os
import threading
import time

import requests

MESSAGE = {"to": "+15550100", "body": "Your booking is paid."}
_out = os.open(os.environ["PEER_OUT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
_local = threading.local()


def note(began_ns: int, ended_ns: int) -> None:
    os.write(_out, f"{began_ns} {ended_ns}\n".encode())


def start(sent_ns: int) -> None:
    note(sent_ns, time.time_ns())


def send(url: str) -> None:
    """Over a connection that is kept for the thread."""
    began = time.time_ns()
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
    _local.session.post(url, json=MESSAGE, timeout=10).raise_for_status()
    note(began, time.time_ns())
