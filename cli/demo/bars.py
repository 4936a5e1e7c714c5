"""Show a progress bar for each phase of the story."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

COLUMNS = (TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


class Bars:
    def __init__(self, console: Console) -> None:
        self._progress = Progress(*COLUMNS, console=console)
        self._bars: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._progress.stop()

    def add(self, name: str, total: int) -> None:
        self._bars[name] = self._progress.add_task(name, total=total)

    def tick(self, name: str) -> None:
        self._progress.advance(self._bars[name])

    def set(self, name: str, done: int, total: int) -> None:
        self._progress.update(self._bars[name], completed=done, total=total)
