"""Choose ports and secrets at a stack's first start; ``stack.env`` stores them for later starts."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cli.stack.errors import StackError
from cli.stack.keys import make_private_key, public_key_of
from cli.stack.ports import any_free, holder, is_free, next_free
from runtime.files import flush, write_private
from runtime.setting_sources import read_file
from runtime.settings import VARIABLES

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
STRIPE_SECRETS: dict[str, Callable[[], str]] = {
    "STRIPE_SECRET_KEY": lambda: f"sk_test_{secrets.token_hex(12)}",
    "STRIPE_PUBLISHABLE_KEY": lambda: f"pk_test_{secrets.token_hex(12)}",
    "STRIPE_WEBHOOK_SECRETS": lambda: f"whsec_{secrets.token_hex(16)}",
    "STRIPE_CONNECT_WEBHOOK_SECRETS": lambda: f"whsec_{secrets.token_hex(16)}",
}
SENDGRID_SECRETS: dict[str, Callable[[], str]] = {
    "SENDGRID_API_KEY": lambda: f"SG.{secrets.token_urlsafe(16)}.{secrets.token_urlsafe(32)}",
    "SANDBOX_SENDGRID_PRIVATE_KEY": make_private_key,
}
STRIPE_PACE = {"ABSENCE_CONFIRM_MS": "3000", "RECONCILE_STUCK_MS": "5000"}
"""The sandbox lists a new object at once and sends its events quickly, so seconds suffice where Stripe needs minutes.
"""
SENDGRID_PACE = {"DELIVERY_DOUBT_MS": "60000"}
"""Long enough for the sandbox's events of an e-mail to arrive after the web tier was down for half a minute."""
ADDRESSES = (
    *(*PREFERRED, "WEB_HOST", "WEB_PUBLIC_URL", "SANDBOX_URL", "STRIPE_API_BASE", "SENDGRID_API_BASE"),
    "FLOWER_BASIC_AUTH",
)
"""The choices that later settings do not change while the stack runs: addresses and logins."""
HIGHEST = 65_535
JUDGED_WITH_ALL = PREFERRED.keys() & VARIABLES
"""Ports that are also settings of the platform; a wrong one is refused together with all other wrong settings."""
EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared with, not listened on
STRIPE_SANDBOX = frozenset({*STRIPE_SECRETS, *STRIPE_PACE, "STRIPE_API_BASE"})
SENDGRID_SANDBOX = frozenset(
    {*SENDGRID_SECRETS, *SENDGRID_PACE, "SENDGRID_WEBHOOK_PUBLIC_KEYS", "SENDGRID_API_BASE", "APP_URL"}
)


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of a stack.

    ``values``: those in force.  ``moved``: a sentence for each port that is not the usual or the last one.  ``kept``:
    those of ``stack.env``, which the operator's settings override.
    """

    values: dict[str, str]
    moved: list[str]
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def uses_sandbox(self) -> bool:
        """Return whether the sandbox stands in for Stripe, for SendGrid, or for both."""
        return "SANDBOX_URL" in self.values

    @property
    def sandboxes_stripe(self) -> bool:
        return "STRIPE_API_BASE" in self.values

    @property
    def sandboxes_sendgrid(self) -> bool:
        return "SENDGRID_API_BASE" in self.values

    @property
    def own_broker(self) -> bool:
        """Return whether the operator has a broker, so that the stack starts none."""
        return "BROKER_PASSWORD" not in self.values

    @property
    def web(self) -> str:
        """Return the web tier's address on this machine."""
        host = self.values["WEB_HOST"]
        return f"http://{'127.0.0.1' if host == EVERYWHERE else host}:{self.values['WEB_PORT']}"

    def port(self, name: str) -> int:
        return int(self.values[name])


def choose(
    home: Path,
    given: Mapping[str, str],
    *,
    usual: Mapping[str, int] | None = PREFERRED,
    where: Callable[[str], str | None] = lambda _: None,
) -> Choices:
    """Return the choices: earlier ones that are still free, and new ones.  ``keep`` stores them.

    ``given``: settings from the environment and ``.env``.  They win; with a key of Stripe or SendGrid the stack uses
    that provider and not the sandbox, and with a broker's address it starts no broker.  ``usual``: the documented
    ports; None for random ones.  ``where`` returns the source of a given value, for messages.  ``StackError`` when a
    given port is busy.
    """
    values = read_file(home / "stack.env")
    moved = _ports(values, given, usual, where)
    for name, make in (SECRETS | STRIPE_SECRETS | SENDGRID_SECRETS).items():
        values.setdefault(name, make())
    local = f"http://127.0.0.1:{values['SANDBOX_PORT']}"
    values |= {
        "WEB_HOST": "127.0.0.1",
        "WEB_PUBLIC_URL": f"http://127.0.0.1:{values['WEB_PORT']}",
        "BROKER_URL": f"redis://:{values['BROKER_PASSWORD']}@127.0.0.1:{values['BROKER_PORT']}/0",
        "SANDBOX_URL": local,
        "STRIPE_API_BASE": local,
        "SENDGRID_API_BASE": local,
        "APP_URL": f"{local}/sandbox/app",  # there is no app yet: these pages stand in for it
        "SENDGRID_WEBHOOK_PUBLIC_KEYS": public_key_of(values["SANDBOX_SENDGRID_PRIVATE_KEY"]),
        "METRICS_DIR": str(home / "metrics"),
        "ADDRESS_TRIES": "600",  # all people of the demo share one network address
        **STRIPE_PACE,
        **SENDGRID_PACE,
    }
    unwanted = _unwanted(given)
    kept = {name: value for name, value in values.items() if name not in unwanted}
    return Choices({name: given.get(name) or value for name, value in kept.items()}, moved, kept)


def keep(home: Path, choices: Choices) -> None:
    """Store the choices in ``stack.env`` for later starts, and the addresses of this start beside it."""
    _write(home / "stack.env", choices.kept)
    _write(started_file(home), {name: choices.values[name] for name in ADDRESSES if name in choices.values})


def started_file(home: Path) -> Path:
    return home / "run" / "started.env"


def _unwanted(given: Mapping[str, str]) -> set[str]:
    """Return the names of values that belong to parts that the operator brings."""
    names: set[str] = {"ADDRESS_TRIES"} if given.get("HANDWORK_ENV") == "production" else set()
    is_real = given.get("HANDWORK_ENV") == "production"  # an earlier sandbox's keys are not real ones
    if is_real or given.get("STRIPE_SECRET_KEY"):
        names |= STRIPE_SANDBOX
    if is_real or given.get("SENDGRID_API_KEY"):
        names |= SENDGRID_SANDBOX
    if names >= STRIPE_SANDBOX | SENDGRID_SANDBOX:
        names.add("SANDBOX_URL")
    if given.get("BROKER_URL"):
        names |= {"BROKER_URL", "BROKER_PASSWORD"}
    return names


def _ports(
    values: dict[str, str],
    given: Mapping[str, str],
    usual: Mapping[str, int] | None,
    where: Callable[[str], str | None],
) -> list[str]:
    """Put a free port for each program into ``values``; return a sentence for each port that is not the usual or last.

    ``usual``: the documented ports; a program returns to its usual port as soon as that is free.  None: each program
    keeps its last port.
    """
    taken: set[int] = set()
    moved = []
    for name in PREFERRED:
        told, kept = given.get(name, ""), values.get(name, "")
        if name in JUDGED_WITH_ALL and not _is_port(told):
            told = ""  # empty for now: ``settle`` reports this wrong value with all other wrong settings
        source = f" (from {where(name)})" if told and where(name) else ""
        wanted = _number(name, told or _wanted(name, kept, usual, taken), source)
        port = wanted
        if wanted in taken or not is_free(wanted):
            who = "another of our own processes" if wanted in taken else holder(wanted) or "another user's process"
            if told:
                raise StackError(f"{name}: port {wanted} is taken by {who}; free it or set another{source}")
            port = any_free(taken) if usual is None else _other(wanted, kept, taken)
            moved.append(f"{name}: {wanted} is taken by {who}, so it is {port}")
        elif not told and kept not in ("", str(port)):
            moved.append(f"{name}: it is {port} again, and no longer {kept}")
        taken.add(port)
        values[name] = str(port)
    return moved


def _wanted(name: str, kept: str, usual: Mapping[str, int] | None, taken: set[int]) -> str:
    return kept or str(any_free(taken)) if usual is None else str(usual[name])


def _other(busy: int, kept: str, taken: set[int]) -> int:
    """Return another port for a busy one: the last one if it is free, so that the port seldom changes."""
    if _is_port(kept) and (port := int(kept)) not in taken and is_free(port):
        return port
    return next_free(busy, taken)


def _is_port(text: str) -> bool:
    return text.isdecimal() and len(text) <= 5 and 0 < int(text) <= HIGHEST


def _number(name: str, text: str, source: str) -> int:
    if not _is_port(text):
        raise StackError(f"{name}: must be a port from 1 to 65535; it is {text!r}{source}")
    return int(text)


def _write(path: Path, values: Mapping[str, str]) -> None:
    """Write the values to a file that only its owner can read.

    A rename replaces the file, so that no process reads half of it, and it is not empty after a power failure."""
    text = "# Written by `handwork up`. Your own values go into .env, which wins.\n"
    text += "".join(f"{name}={value}\n" for name, value in sorted(values.items()))
    partial = path.with_suffix(".partial")
    write_private(partial, text)
    flush(partial)
    partial.replace(path)
    flush(path.parent)
