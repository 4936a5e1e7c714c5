"""The production proxy: a real nginx, started by ``deploy/proxy.sh`` in front of a backend on this machine."""

from __future__ import annotations

import os
from pathlib import Path

from tests.debian import find
from tests.served import Served, free_port

DEPLOY = Path(__file__).resolve().parents[1] / "deploy"
FRONT = "127.0.0.1"
"""The peer that stands for a TLS proxy in front. nginx trusts no other address of 127.0.0.0/8."""


class Proxy(Served):
    """``with Proxy(folder, port_of_backend) as proxy``: answers when entered, gone when left.

    Only places differ from production: the ports, the backend's address and the folder for what is /tmp there.
    ``changes`` replaces more of the text, each of which must be there; ``front`` is the network whose X-Forwarded-For
    nginx believes.  ``settings`` are MAX_BODY_BYTES and CORS_ORIGINS.  Raises ``tests.debian.NoProgram``.
    """

    health = "/proxy/health"

    def __init__(
        self,
        folder: Path,
        backend_port: int,
        changes: dict[str, str] | None = None,
        *,
        front: str = FRONT,
        settings: dict[str, str] | None = None,
    ) -> None:
        super().__init__(folder / "nginx.log")
        self.folder = folder
        self._program = find("nginx")
        configuration = folder / "nginx.conf"
        places = {
            "/tmp/": f"{folder}/",  # noqa: S108 - the container's, which is replaced
            "listen 8080;": f"listen 127.0.0.1:{self.port};",
            "listen 5555;": f"listen 127.0.0.1:{free_port()};",
            "listen 9100;": f"listen 127.0.0.1:{free_port()};",
            "http://backend:8000": f"http://127.0.0.1:{backend_port}",
            **(changes or {}),
        }
        configuration.write_text(replaced((DEPLOY / "nginx.conf").read_text(), places))
        # Root's nginx would give its workers to a user who cannot read a test's folder.
        owner = ' -g "user root;"' if os.getuid() == 0 else ""
        command = f"{self._program.path} -e stderr -p {folder} -c {configuration}{owner}"
        start = {"/tmp/": f"{folder}/", "nginx -c /etc/nginx/handwork.conf": command}  # noqa: S108 - as above
        script = folder / "proxy.sh"
        script.write_text(replaced((DEPLOY / "proxy.sh").read_text(), start))
        self.command = ["/bin/sh", script]
        chosen = {"FRONT_SUBNET": front, "MAX_BODY_BYTES": "1048576", "CORS_ORIGINS": "", **(settings or {})}
        self.environment = {**self._program.environment, **chosen}

    def kept_bytes(self) -> int:
        """How much of requests' bodies lies in its files."""
        return sum(path.stat().st_size for path in self.folder.glob("body/**/*") if path.is_file()) + sum(
            _deleted_bytes(pid, self.folder / "body") for pid in self._pids()
        )

    def _pids(self) -> list[int]:
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]


def replaced(text: str, places: dict[str, str]) -> str:
    """Return the text with each place replaced; each must be there."""
    for old, new in places.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def _deleted_bytes(pid: int, folder: Path) -> int:
    """nginx unlinks a body's file as soon as it is open."""
    total = 0
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            if os.readlink(link).startswith(f"{folder}/") and os.readlink(link).endswith(" (deleted)"):
                total += link.stat().st_size
        except FileNotFoundError:
            continue  # it was closed meanwhile
    return total
