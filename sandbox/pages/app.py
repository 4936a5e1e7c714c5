"""The targets of links in e-mails as long as there is no app.

These pages post the link's token to the API, as the app would, and show the answer.
"""

from __future__ import annotations

from html import escape

import httpx
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.types import ControllerRouterHandler

from sandbox.pages.layout import Form, respond, table

ANSWER_WITHIN_S = 10.0
NO_CONTENT = 204


def app_pages(api: str | None) -> list[ControllerRouterHandler]:
    """Return the pages.  ``api``: the API's address; without it the pages only show what the app would request."""

    @get(["/sandbox/app", "/sandbox/app/{page:path}"], media_type=MediaType.HTML)
    async def show(request: Request[object, object, State], page: str = "/") -> Response[str]:
        token = request.query_params.get("token", "")
        if api is not None and page == "/verify-email":
            return await _ask(f"{api}/auth/verify-email", {"token": token}, "Your e-mail address is verified.")
        if api is not None and page == "/reset-password":
            return respond(_new_password(token))
        return respond(_nothing_yet(page, list(request.query_params.items())))

    @post("/sandbox/new-password", status_code=200, media_type=MediaType.HTML)
    async def reset(data: Form) -> Response[str]:
        body = {"token": data.get("token", ""), "password": data.get("password", "")}
        return await _ask(f"{api}/auth/password/reset", body, "Your password is changed. Log in with the new one.")

    return [show, reset]


async def _ask(url: str, body: dict[str, str], done: str) -> Response[str]:
    try:
        async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
            answer = await client.post(url, json=body)
    except httpx.HTTPError as error:
        return respond(f"<h1>The API does not answer</h1><p>{escape(url)}: {escape(str(error))}", 502)
    if answer.status_code == NO_CONTENT:
        return respond(f"<h1>{done}</h1>")
    return respond(f"<h1>The API refused</h1><p>{escape(_reason(answer))}", answer.status_code)


def _reason(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"{answer.status_code}"
    return str(problem.get("detail", answer.status_code)) if isinstance(problem, dict) else str(answer.status_code)


def _new_password(token: str) -> str:
    return (
        '<h1>Choose a new password</h1><form method="post" action="/sandbox/new-password">'
        f'<input type="hidden" name="token" value="{escape(token)}">'
        '<label>New password <input type="password" name="password" autocomplete="new-password"></label>'
        '<button id="change">Change it</button></form>'
    )


def _nothing_yet(page: str, query: list[tuple[str, str]]) -> str:
    return f"<h1>Here the app would open</h1>{table(('', ''), [('page', page), *query])}"
