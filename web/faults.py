"""Find every fault of a body that the strict decoder has refused, field by field.

The strict decoder stops at the first fault.  This search is slower, and any client can send a wrong body, so its work
is bounded: the search decodes at most ``MOST_ITEMS`` items of lists, returns at most ``MOST`` faults, and skips a body
over ``LARGEST`` bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

from domain.errors import Fault
from web.wording import OTHERWISE, Said, in_words

MOST = 100
"""The most faults of one answer: a list may hold very many."""
MOST_ITEMS = 200
"""The most items of lists that the search decodes in one body."""
LARGEST = 2**16
"""In bytes; for a larger body the search returns only the fault that the strict decoder found."""
_LONGEST = 60
"""The most characters of a value that an answer repeats."""
_SECRET = ("password", "token", "secret")
_PATH = " - at `$"
_FIELD = re.compile(r"Object (?:missing required|contains unknown) field `(.*)`", re.DOTALL)


class Items:
    """Counts the items that the search may still decode, across all lists of one body."""

    def __init__(self, left: int = MOST_ITEMS) -> None:
        self.left = left

    def take(self, given: Sequence[msgspec.Raw]) -> Iterator[msgspec.Raw]:
        for item in given:
            if self.left == 0:
                return
            self.left -= 1
            yield item


def faults_in(kind: Any, body: bytes, first: msgspec.ValidationError, items: Items | None = None) -> list[Fault]:
    """Return the faults, at least one, of a body that is JSON but not a ``kind``.  ``first``: the decoder's fault."""
    if len(body) > LARGEST:
        return [_first(first)]
    return list(islice(_of_body(kind, body, items or Items()), MOST)) or [_first(first)]


def _first(error: msgspec.ValidationError) -> Fault:
    field = _FIELD.fullmatch(str(error))
    name = field[1][:_LONGEST] if field else _place(error).removeprefix(".")
    return _fault(name, _said(error), b"")


def faults_in_query(kind: Any, given: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults of query parameters whose values the fields of ``kind`` do not take."""
    for field in msgspec.structs.fields(kind):
        value = given.get(field.encode_name)
        if value is not None:
            try:
                msgspec.convert(value, field.type, strict=False)
            except msgspec.ValidationError as error:
                yield _fault(field.encode_name, _listed(_said(error), field.type), value.encode())


def _of_body(kind: Any, body: bytes, items: Items) -> Iterator[Fault]:
    try:
        given = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except msgspec.ValidationError as error:
        yield _fault("", _said(error), b"")
        return
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name, field in fields.items():
        if name in given:
            yield from _of_value(name, msgspec.json.Decoder(field.type), given[name], items)
        elif field.required:
            yield _fault(name, Said("missing", "is missing"), b"")
    if kind.__struct_config__.forbid_unknown_fields:
        known = list(fields)
        yield from (_unknown(name, known) for name in given if name not in fields)


def _of_value(name: str, decoder: msgspec.json.Decoder[Any], raw: msgspec.Raw, items: Items) -> Iterator[Fault]:
    try:
        decoder.decode(raw)
    except msgspec.ValidationError as error:
        place = _place(error)
        within = _of_items(name, decoder.type, raw, items) if place else iter(())
        fault = next(within, None)
        if fault is not None:
            yield fault
            yield from within
        elif place:
            yield _fault(name + place, _said(error), b"")
        else:
            yield _fault(name, _listed(_said(error), decoder.type), bytes(raw))


def _of_items(name: str, kind: Any, raw: msgspec.Raw, items: Items) -> Iterator[Fault]:
    for each in _parts(kind):
        if get_origin(each) is list:
            decoder = msgspec.json.Decoder(get_args(each)[0])
            for n, item in enumerate(items.take(msgspec.json.decode(raw, type=list[msgspec.Raw]))):
                yield from _of_value(f"{name}[{n}]", decoder, item, items)


def _place(error: msgspec.ValidationError) -> str:
    """Return where in the value the error is, such as ``.skills[3]`` or ``[3]``; empty for the value itself."""
    return str(error).partition(_PATH)[2].removesuffix("`")


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
    """Return ``said`` with the allowed values, where the kind allows only some."""
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
