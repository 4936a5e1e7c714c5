"""Write supervisor's configuration for a table of programs."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from cli.stack.programs import Program
from runtime.settings import PROJECT

LOG_BYTES = "10MB"
LOG_COPIES = 3
WRAPPER = PROJECT / "cli" / "stack" / "die_with_parent.py"


def render(home: Path, socket: Path, table: Sequence[Program]) -> str:
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
identifier=handwork
strip_ansi=false

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl=unix://{_text(socket)}
"""
    ]
    return "\n".join([*sections, *(_program(home, program) for program in table)])


def _program(home: Path, program: Program) -> str:
    kind = "fcgi-program" if program.listen is not None else "program"
    lines = [
        f"[{kind}:{program.name}]",
        f"command={_command(program)}",
        f"process_name={'%(program_name)s-%(process_num)d' if program.copies > 1 else '%(program_name)s'}",
        f"numprocs={program.copies}",
        f"directory={_text(PROJECT)}",
        f"priority={program.rank}",
        "autostart=true",
        "autorestart=true",
        # A process that is killed again and again must come back again and again.
        "startsecs=1",
        "startretries=1000000",
        f"stopwaitsecs={program.stop_wait_s}",
        "stopsignal=TERM",
        # TERM goes to the process alone (it tells its children itself), KILL to all that is left of it.
        "stopasgroup=false",
        "killasgroup=true",
        f"stdout_logfile={_text(home / 'logs' / (program.name + '.log'))}",
        f"stdout_logfile_maxbytes={LOG_BYTES}",
        f"stdout_logfile_backups={LOG_COPIES}",
        "redirect_stderr=true",
    ]
    if program.listen is not None:
        lines += [f"socket=tcp://127.0.0.1:{program.listen}", "socket_backlog=2048"]
    if program.environment:
        pairs = ",".join(f'{name}="{_text(value)}"' for name, value in program.environment.items())
        lines.append(f"environment={pairs}")
    return "\n".join(lines) + "\n"


def _command(program: Program) -> str:
    """Wrapped, so that it ends when supervisor does, even by kill -9."""
    return _text(shlex.join([sys.executable, "-S", "-E", str(WRAPPER), *program.command]))


def _text(value: object) -> str:
    """Supervisor expands %(…)s in every value."""
    return str(value).replace("%", "%%")
