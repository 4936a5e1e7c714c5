"""Stacks that a sampling profiler saw, counted: by layer of the code, and by function."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

PYTHON = "python"
WAITING = (
    "Condition.wait (threading.py)",
    "Runner.run (asyncio/runners.py)",
    "EpollSelector.select (selectors.py)",
    "_epoll.poll (kombu/utils/eventio.py)",
    "_worker (concurrent/futures/thread.py)",
    "Writer._serve (runtime/database/writer.py)",
    "Turnstile.__enter__ (runtime/database/turnstile.py)",
)
"""Innermost frames in which a thread waits for work, for its turn, or for the clock.  The profiler should leave them
out by itself, but does not see on every kernel that a thread sleeps."""
_FRAME = re.compile(r"(?P<name>.+) \((?P<file>[^()]+?)(?::\d+)?\)")


@dataclass(frozen=True, slots=True)
class Stack:
    """Frames from the outermost inwards, as py-spy writes them: ``name (file.py:12)``."""

    frames: tuple[str, ...]
    count: int


def read_stacks(text: str) -> list[Stack]:
    """From py-spy's raw format, a line a stack; ``ValueError`` that names a line that is none."""
    stacks = []
    for line in text.splitlines():
        frames, _, count = line.rpartition(" ")
        if not frames or not count.isdigit():
            raise ValueError(f"this is no line of a profile: {line[:100]!r}")
        stacks.append(Stack(tuple(frames.split(";")), int(count)))
    return stacks


def without_waiting(stacks: Iterable[Stack]) -> list[Stack]:
    """Keep the samples of busy threads: those that ran, or waited for the disk or for an answer in the middle of
    work."""
    return [stack for stack in stacks if _without_line(stack.frames[-1]) not in WAITING and len(stack.frames) > 1]


def by_layer(stacks: Iterable[Stack]) -> dict[str, float]:
    """Return the owners of the code that ran with their percent of all samples, the largest first: a folder of ours, a
    library, or Python."""
    return _by(layer_of, stacks)


def by_function(stacks: Iterable[Stack]) -> dict[str, float]:
    """The same by function, without what it called."""
    return _by(_without_line, stacks)


def _by(owner: Callable[[str], str], stacks: Iterable[Stack]) -> dict[str, float]:
    counted: Counter[str] = Counter()
    for stack in stacks:
        counted[owner(stack.frames[-1])] += stack.count
    return {name: 100 * count / counted.total() for name, count in counted.most_common()}


def layer_of(frame: str) -> str:
    """``web`` of ``show (web/routes/jobs.py:20)``; what runs in a thread's own frame is Python's."""
    found = _FRAME.fullmatch(frame)
    folders: Sequence[str] = found["file"].split("/") if found else ()
    if len(folders) < 2 or folders[0] in ("asyncio", "concurrent", "json", "http", "logging") or "<" in folders[0]:
        return PYTHON
    return folders[0]


def _without_line(frame: str) -> str:
    found = _FRAME.fullmatch(frame)
    return f"{found['name']} ({found['file']})" if found else frame
