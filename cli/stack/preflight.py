"""Check a stack's environment before a start: addresses that must answer, folders that must be writable, keys.

``up`` checks before it starts a process, because supervisor would restart a failing process again and again, and ``up``
would wait for it.
"""

from __future__ import annotations

import errno
import os
import socket
from urllib.parse import urlsplit

import redis

from cli.stack.choices import Choices
from cli.stack.errors import StackError
from cli.stack.ports import try_to_listen
from gateways.http import UnsafeAddress, check_address
from gateways.sendgrid.signature import UnusableKey, read_key
from runtime.settings import Settings

BROKER_WITHIN_S = 5.0


def inspect(settings: Settings, choices: Choices, *, runs: bool = False) -> None:
    """Raise ``StackError``, which names the variable at fault.  ``runs``: the stack runs, so its port is busy."""
    for variable, base in (
        ("STRIPE_API_BASE", settings.stripe_api_base),
        ("SENDGRID_API_BASE", settings.sendgrid_api_base),
    ):
        try:
            check_address(base)
        except UnsafeAddress as error:
            raise StackError(f"{variable}: {error}") from error
    for key in settings.sendgrid_keys:
        try:
            read_key(key)
        except UnusableKey as error:
            raise StackError(f"SENDGRID_WEBHOOK_PUBLIC_KEYS: {error}") from error
    if not runs:
        _web(choices.values["WEB_HOST"], choices.port("WEB_PORT"))
    _backups(settings)
    if choices.own_broker:
        _broker(settings.broker_url)


def _web(host: str, port: int) -> None:
    try:
        try_to_listen(host, port)
    except socket.gaierror as error:
        raise StackError(f"WEB_HOST: {host!r} is not known: {error.strerror}") from error
    except OSError as error:
        name = "WEB_PORT" if error.errno == errno.EADDRINUSE else "WEB_HOST"
        raise StackError(f"{name}: nobody can listen at {host}:{port}: {error.strerror}") from error


def _backups(settings: Settings) -> None:
    folder = next(each for each in (settings.backups, *settings.backups.parents) if each.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise StackError(f"BACKUP_DIR: {settings.backups} cannot be made: {folder} is no folder that may be written")


def _broker(url: str) -> None:
    where = urlsplit(url)
    client = redis.Redis.from_url(url, socket_timeout=BROKER_WITHIN_S, socket_connect_timeout=BROKER_WITHIN_S)
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        raise StackError(f"BROKER_URL: {where.hostname}:{where.port or 6379} does not answer: {error}") from error
    finally:
        client.close()
