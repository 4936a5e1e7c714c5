"""Whether an answer is what the SDK's typed classes say: no field too many, none of a wrong type, none missing."""

from __future__ import annotations

import inspect
import sys
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin

import stripe


def problems(value: Any, kind: Any, path: str, where: str = "stripe") -> list[str]:
    """What of ``value`` (JSON) is not as ``kind`` says; ``where``: the module that ``kind`` was written in."""
    if isinstance(kind, ForwardRef | str):
        kind = _resolved(kind, where)
    origin = get_origin(kind)
    if kind is Any:
        return []
    if origin is Union:
        return _of_any(value, get_args(kind), path, where)
    if origin is Literal:
        return [] if value in get_args(kind) else [f"{path}: {value!r} is not one of {get_args(kind)}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: {value!r} is no list"]
        return [p for n, one in enumerate(value) for p in problems(one, get_args(kind)[0], f"{path}[{n}]", where)]
    if origin is not None:  # a mapping: Dict, UntypedStripeObject, ListObject
        return _of_mapping(value, kind, path, where)
    if isinstance(kind, type) and issubclass(kind, stripe.StripeObject):
        return _of_object(value, kind, path)
    if kind is float and isinstance(value, int):
        return []
    right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    return [] if right else [f"{path}: {value!r} is no {kind.__name__}"]


def _of_any(value: Any, kinds: tuple[Any, ...], path: str, where: str) -> list[str]:
    """The problems of the best fit."""
    if value is None:
        return [] if type(None) in kinds else [f"{path}: null"]
    wrong = {type(None), str} if isinstance(value, dict) else {type(None)}
    found = [problems(value, kind, path, where) for kind in kinds if kind not in wrong]
    return min(found, key=len, default=[f"{path}: {value!r} is none of {kinds}"])


def _of_mapping(value: Any, kind: Any, path: str, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no object"]
    if get_origin(kind) is stripe.ListObject:
        items = value.get("data", [])
        return [p for n, one in enumerate(items) for p in problems(one, get_args(kind)[0], f"{path}[{n}]", where)]
    inner = get_args(kind)[-1]
    return [p for name, one in value.items() for p in problems(one, inner, f"{path}.{name}", where)]


def _of_object(value: Any, kind: type, path: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{path}: {value!r} is no {kind.__qualname__}"]
    hints = {
        name: hint
        for cls in reversed(kind.__mro__)
        if cls.__module__.startswith("stripe._") and cls is not stripe.StripeObject
        for name, hint in inspect.get_annotations(cls).items()
        if not name.startswith("_") and name != "OBJECT_NAME"
    }
    if not hints:
        return []  # a class without fields, such as Event.Data: whatever it holds
    found = [f"{path}.{name}: not a field of {kind.__qualname__}" for name in value.keys() - hints.keys()]
    for name, hint in hints.items():
        if name in value:
            found += problems(value[name], hint, f"{path}.{name}", kind.__module__)
        elif type(None) not in get_args(hint):
            found.append(f"{path}.{name}: missing from {kind.__qualname__}")
    return found


def _resolved(kind: ForwardRef | str, where: str) -> Any:
    name = kind.__forward_arg__ if isinstance(kind, ForwardRef) else kind
    return eval(name, {"Any": Any}, _Names(where))  # noqa: S307  # a name out of the SDK's own annotations


class Elsewhere:
    """A class of a part of the SDK that cannot be found by name alone: nothing is one."""


class _Names(dict[str, Any]):
    """Names of a module of the SDK; its classes are loaded when they are first asked for."""

    def __init__(self, where: str) -> None:
        super().__init__(vars(sys.modules[where]))

    def __missing__(self, name: str) -> Any:
        if name == "Any":
            return Any
        # Where a nested class has the same name, the SDK imports the outer one as a "resource".
        return getattr(stripe, name, None) or getattr(stripe, name.removesuffix("Resource"), Elsewhere)
