"""Show a progress bar for each phase of the story."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

COLUMNS = (TextColumn("{task.description:>9}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())


class Bars(Progress):
    """The bars; a ``with`` block shows them."""

    def __init__(self, console: Console) -> None:
        super().__init__(*COLUMNS, console=console)
        self._bars: dict[str, TaskID] = {}

    def add(self, name: str, total: int) -> None:
        self._bars[name] = self.add_task(name, total=total)

    def tick(self, name: str) -> None:
        self.advance(self._bars[name])

    def set(self, name: str, done: int, total: int) -> None:
        self.update(self._bars[name], completed=done, total=total)
