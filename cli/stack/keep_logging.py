"""A plug-in of supervisord that drops log lines when the disk is full, so that supervisor survives.

Supervisor reports a failed write to a log on its standard error, which is a file on the same disk.  The error there
ends supervisor, or stops it from reading a process's output, which then blocks that process.  So a handler of ours
writes every log, and standard output and error drop the text that the disk does not accept.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

from supervisor import loggers


class EnduringFile(loggers.Handler):  # type: ignore[misc]  # supervisor ships no types
    """A log with rotation.  It counts failed writes, and logs their number once there is room."""

    def __init__(self, path: Path, most_bytes: int, copies: int) -> None:
        super().__init__()
        self._path = path
        self._most = most_bytes
        self._copies = copies
        self._descriptor: int | None = None
        self._lost = 0
        self._why = ""
        self._torn = False

    def emit(self, record: loggers.LogRecord) -> None:
        try:
            self._write(self._bytes(record))
            self._rotate()
        except OSError as error:
            self._lost += 1
            self._why = error.strerror or type(error).__name__

    def reopen(self) -> None:
        """Open a new file when the old one was moved away."""
        self.close()

    def remove(self) -> None:
        self.close()
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            with suppress(OSError):  # a failed late write is lost in any case
                os.close(descriptor)

    def _bytes(self, record: loggers.LogRecord) -> bytes:
        if isinstance(record.msg, bytes):  # a process's own output, as it came
            return record.msg
        text: str = self.fmt % record.asdict()
        return text.encode(errors="replace")

    def _write(self, line: bytes) -> None:
        """Write a line; ``OSError`` when the disk accepts none of it, or only a part."""
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if self._lost:
            self._append(b"%s%d writes to this log failed: %s\n" % (self._end(), self._lost, self._why.encode()))
            self._lost = 0
        self._append(line)

    def _end(self) -> bytes:
        return b"\n" if self._torn else b""

    def _append(self, data: bytes) -> None:
        assert self._descriptor is not None  # noqa: S101 - for the type checker; _write opened it
        written = os.write(self._descriptor, data)
        self._torn = not data[:written].endswith(b"\n")
        if written < len(data):
            os.write(self._descriptor, data[written:])  # raises the reason

    def _rotate(self) -> None:
        assert self._descriptor is not None  # noqa: S101 - for the type checker; _write opened it
        if os.fstat(self._descriptor).st_size < self._most:
            return
        self.close()
        names = [self._path, *(Path(f"{self._path}.{n}") for n in range(1, self._copies + 1))]
        for newer, older in reversed(list(pairwise(names))):
            with suppress(FileNotFoundError):
                newer.replace(older)


class EnduringLogger(loggers.Logger):  # type: ignore[misc]  # supervisor ships no types
    """Replaces the file handlers that supervisor adds with ``EnduringFile``."""

    def addHandler(self, handler: Any) -> None:  # noqa: N802 - supervisor's name
        super().addHandler(endure(handler))


class EnduringStream(io.TextIOBase):
    """Standard output or error, without the errors of a full disk."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
            self._stream.flush()
        return len(text)


def endure(handler: Any) -> Any:
    """Return our handler in place of supervisor's file handler, which is already open."""
    if not isinstance(handler, loggers.RotatingFileHandler):
        return handler
    handler.close()
    ours = EnduringFile(Path(handler.baseFilename), handler.maxBytes, handler.backupCount)
    ours.setFormat(handler.fmt)
    ours.setLevel(handler.level)
    return ours


def make(supervisord: Any, **_configuration: str) -> object:
    """Replace supervisor's handlers.

    Supervisor calls this ``supervisor.rpcinterface_factory`` before the first process starts.
    """
    options = supervisord.options
    options.logger.handlers[:] = [endure(handler) for handler in options.logger.handlers]
    options.getLogger = EnduringLogger
    sys.stdout, sys.stderr = EnduringStream(sys.stdout), EnduringStream(sys.stderr)
    return object()  # supervisor requires an object for RPC
