"""A plug-in of supervisord that keeps the web's socket open while no web process runs.

Supervisor opens the socket that the web processes share, and closes it when the last of them ends.  The kernel would
refuse connections for the second until the next process has started.  The plug-in counts as one more user of the
socket, so that connections wait in its queue.  It releases the socket when supervisor stops, so that a draining stack
refuses new connections.
"""

from __future__ import annotations

from typing import Any

from supervisor import events


class KeepListening:
    """Holds the sockets.  Supervisor requires an object with RPC methods; this one has none."""

    def __init__(self, supervisord: Any) -> None:
        self._held = [
            group.socket_manager.get_socket()
            for group in supervisord.process_groups.values()
            if hasattr(group, "socket_manager")
        ]
        events.subscribe(events.SupervisorStoppingEvent, self._let_go)

    def _let_go(self, _event: object) -> None:
        self._held.clear()


def make(supervisord: Any, **_configuration: str) -> KeepListening:
    """Return the plug-in; the configuration names it as ``supervisor.rpcinterface_factory``."""
    return KeepListening(supervisord)
