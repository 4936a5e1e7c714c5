"""``python -m bench.with_tasks NAME``: the same process as ``python -m workers NAME``, with the benchmarks' tasks."""

from __future__ import annotations

import runpy

from bench import tasks
from tasks.declare import REGISTRY


def main() -> None:
    missing = {tasks.Start.task, tasks.Send.task} - REGISTRY.keys()
    if missing:
        raise RuntimeError(f"not declared: {', '.join(sorted(missing))}")
    runpy.run_module("workers", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
