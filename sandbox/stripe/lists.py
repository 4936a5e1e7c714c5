"""Serve lists, newest first, and single objects; as at Stripe, a list's cursor is an id."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from sandbox.stripe.call import Call
from sandbox.stripe.documents import name_of
from sandbox.stripe.errors import invalid, missing
from sandbox.stripe.forms import read
from sandbox.stripe.objects import Event, ListOf, Thing
from sandbox.stripe.params import ListEvents, ListParams, Params


def one_of(kind: type[Thing]) -> Callable[[Call], Thing]:
    """Return the operation that serves a single object of this kind."""

    def operation(call: Call) -> Thing:
        asked = read(call.form, Params)
        thing = call.documents.get(kind, call.path_id)
        call.documents.expand(thing, asked.expand)
        return thing

    return operation


def list_of(kind: type[Thing], params: type[ListParams] = ListParams) -> Callable[[Call], ListOf]:
    """Return the operation that serves a list; the fields that ``params`` adds filter it."""
    filters = [name for name in params.__struct_fields__ if name not in ListParams.__struct_fields__]

    def operation(call: Call) -> ListOf:
        asked = read(call.form, params)
        return _page(call, kind, asked, {name: getattr(asked, name) for name in filters})

    return operation


def events(call: Call) -> ListOf:
    asked = read(call.form, ListEvents)
    if asked.type is not None and asked.types is not None:
        raise invalid("You may only specify one of these parameters: type, types.", "type")
    types = asked.types if asked.types is not None else ([asked.type] if asked.type is not None else None)
    if types is not None and not 0 < len(types) <= 20:
        raise invalid("types takes from 1 to 20 names.", "types")
    return _page(call, Event, asked, {}, types)


def _page(
    call: Call, kind: type[Thing], asked: ListParams, fields: dict[str, str | None], types: list[str] | None = None
) -> ListOf:
    name = name_of(kind)
    where: list[str] = ["kind = ?", "account IS ?"]
    values: list[object] = [name, call.account]
    for clause, value in _conditions(asked):
        where.append(clause)
        values.append(value)
    for field, wanted in fields.items():
        if wanted is not None:
            where.append(f"body ->> '$.{field}' = ?")
            values.append(wanted)
    if types is not None:
        where.append("label IN (SELECT value FROM json_each(?))")
        values.append(msgspec.json.encode([t for one in types for t in _matching(call, one)]).decode())
    backwards = _cursor(call, name, asked, where, values)
    order = "ASC" if backwards else "DESC"
    rows = call.documents.store.run(
        f"SELECT body FROM document WHERE {' AND '.join(where)}"  # noqa: S608  # clauses are our own
        f" ORDER BY created {order}, seq {order} LIMIT ?",
        *values,
        asked.limit + 1,
    )
    bodies = [row[0] for row in rows[: asked.limit]]
    if backwards:
        bodies.reverse()
    data = _items(call, kind, bodies, asked.expand)
    return ListOf(data=data, has_more=len(rows) > asked.limit, url=f"/v1/{name}s")


def _items(call: Call, kind: type[Thing], bodies: list[bytes], expand: list[str]) -> list[object]:
    if not expand:
        return [msgspec.Raw(body) for body in bodies]
    paths = []
    for path in expand:
        if not path.startswith("data."):
            raise invalid(f"This property cannot be expanded ({path}).", "expand")
        paths.append(path.removeprefix("data."))
    things = [msgspec.json.decode(body, type=kind) for body in bodies]
    for thing in things:
        call.documents.expand(thing, paths)
    return list(things)


def _conditions(asked: ListParams) -> list[tuple[str, object]]:
    created = asked.created
    if created is None:
        return []
    if isinstance(created, int):
        return [("created = ?", created)]
    bounds = {">": created.gt, ">=": created.gte, "<": created.lt, "<=": created.lte}
    return [(f"created {sign} ?", value) for sign, value in bounds.items() if value is not None]


def _matching(call: Call, wanted: str) -> list[str]:
    """Return the event types that match; ``charge.*`` and ``*`` match by prefix."""
    if not wanted.endswith("*"):
        return [wanted]
    rows = call.documents.store.run("SELECT DISTINCT label FROM document WHERE kind = 'event'")
    return [label for (label,) in rows if label.startswith(wanted[:-1])]


def _cursor(call: Call, name: str, asked: ListParams, where: list[str], values: list[object]) -> bool:
    """Add the cursor's condition to the statement; return whether it reads the page backwards."""
    if asked.starting_after is not None and asked.ending_before is not None:
        raise invalid("You may only specify one of these parameters: starting_after, ending_before.", "starting_after")
    cursor = asked.starting_after or asked.ending_before
    if cursor is None:
        return False
    row = call.documents.store.one(
        "SELECT created, seq FROM document WHERE id = ? AND kind = ? AND account IS ?", cursor, name, call.account
    )
    if row is None:
        raise missing(name, cursor, "ending_before" if asked.ending_before else "starting_after", 400)
    where.append(f"(created, seq) {'>' if asked.ending_before else '<'} (?, ?)")
    values.extend(row)
    return asked.ending_before is not None
