"""Find every code that a problem may carry in the source, so that the documentation matches the raised codes.

An enum of the codes would be longer: a hundred members in place of this file.  It would also say each sentence twice,
because a code without its sentence explains nothing, and most sentences contain values.  A misspelt code does not pass
either way: ``docs/reference/errors.md`` gets another line, and a test refuses the difference.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import msgspec

from domain import errors
from runtime.settings import PROJECT
from web.problems import CODES, OTHERWISE, SENTENCES, STATUS_OF

SOURCES = ("domain/**/*.py", "runtime/*.py", "web/**/*.py", "gateways/**/signature.py")
STATUSES = {kind.__name__: status for kind, status in STATUS_OF.items()} | {"BadRequest": 400, "SignatureError": 400}
"""Exceptions, and the status with which the web tier answers each; the code of a ``SignatureError`` is passed on."""

HANDED_ON = {
    ("domain/history/machine.py", "self._code"),
    ("web/problems.py", "error.code"),
    ("web/problems.py", "code"),
    ("web/webhooks/events.py", "error.code"),
}
"""Files and expressions that pass a code on; the search finds such a code at its origin."""

ANSWERS = {("web/problems.py", "problem"), ("web/protocol.py", "_refuse")}
"""Files and their functions that answer with a status, a code and a sentence; these are their last arguments."""
BLANK = "…"
BY_THE_FRAMEWORK = {
    "body_too_large": SENTENCES[413],
    "error": "Anything else that the framework refuses by itself; the status says what.",
    "invalid_request": "The body, a parameter or a header is not as the description says; `errors` names the fields.",
    "method_not_allowed": SENTENCES[405],
    "not_authenticated": "Not without an access token.",
    "not_found": SENTENCES[404],
    "request_timeout": "The request did not come whole in time.",
    "unsupported_media_type": "The body is of a kind that is not taken here.",
}
"""Refusals of the framework, before our code runs; a test compares these codes with those of ``web.problems``."""


class Code(msgspec.Struct, frozen=True, order=True):
    code: str
    status: int
    says: tuple[str, ...]


class Unclear(Exception):
    """The source does not show a code; write the code as a string where it is raised."""


def found(root: Path = PROJECT) -> list[Code]:
    """Return all codes in alphabetical order; ``Unclear``, with file and line, when the source does not show one."""
    says: dict[tuple[str, int], set[str]] = {}
    for status, code in [*CODES.items(), (400, OTHERWISE)]:
        says[code, status] = {BY_THE_FRAMEWORK[code]}
    for path in sorted(p for pattern in SOURCES for p in root.glob(pattern)):
        tree = ast.parse(path.read_text())
        for scope in [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))]:
            for code, status, sentence in _in_scope(scope, path.relative_to(root).as_posix()):
                says.setdefault((code, status), set()).add(sentence)
    return sorted(Code(code, status, tuple(sorted(texts - {BLANK}))) for (code, status), texts in says.items())


def _in_scope(scope: ast.AST, file: str) -> Iterator[tuple[str, int, str]]:
    """Yield code, status and sentence of each call in one function, or in the module outside of functions."""
    texts = {
        node.targets[0].id: node.value
        for node in _own(scope)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in _own(scope):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if name == errors.NotFound.__name__:
            yield "not_found", STATUSES[name], "There is no such …, or it is not yours to see."
        elif name in STATUSES:
            code, says = node.args[:2]
            yield from ((each, STATUSES[name], _text(says, texts)) for each in _codes(code, file, texts))
        elif name == "StateMachine" and _is_named(scope, "move"):
            noun = ast.literal_eval(node.args[2])
            named = ast.literal_eval(node.args[3]) if len(node.args) > 3 else f"{noun.replace(' ', '_')}_status"
            yield named, STATUSES["Conflict"], f"The {noun} is no longer {BLANK}. Read it again."
        elif (file, name) in ANSWERS:
            status, code, says = node.args[-3:]
            for each in _codes(code, file, texts):
                yield each, int(ast.unparse(status).removeprefix("HTTP_")[:3]), _text(says, texts)


def _is_named(scope: ast.AST, attribute: str) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == attribute for node in ast.walk(scope))


def _own(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of one scope, without those of a nested function, which is a scope of its own."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from _own(child)


def _codes(node: ast.expr, file: str, texts: dict[str, ast.expr]) -> list[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _codes(node.body, file, texts) + _codes(node.orelse, file, texts)
    if isinstance(node, ast.Name) and node.id in texts and isinstance(texts[node.id], ast.Constant | ast.IfExp):
        return _codes(texts[node.id], file, {})
    if (file, ast.unparse(node)) in HANDED_ON:
        return []
    raise Unclear(f"{file}:{node.lineno}: the code {ast.unparse(node)} is not a string")


def _text(node: ast.expr, texts: dict[str, ast.expr]) -> str:
    """Return a sentence, with … for each value that is filled in."""
    if isinstance(node, ast.Name):
        return _text(texts[node.id], {}) if node.id in texts else BLANK
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(value, texts) for value in node.values)
    return BLANK
