"""The worker processes' share of the metrics folder."""

from __future__ import annotations

from prometheus_client import multiprocess

from runtime.metrics import process_name
from runtime.settings import load


def forget_this_process() -> None:
    """Remove this process's live gauges from the metrics folder; call this when the process ends."""
    folder = load().metrics_dir
    if folder:
        multiprocess.mark_process_dead(process_name(), folder)  # type: ignore[no-untyped-call]  # theirs
