"""Find everything that is wrong with a body, field by field: for a body that the strict decoder has refused.

The decoder stops at the first fault.  This way is slower, and only a wrong body takes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from domain.errors import Fault
from web.wording import OTHERWISE, Said, in_words

MOST = 100
"""Faults of one answer: a list may hold very many."""
_LONGEST = 60
"""Characters of a value that an answer repeats."""
_SECRET = ("password", "token", "secret")
_PATH = " - at `$"


def faults_in(kind: Any, body: bytes) -> list[Fault]:
    """Return the faults of a body that is JSON and not a ``kind``; at least one."""
    found: list[Fault] = []
    for fault in _of_body(kind, body):
        found.append(fault)
        if len(found) == MOST:
            break
    return found or [Fault("wrong_type", f"The body {OTHERWISE}.", "")]


def faults_in_query(kind: Any, given: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults of parameters that are not those of a ``kind``."""
    for field in msgspec.structs.fields(kind):
        value = given.get(field.encode_name)
        if value is not None:
            try:
                msgspec.convert(value, field.type, strict=False)
            except msgspec.ValidationError as error:
                yield _fault(field.encode_name, _listed(_said(error), field.type), value.encode())


def _of_body(kind: Any, body: bytes) -> Iterator[Fault]:
    try:
        given = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError as error:
        yield _fault("", _said(error), b"")
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, field in fields.items():
        if name in given:
            yield from _of_value(name, field.type, given[name])
        elif field.required:
            yield _fault(name, Said("missing", "is missing"), b"")
    if kind.__struct_config__.forbid_unknown_fields:
        for name in given.keys() - fields.keys():
            yield _unknown(name, list(fields))


def _of_value(name: str, kind: Any, raw: msgspec.Raw) -> Iterator[Fault]:
    try:
        msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        said = _said(error)
        within = list(_of_items(name, kind, raw)) if _PATH in str(error) else []
        yield from within or [_fault(name, _listed(said, kind), bytes(raw))]


def _of_items(name: str, kind: Any, raw: msgspec.Raw) -> Iterator[Fault]:
    for each in _parts(kind):
        if get_origin(each) is list:
            for n, item in enumerate(msgspec.json.decode(raw, type=list[msgspec.Raw])):
                yield from _of_value(f"{name}[{n}]", get_args(each)[0], item)


def _parts(kind: Any) -> Iterator[Any]:
    """Yield the kinds that a value may have: the members of unions, without their annotations."""
    if get_origin(kind) is Annotated:
        yield from _parts(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from _parts(each)
    else:
        yield kind


def _said(error: msgspec.ValidationError) -> Said:
    return in_words(str(error).partition(_PATH)[0]) or Said("wrong_type", OTHERWISE)


def _listed(said: Said, kind: Any) -> Said:
    """Name the values, where there are only some."""
    values = list(allowed(kind))
    if said.code != "not_one_of" or not values:
        return said
    return said._replace(must=f"must be one of {', '.join(values)}")


def allowed(kind: Any) -> Iterator[str]:
    for each in _parts(kind):
        if get_origin(each) is Literal:
            yield from map(str, get_args(each))
        elif isinstance(each, type) and issubclass(each, Enum):
            yield from (str(member.value) for member in each)


def _fault(name: str, said: Said, raw: bytes) -> Fault:
    value = raw.decode(errors="replace")
    shown = said.shows and len(value) <= _LONGEST and not any(word in name for word in _SECRET)
    who = f"`{name}`" if name else "The body"
    return Fault(said.code, f"{who} {said.must}{f'; it is {value}' if shown else ''}.", name)


def _unknown(name: str, known: Sequence[str]) -> Fault:
    name = name[:_LONGEST]
    near = get_close_matches(name, known, n=1)
    hint = f" Did you mean `{near[0]}`?" if near else ""
    return Fault("unknown_field", f"`{name}` is not a field of this body.{hint}", name)
