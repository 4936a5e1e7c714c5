"""Write supervisor's configuration for a table of programs."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from cli.stack.errors import StackError
from cli.stack.gates import web_first
from cli.stack.programs import Program
from cli.stack.supervisord import PARENT
from runtime.settings import PROJECT

LOG_BYTES = "10MB"
LOG_COPIES = 3
_COMMENT = re.compile(r"\s[;#]|[\n\r]")


def render(home: Path, socket: Path, table: Sequence[Program]) -> str:
    """Return supervisor's configuration; ``StackError`` for a path that the file cannot contain."""
    for folder in (home, PROJECT, socket):
        if _COMMENT.search(str(folder)):
            raise StackError(f"a stack cannot run in {str(folder)!r}: ' ;' and ' #' begin a comment for supervisor")
    sections = [
        f"""\
[unix_http_server]
file={_text(socket)}
chmod=0700

[supervisord]
logfile={_text(home / "logs" / "supervisord.log")}
logfile_maxbytes={LOG_BYTES}
logfile_backups={LOG_COPIES}
pidfile={_text(home / "run" / "supervisord.pid")}
nodaemon=true
silent=true
minprocs=1
{"user=root" if os.getuid() == 0 else ""}
identifier=handwork

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[rpcinterface:keep_listening]
supervisor.rpcinterface_factory = cli.stack.keep_listening:make

[rpcinterface:keep_logging]
supervisor.rpcinterface_factory = cli.stack.keep_logging:make

[rpcinterface:count_ends]
supervisor.rpcinterface_factory = cli.stack.count_ends:make
"""
    ]
    return "\n".join([*sections, *(_group(rank, table) for rank in _shared_ranks(table)), *_programs(home, table)])


def _shared_ranks(table: Sequence[Program]) -> list[int]:
    return sorted({p.rank for p in table if p.listen is None})


def _group(rank: int, table: Sequence[Program]) -> str:
    """Return the group of a rank's programs: supervisor stops one group at a time, and all programs of it at once."""
    names = ",".join(p.name for p in table if p.rank == rank and p.listen is None)
    return f"[group:rank-{rank}]\nprograms={names}\npriority={rank}\n"


def _programs(home: Path, table: Sequence[Program]) -> list[str]:
    return [_program(home, program) for program in table]


def _program(home: Path, program: Program) -> str:
    kind = "program" if program.listen is None else "fcgi-program"
    name = "%(program_name)s-%(process_num)d" if program.copies > 1 else "%(program_name)s"
    lines = [
        f"[{kind}:{program.name}]",
        f"command={_command(home, program)}",
        f"process_name={name}",
        f"numprocs={program.copies}",
        f"directory={_text(PROJECT)}",
        f"priority={program.rank}",
        "autostart=true",
        "autorestart=true",
        # Supervisor must restart a process however often it is killed.
        "startsecs=1",
        "startretries=1000000",
        f"stopwaitsecs={program.stop_wait_s}",
        f"stopsignal={program.stop_signal}",
        # The stop signal goes to the process alone, which stops its children; KILL goes to its whole group.
        "stopasgroup=false",
        "killasgroup=true",
        f"stdout_logfile={_text(_text(home / 'logs'))}/{name}.log",  # supervisor expands this one twice
        f"stdout_logfile_maxbytes={LOG_BYTES}",
        f"stdout_logfile_backups={LOG_COPIES}",
        "redirect_stderr=true",
    ]
    if program.listen is not None:
        host, port = program.listen
        lines += [f"socket=tcp://{host}:{port}", "socket_backlog=2048"]
    return "\n".join(lines) + "\n"


def _command(home: Path, program: Program) -> str:
    """Return the command, wrapped so that the process ends when supervisor does, even by kill -9."""
    after = ["--after", str(web_first(home))] if program.after_web else []
    return _text(shlex.join([sys.executable, "-I", "-S", str(PARENT), "SIGKILL", *after, *program.command]))


def _text(value: object) -> str:
    """Return a value for supervisor's file, with escapes because supervisor expands ``%(…)s`` in every value."""
    return str(value).replace("%", "%%")
