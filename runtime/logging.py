"""Logs: one JSON object a line, or coloured text on a terminal, with the correlation id on each line.

Standard library loggers (Celery, uvicorn, Alembic) go through the same renderer.
"""

from __future__ import annotations

import logging
import sys
import threading
from datetime import UTC, datetime
from typing import Any, NoReturn

import msgspec
import structlog

CHATTY = ("celery.worker.strategy", "celery.app.trace", "stripe", "httpx", "kombu")
"""Loggers that write a line or two for every task or call; the attempt rows say more."""

_encoder = msgspec.json.Encoder(enc_hook=str)


def _render(_logger: Any, _method: str, event: structlog.typing.EventDict) -> str:
    return _encoder.encode(event).decode()


class _Process:
    """The last arguments of ``configure``, for ``write_line``, which runs no processors."""

    role = ""
    human = True


def configure(role: str, *, level: str = "INFO", style: str = "auto") -> None:
    """Set up this process's logs, and log uncaught exceptions too.

    ``style``: ``json``, ``human``, or ``auto``, which is human on a terminal and JSON elsewhere.
    """
    human = style == "human" or (style == "auto" and sys.stderr.isatty())
    _Process.role, _Process.human = role, human
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]  # the rich one shows secrets
        if human
        else [structlog.processors.format_exc_info, _render]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _add_role(role), *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], error: BaseException, _trace: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    get("handwork").critical("uncaught exception", exc_info=error)


def _uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    name = found.thread.name if found.thread is not None else ""
    get("handwork").critical("uncaught exception in thread", thread=name, exc_info=found.exc_value)


def refuse(error: Exception) -> NoReturn:
    """End this process with exit code 1 and the error's words as its last log line."""
    get("handwork").critical(str(error))
    sys.exit(1)


def write_line(logger: str, event: str, **fields: Any) -> None:
    """Log a line at level info without structlog, whose processors take ten times as long: every task logs a line."""
    if _Process.human or not logging.getLogger(logger).isEnabledFor(logging.INFO):
        get(logger).info(event, **fields)
        return
    now = datetime.now(UTC)
    line = {**fields, "event": event, "level": "info", "logger": logger, "timestamp": now, "role": _Process.role}
    sys.stderr.buffer.write(_encoder.encode(line) + b"\n")
    sys.stderr.buffer.flush()


def _add_role(role: str) -> structlog.typing.Processor:
    def add(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["role"] = role
        return event

    return add


def get(name: str) -> structlog.stdlib.BoundLogger:
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
