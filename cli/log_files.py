"""Find the log files of a process, rotated ones included, and select lines from them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path


def copies_of(name: str, known: Iterable[str]) -> list[str]:
    """Return the known names that are the process, or a copy of it (``web-0``, ``web-1``)."""
    copy = re.compile(rf"{re.escape(name)}(-\d+)?")
    return [one for one in known if copy.fullmatch(one)]


def rotated(path: Path) -> list[Path]:
    """Return the files of one log, oldest first; the last is ``path`` itself."""
    older = sorted(path.parent.glob(f"{path.name}.*"), key=lambda p: int(p.suffix[1:]), reverse=True)
    return [*older, path]


def lines_with(folder: Path, name: str, words: Collection[str]) -> Iterator[bytes]:
    """Yield the lines of a process's logs that contain one of the words."""
    wanted = re.compile(b"|".join(re.escape(word.encode()) for word in sorted(words)))
    for stem in copies_of(name, sorted(path.stem for path in folder.glob("*.log"))) if words else ():
        for path in rotated(folder / f"{stem}.log"):
            with suppress(FileNotFoundError), path.open("rb") as file:  # a rotation may have moved it
                yield from (line for line in file if wanted.search(line))
