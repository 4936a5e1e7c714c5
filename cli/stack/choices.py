"""What a stack chose when it first came up: ports and secrets, kept in ``stack.env`` and used again."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

PREFERRED = {
    "WEB_PORT": 8000,
    "SANDBOX_PORT": 8010,
    "BROKER_PORT": 6380,
    "FLOWER_PORT": 5555,
    "EXPORTER_PORT": 9101,
}
SECRETS: dict[str, Callable[[], str]] = {
    "JWT_SECRET_KEY": lambda: secrets.token_hex(32),
    "BROKER_PASSWORD": lambda: secrets.token_hex(16),
    "FLOWER_BASIC_AUTH": lambda: f"operator:{secrets.token_urlsafe(12)}",
}
SANDBOX_SECRETS: dict[str, Callable[[], str]] = {
    "STRIPE_SECRET_KEY": lambda: f"sk_test_{secrets.token_hex(12)}",
    "STRIPE_PUBLISHABLE_KEY": lambda: f"pk_test_{secrets.token_hex(12)}",
    "STRIPE_WEBHOOK_SECRETS": lambda: f"whsec_{secrets.token_hex(16)}",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """``values`` is what ``stack.env`` holds; ``moved`` names the ports whose usual number was busy."""

    values: dict[str, str]
    moved: dict[str, int]

    def port(self, name: str) -> int:
        return int(self.values[name])


def choose(home: Path, given: Mapping[str, str]) -> Choices:
    """Keep what was chosen before if it is still free, choose the rest, and write it down.

    ``given`` are settings from the environment and ``.env``; they win, and a Stripe key among them means that
    Stripe itself is meant, not the sandbox.
    """
    path = home / "stack.env"
    values = read(path)
    moved: dict[str, int] = {}
    taken: set[int] = set()
    for name, usual in PREFERRED.items():
        wanted = int(given.get(name) or values.get(name) or usual)
        port = wanted if wanted not in taken and is_free(wanted) else free_port(taken)
        if port != wanted:
            moved[name] = wanted
        taken.add(port)
        values[name] = str(port)
    own_stripe = bool(given.get("STRIPE_SECRET_KEY"))
    made = SECRETS if own_stripe else SECRETS | SANDBOX_SECRETS
    for name, make in made.items():
        values.setdefault(name, make())
    values |= _derived(values, home, own_stripe=own_stripe)
    for name in SANDBOX_SECRETS.keys() | {"STRIPE_API_BASE"} if own_stripe else set():
        values.pop(name, None)
    write(path, values)
    return Choices(values, moved)


def _derived(values: Mapping[str, str], home: Path, *, own_stripe: bool) -> dict[str, str]:
    sandbox = f"http://127.0.0.1:{values['SANDBOX_PORT']}"
    derived = {
        "WEB_PUBLIC_URL": f"http://127.0.0.1:{values['WEB_PORT']}",
        "BROKER_URL": f"redis://:{values['BROKER_PASSWORD']}@127.0.0.1:{values['BROKER_PORT']}/0",
        "SANDBOX_URL": sandbox,
        "METRICS_DIR": str(home / "metrics"),
    }
    return derived if own_stripe else derived | {"STRIPE_API_BASE": sandbox}


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(taken: set[int]) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in taken:
            return port


def read(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line for line in path.read_text().splitlines() if "=" in line and not line.startswith("#"))
    return dict(line.split("=", 1) for line in lines)


def write(path: Path, values: Mapping[str, str]) -> None:
    """For the owner's eyes only; replaced in one step, so that nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "# Written by `handwork up`. Your own values go into .env, which wins.\n"
    text += "".join(f"{name}={value}\n" for name, value in sorted(values.items()))
    partial = path.with_suffix(".partial")
    partial.touch(mode=0o600)
    partial.write_text(text)
    partial.replace(path)
