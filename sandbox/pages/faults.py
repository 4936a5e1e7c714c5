"""Show the active faults, with forms that add one or clear all."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import msgspec
from litestar import MediaType, Response, get, post
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from sandbox.faults import ABOUT, Fault, Faults, Order
from sandbox.pages.layout import Form, respond, table

HEADS = ("kind", "strikes", "share", "left", "seen", "hits")


def fault_pages(faults: Faults, operations: Iterable[str], events: Iterable[str]) -> list[ControllerRouterHandler]:
    names = {False: sorted(operations), True: sorted(events)}

    @get("/faults", media_type=MediaType.HTML, sync_to_thread=False)
    def show() -> Response[str]:
        return respond(_page(faults.list(), names))

    @post("/faults", status_code=200, media_type=MediaType.HTML)
    async def add(data: Form) -> Response[str] | Redirect:
        try:
            order = msgspec.convert({name: value for name, value in data.items() if value}, Order, strict=False)
        except msgspec.ValidationError as error:
            return respond(_page(faults.list(), names, str(error)), 400)
        if order.operation is not None and order.operation not in names[order.kind.is_of_webhooks]:
            wanted = "an event" if order.kind.is_of_webhooks else "an operation"
            return respond(_page(faults.list(), names, f"{order.kind} strikes {wanted}, not {order.operation}"), 400)
        await faults.add(order)
        return Redirect("/faults", status_code=303)

    @post("/faults/clear", status_code=303)
    async def clear() -> Redirect:
        await faults.clear()
        return Redirect("/faults", status_code=303)

    return [show, add, clear]


def fault_row(fault: Fault) -> tuple[object, ...]:
    return fault.kind.value, fault.operation or "every", fault.rate, fault.remaining, fault.seen, fault.hits


def _page(active: list[Fault], names: dict[bool, list[str]], wrong: str = "") -> str:
    clear = '<form method="post" action="/faults/clear"><button id="clear">Clear all</button></form>' if active else ""
    kinds = "".join(f'<option value="{kind}">{kind}' for kind in ABOUT)
    groups = (("Operations", names[False]), ("Events of webhooks", names[True]))
    strikes = "".join(
        f'<optgroup label="{label}">{"".join(f"<option>{name}" for name in group)}</optgroup>'
        for label, group in groups
    )
    return "".join(
        (
            f"<h1>Faults</h1>{table(HEADS, map(fault_row, active))}{clear}<h2>Add one</h2>",
            f'<p role="alert"><strong>{escape(wrong)}</strong>' if wrong else "",
            '<form method="post" action="/faults">',
            f'<label>Kind <select name="kind">{kinds}</select></label>',
            f'<label>strikes <select name="operation"><option value="">every one{strikes}</select></label>',
            '<label>share, 0 to 1 <input name="rate" size="4"></label>',
            '<label>or the next <input name="next" size="4"> calls</label>',
            '<label>ms <input name="ms" size="6"></label><label>seed <input name="seed" size="6"></label>',
            '<button id="add">Add</button></form>',
            f"<h2>Kinds</h2>{table(('kind', 'what it does'), ABOUT.items())}",
        )
    )
