"""The forms of settings whose type alone does not define them.

The command refuses a wrong value before it starts a process: the supervisor would restart a process that fails on the
value again and again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import PurePath
from urllib.parse import urlsplit

_WEB = ("http", "https")
_NEAR = 0.8
"""The least similarity of a misspelt name to the intended one; measured with the names of our own settings."""
_HOST = r"[A-Za-z0-9][A-Za-z0-9.-]*"
_SENDER = r"[^@<>\x00-\x1f\x7f]*<[^@<>\s]+@[^@<>\s]+>|[^@<>\s]+@[^@<>\s]+"


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one setting.

    ``words``: what the value must be, for the error.  ``listed``: each part between commas must fit.  ``shown``: the
    value is no secret, so the error contains it.
    """

    fits: Callable[[str], bool]
    words: str
    listed: bool = False
    shown: bool = True

    def refusal(self, value: str) -> str | None:
        """Return why a value is refused; None when it fits or is empty."""
        parts = [part.strip() for part in value.split(",")] if self.listed else [value]
        wrong = next((part for part in parts if part and not self.fits(part)), None)
        if wrong is None:
            return None
        return f"must be {self.words}" + (f"; it is {wrong!r}" if self.shown else "")


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


def _is_address(text: str, schemes: Iterable[str], *, bare: bool = False, hostless: bool = False) -> bool:
    """Return whether a text is an address with one of the schemes.

    ``bare``: nothing may follow host and port.  ``hostless``: the host may be missing, as for PostgreSQL on a local
    socket.
    """
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme not in schemes or re.search(r"\s", text) or not (parts.hostname or hostless):
        return False
    return not bare or text == f"{parts.scheme}://{parts.netloc}"


def _is_database(text: str) -> bool:
    path = text.removeprefix("sqlite:///")
    if path != text:
        return path.startswith("/")
    return text.startswith("postgresql://") and _is_address(text, ["postgresql"], hostless=True)


def _is_absolute(text: str) -> bool:
    return PurePath(text).is_absolute()


_NAMED_HOST = Form(_like(_HOST), "an IPv4 address or the name of a host")
_SITE = Form(partial(_is_address, schemes=_WEB), "an address that starts with http:// or https://")
_SIGNING_SECRETS = Form(_like(r"whsec_\S+"), "whsec_…", listed=True, shown=False)
FORMS: dict[str, Form] = {
    "handwork_env": Form(_like("development|test|production"), "development, test or production"),
    "database_url": Form(
        _is_database,
        "sqlite:////absolute/path (four slashes: a relative one would be another file for each process) "
        "or postgresql://user:password@host/name",
        shown=False,
    ),
    "broker_url": Form(
        partial(_is_address, schemes=("redis", "rediss")), "redis://… or rediss://…, with a host", shown=False
    ),
    "backup_dir": Form(_is_absolute, "an absolute path: a relative one would be another folder for each process"),
    "log_format": Form(_like("auto|json|human"), "auto, json or human"),
    "log_level": Form(_like("DEBUG|INFO|WARNING|ERROR|CRITICAL"), "DEBUG, INFO, WARNING, ERROR or CRITICAL"),
    "web_host": _NAMED_HOST,
    "exporter_host": _NAMED_HOST,
    "flower_host": _NAMED_HOST,
    "heartbeat_file": Form(
        _is_absolute, "an absolute path: a relative one would depend on where a process was started"
    ),
    "web_public_url": _SITE,
    "app_url": _SITE,
    "cors_origins": Form(
        lambda text: "*" not in text and _is_address(text, _WEB, bare=True),
        "origins such as https://app.example.com, by name and without a path (there is no *)",
        listed=True,
    ),
    "flower_basic_auth": Form(_like(r"[^:\s]+:\S+"), "user:password", listed=True, shown=False),
    "stripe_secret_key": Form(_like(r"[sr]k_(test|live)_\w+"), "sk_test_… or sk_live_…", shown=False),
    "stripe_publishable_key": Form(_like(r"pk_(test|live)_\w+"), "pk_test_… or pk_live_…", shown=False),
    "stripe_webhook_secrets": _SIGNING_SECRETS,
    "stripe_connect_webhook_secrets": _SIGNING_SECRETS,
    "sendgrid_api_key": Form(_like(r"SG\.\S+"), "SG.…", shown=False),
    "mail_from": Form(_like(_SENDER), "an address or Name <address>"),
}
"""The forms by field of ``Settings``."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most similar to an unknown one; None when none is similar enough."""
    return next(iter(get_close_matches(name.upper(), known, n=1, cutoff=_NEAR)), None)
