"""A plug-in of supervisord: it keeps the web's socket open while no web process runs.

Supervisor opens the socket that web processes share and closes it when the last of them ends; for the
second until the next has started, connections would be refused.  With one more user of the socket they wait in
its queue.  The user lets go when supervisor stops, so that a draining stack refuses new connections.
"""

from __future__ import annotations

from typing import Any

from supervisor import events


class KeepListening:
    """Supervisor wants an object to offer by RPC; this one offers nothing."""

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
    """Named in the configuration as ``supervisor.rpcinterface_factory``."""
    return KeepListening(supervisord)
