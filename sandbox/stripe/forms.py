"""Parse Stripe's form encoding (``a[b]=1&c[0]=2&c[]=3``), and check it against a struct of parameters."""

from __future__ import annotations

import re
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec

from sandbox.stripe.errors import StripeError, invalid
from sandbox.stripe.params import BEYOND

MOST_FIELDS = 1000
Form = dict[str, Any]
P = TypeVar("P", bound=msgspec.Struct)

_PART = re.compile(r"\[([^\[\]]*)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `\$\.?(.*)`)?$")
_MISSING = re.compile(r"Object missing required field `(.*?)`(?: - at `\$\.?(.*)`)?$")
_SOMEWHERE = re.compile(r" - at `\$\.?(.*)`$")
_WRONG = re.compile(r"Expected `(.*?)`.*? - at `\$\.?(.*)`$")


def parse(text: str) -> Form:
    """Return a form as nested dicts; 400 when it is malformed.

    A level whose keys are all empty or numbers becomes a list.
    """
    form: Form = {}
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise invalid(f"Invalid request: {error}") from error
    for name, value in pairs:
        first, _, rest = name.partition("[")
        path = [first, *_PART.findall(f"[{rest}" if rest else "")]
        level = form
        for part in path[:-1]:
            level = level.setdefault(part or str(len(level)), {})
            if not isinstance(level, dict):
                raise invalid(f"Invalid parameters: {name}", name)
        level[path[-1] or str(len(level))] = value
    return {name: _lists(value) for name, value in form.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(one) for key, one in value.items()}
    if inner and all(key.isascii() and key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def read(form: Form, kind: type[P]) -> P:
    """Return the form as a ``kind``; 400 with ``param`` for an unknown, missing or wrong parameter.

    An empty text counts as unset.
    """
    filled = {name: value for name, value in form.items() if value != ""}
    metadata = filled.get("metadata")
    if isinstance(metadata, list):  # its keys were all numbers
        filled["metadata"] = {str(index): value for index, value in enumerate(metadata)}
    try:
        asked = msgspec.convert(filled, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _told(str(error)) from error
    _check_metadata(filled.get("metadata"))
    return asked


def _check_metadata(metadata: Any) -> None:
    if not isinstance(metadata, dict):
        return
    if len(metadata) > 50:
        raise invalid("You can have up to 50 keys in metadata.", "metadata")
    for key, value in metadata.items():
        if len(key) > 40 or len(value) > 500:
            raise invalid(
                "Metadata keys have up to 40 characters, values up to 500.", f"metadata[{key}]", "metadata_too_long"
            )


def _told(problem: str) -> StripeError:
    if found := _UNKNOWN.match(problem):
        param = _param(found[2], found[1])
        if found[2] is None and param in BEYOND:
            return invalid(f"Stripe knows `{param}`, the sandbox does not model it.", param, "parameter_unknown")
        return invalid(f"Received unknown parameter: {param}", param, "parameter_unknown")
    if found := _MISSING.match(problem):
        param = _param(found[2], found[1])
        return invalid(f"Missing required param: {param}.", param, "parameter_missing")
    if found := _WRONG.match(problem):
        param = _param(found[2])
        if found[1].startswith("int"):
            return invalid(f"Invalid integer: {param}", param, "parameter_invalid_integer")
        return invalid(f"Invalid {found[1]}: {param}", param)
    found = _SOMEWHERE.search(problem)
    return invalid(problem, _param(found[1]) if found else None)


def _param(path: str | None, last: str | None = None) -> str:
    """Return the name of a parameter: ``a[b]`` for ``$.a.b``."""
    parts = [part for part in re.split(r"\.|\[|\]", path or "") if part]
    if last is not None:
        parts.append(last)
    return parts[0] + "".join(f"[{part}]" for part in parts[1:]) if parts else ""
