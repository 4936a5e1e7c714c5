"""Query strings with many parameters: decoded in one strict pass into a struct, as bodies are.

Litestar extracts each parameter of a handler from every request, present or not; a list that is requested thousands
of times a second should not pay for absent parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar.exceptions import ValidationException
from litestar.openapi.spec import OpenAPIFormat, OpenAPIType, Operation, Parameter, Schema
from msgspec import UNSET, Meta

from web.faults import faults_in_query
from web.paging import MAXIMUM_LIMIT

S = TypeVar("S", bound=msgspec.Struct)
Place = Annotated[
    str, Meta(min_length=1, max_length=100, description="The whole name; case and accents do not matter.")
]
Latitude = Annotated[float, Meta(ge=-90, le=90, description="Degrees, with `radius_km`.")]
Longitude = Annotated[float, Meta(ge=-180, le=180, description="Degrees, with `radius_km`.")]
Items = Annotated[int, Meta(ge=1, le=MAXIMUM_LIMIT, description="Items of a page.")]
Cursor = Annotated[str, Meta(max_length=80, description="`next_cursor` of the page before.")]


def decode_query(query: bytes, kind: type[S]) -> S:
    """Return the query as a ``kind``; ``ValidationException`` names every value that a field does not take.

    Parameters without a field are ignored, and the last value of a repeated parameter counts.
    """
    given = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError:
        faults = list(faults_in_query(kind, given))
        raise ValidationException("The query is not as it should be.", extra=faults) from None


def given_by(found: msgspec.Struct) -> dict[str, Any]:
    """Return the fields that the query or its defaults gave."""
    return {name: value for name, value in msgspec.structs.asdict(found).items() if value is not UNSET}


@dataclass
class Queried(Operation):
    """An operation whose handler decodes ``query``, a struct whose fields describe themselves."""

    query: ClassVar[type[msgspec.Struct]]

    def __post_init__(self) -> None:
        self.parameters = [*(self.parameters or []), *_parameters(self.query)]


def _parameters(kind: type[msgspec.Struct]) -> list[Parameter]:
    (root,), named = msgspec.json.schema_components([kind], ref_template="{name}")
    parameters = []
    for name, described in named[root["$ref"]]["properties"].items():
        referred = named[described["$ref"]] if "$ref" in described else {}
        schema = {**referred, **described}
        description = schema.pop("description", None)
        parameters.append(Parameter(name, "query", description=description, schema=_schema(schema)))
    return parameters


_NAMES = {
    "minLength": "min_length",
    "maxLength": "max_length",
    "exclusiveMinimum": "exclusive_minimum",
    **{name: name for name in ("minimum", "maximum", "pattern", "default", "examples", "enum")},
}


def _schema(described: dict[str, Any]) -> Schema:
    known: dict[str, Any] = {_NAMES[name]: value for name, value in described.items() if name in _NAMES}
    if "format" in described:
        known["format"] = OpenAPIFormat(described["format"])
    return Schema(type=OpenAPIType(described.get("type", "string")), **known)
