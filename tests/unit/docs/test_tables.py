"""The tables of the documents name what the code names: metrics and schedules."""

import ast
import re
from collections.abc import Iterator

from beat.schedules import SCHEDULES
from tests.unit.docs.markdown import PROJECT, section

KINDS = {"Counter", "Histogram", "Gauge", "Summary", "Info", "GaugeMetricFamily", "CounterMetricFamily"}
PACKAGES = ("web", "workers", "tasks", "beat", "runtime", "gateways")


def metrics_in_code() -> Iterator[tuple[str, str]]:
    """(name, file) of every metric that is made with a literal name."""
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                    match node.args:
                        case [ast.Constant(value=str(name)), *_]:
                            yield name, str(path.relative_to(PROJECT))


def test_every_metric_is_in_the_table_with_its_file() -> None:
    text = (PROJECT / "docs/operating/metrics.md").read_text()
    listed = re.findall(r"^\| `(\w+)` \|.*\| `([\w/.]+)` \|$", text, re.MULTILINE)
    assert sorted(listed) == sorted(metrics_in_code())


def test_every_schedule_is_in_the_runbook_s_table() -> None:
    table = section((PROJECT / "docs/operating/runbook.md").read_text(), "## What runs automatically")
    assert re.findall(r"^\| `([\w-]+)` \|", table, re.MULTILINE) == [s.name for s in SCHEDULES]
