"""``python -m bench.with_tasks NAME``: the same process as ``python -m workers NAME``, with the benchmarks' tasks."""

from __future__ import annotations

import runpy

import bench.tasks  # noqa: F401 - importing it declares them

if __name__ == "__main__":
    runpy.run_module("workers", run_name="__main__", alter_sys=True)
