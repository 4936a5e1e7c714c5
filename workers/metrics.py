"""The worker processes' share of the metrics folder."""

from __future__ import annotations

import os

from prometheus_client import multiprocess

from runtime.settings import load


def forget_this_process() -> None:
    """Live gauges of a process that ends must not be counted on."""
    folder = load().metrics_dir
    if folder:
        multiprocess.mark_process_dead(os.getpid(), folder)  # type: ignore[no-untyped-call]  # theirs
