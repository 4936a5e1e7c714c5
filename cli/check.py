"""``handwork check``: check style, types, layers and sizes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import click

from cli.manual import manual
from runtime.settings import PROJECT

PACKAGES = ("web", "workers", "tasks", "beat", "domain", "gateways", "runtime", "sandbox", "cli", "bench")
LONGEST_FILE = 400
LONGEST_FUNCTION = 45
P90_FILE = 130
STEPS: dict[str, list[str]] = {
    "ruff": ["-m", "ruff", "check", "."],
    "format": ["-m", "ruff", "format", "--check", "--quiet", "."],
    "types": ["-m", "mypy"],
    "layers": ["-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"],
}


def sizes(root: Path) -> list[str]:
    """Return a sentence for each file or function that is too long."""
    found: list[str] = []
    lengths: list[int] = []
    for path in sorted(p for package in PACKAGES for p in (root / package).rglob("*.py")):
        text = path.read_text()
        name = path.relative_to(root)
        lengths.append(text.count("\n"))
        if lengths[-1] > LONGEST_FILE:
            found.append(f"{name}: {lengths[-1]} lines, at most {LONGEST_FILE}")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    found.append(f"{name}:{node.lineno} {node.name}: {lines} lines, at most {LONGEST_FUNCTION}")
    p90 = sorted(lengths)[int(0.9 * (len(lengths) - 1))]
    return [*found, f"nine of ten files should have at most {P90_FILE} lines; {p90}"] if p90 > P90_FILE else found


@click.command(epilog=manual("check", codes={0: "all checks pass", 1: "some check fails"}))
def check() -> None:
    """Check the code's style, types, layers and sizes.

    The checks are ruff, mypy --strict, import-linter and our own limits of lines. Prints the output of each check, and
    at the end the names of those that fail.
    """
    failed = []
    for name, command in STEPS.items():
        click.echo(f"--- {name}")
        if subprocess.run([sys.executable, *command], cwd=PROJECT, check=False).returncode != 0:
            failed.append(name)
    click.echo("--- sizes")
    for sentence in (too_long := sizes(PROJECT)):
        click.echo(sentence)
    if too_long:
        failed.append("sizes")
    click.echo(f"failed: {', '.join(failed)}" if failed else "all good")
    sys.exit(bool(failed))
