"""A small program in place of a real one: it writes into a journal when it starts and when it ends.

``stand_in.py NAME JOURNAL [--stubborn] [--child] [--answer] [--poll] [--talk] [--fail] [--once]``
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

NAME, JOURNAL, OPTIONS = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]


def note(what: str) -> None:
    with JOURNAL.open("a") as journal:
        journal.write(f"{what} {NAME} {os.getpid()}\n")


def end(_number: int, _frame: FrameType | None) -> None:
    note("ended")
    sys.exit(0)


def answer() -> None:
    """As the web: on the socket that supervisor handed down; ``--poll``: by a loop that waits for events on it."""
    with socket.socket(fileno=0) as server, select.epoll() as loop:
        if "--poll" in OPTIONS:
            server.setblocking(False)
            loop.register(server)
        while True:
            loop.poll() if "--poll" in OPTIONS else None
            with suppress(BlockingIOError):  # the other one was quicker
                serve(server)


def serve(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.setblocking(True)
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")


if "--fail" in OPTIONS or ("--once" in OPTIONS and JOURNAL.exists() and f"started {NAME} " in JOURNAL.read_text()):
    sys.exit("it will not work: the words of the log")
signal.signal(signal.SIGTERM, signal.SIG_IGN if "--stubborn" in OPTIONS else end)
if "--child" in OPTIONS and os.fork() == 0:
    note("child")
    while True:
        time.sleep(60)
note("started")
if "--answer" in OPTIONS:
    answer()
while "--talk" in OPTIONS:
    sys.stdout.write("x" * 1_000 + "\n")
    sys.stdout.flush()
    time.sleep(0.001)
while True:
    time.sleep(60)
