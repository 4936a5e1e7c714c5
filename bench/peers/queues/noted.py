"""Where the tasks of a peer note their times, and what they send."""

from __future__ import annotations

import os

MESSAGE = {"to": "+15550100", "body": "Your booking is paid."}
_out = os.open(os.environ["PEER_OUT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)


def note(began_ns: int, ended_ns: int) -> None:
    os.write(_out, f"{began_ns} {ended_ns}\n".encode())
