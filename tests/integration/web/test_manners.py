"""HTTP as the rest of the world speaks it: HEAD, Allow, kinds of content, query parameters, Host."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.contents import unchanged
from tests.integration.web.conftest import Site
from tests.integration.web.shared_app import app_of
from tests.integration.web.test_slow_clients import answered, served
from tests.people import JOB, made, posted
from tests.problems import assert_problem, assert_refused


async def test_head_is_get_without_the_body(sqlite_site: Site) -> None:
    site = sqlite_site
    alice = await site.people.alice()
    job = await posted(alice)
    for path in (
        "/jobs",
        f"/jobs/{job['id']}",
        "/health",
        "/me",
        "/jobs/job_nothing",
        "/schema",
        "/nowhere",
        "/jobs?x=1",
    ):
        full, head = await alice.get(path), await alice.ask("HEAD", path)
        assert (head.status_code, head.content) == (full.status_code, b""), path
        for name in ("content-type", "content-length", "etag", "allow"):
            assert head.headers.get(name) == full.headers.get(name), (path, name)
    tag = (await alice.ask("HEAD", f"/jobs/{job['id']}")).headers["etag"]
    assert (await alice.ask("HEAD", f"/jobs/{job['id']}", headers={"If-None-Match": tag})).status_code == 304
    assert b'"method":"HEAD","path":"/jobs","route":"/jobs","status":200' in b"".join(site.lines)
    assert_no_body(await alice.ask("HEAD", "/auth/login"), 405)


def assert_no_body(answer: httpx.Response, status: int) -> None:
    assert (answer.status_code, answer.content) == (status, b"")


async def test_over_a_socket_head_has_no_body_either(sqlite_site: Site) -> None:
    async with served(sqlite_site) as port:
        answer = await answered(port, b"HEAD /categories HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert_no_body(answer, 200)
        assert int(answer.headers["content-length"]) > 100


async def test_allow_says_the_same_to_options_and_to_a_wrong_method(sqlite_site: Site) -> None:
    site = sqlite_site
    for path, item in (app_of(site.services.settings).openapi_schema.paths or {}).items():
        where = re.sub(r"\{\w+\}", "x", path)
        options = await site.http.options(where)
        refused = await site.http.request("TRACE", where)
        assert_problem(refused, 405, "method_not_allowed", path)
        assert options.status_code == 204, path
        taken = {m for m in ("GET", "POST", "PUT", "PATCH", "DELETE") if getattr(item, m.lower()) is not None}
        expected = ", ".join(sorted({*taken, "OPTIONS", *({"HEAD"} if "GET" in taken else ())}))
        assert (options.headers["allow"], refused.headers["allow"]) == (expected, expected), path


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/problem+json",
        "application/x-www-form-urlencoded",  # curl's, when nobody says another
        "",
        None,
    ],
)
async def test_json_is_taken_as_such_and_without_a_word(sqlite_site: Site, kind: str | None) -> None:
    alice = await sqlite_site.people.alice()
    made(
        await alice.post("/jobs", content=httpx.Request("POST", "http://x", json=JOB).content, headers=said(kind)), 201
    )


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "multipart/form-data; boundary=x",
        "text/json",
        "application/xml",
        "application/jsonp",
        "image/png",
        "nonsense",
        "text/plain, application/json",
    ],
)
async def test_what_says_that_it_is_something_else_is_not_read(sqlite_site: Site, kind: str) -> None:
    alice = await sqlite_site.people.alice()
    body = httpx.Request("POST", "http://x", json=JOB).content
    with unchanged(sqlite_site.database):
        problem = assert_problem(
            await alice.post("/jobs", content=body, headers=said(kind)), 415, "unsupported_media_type"
        )
    assert "application/json" in problem["detail"]


async def test_a_whole_number_is_written_in_digits(sqlite_site: Site) -> None:
    for value in ("1e2", "12000.0", "5.0", "", " 5", "0x5", "５", "1_0", "five"):
        (error,) = assert_problem(
            await sqlite_site.http.get("/jobs", params={"limit": value}), 400, "invalid_request", value
        )["errors"]
        assert error["field"] == "limit"
    for value in ("5", "%35"):
        made(await sqlite_site.http.get(f"/jobs?limit={value}"), 200)
    assert_problem(await sqlite_site.http.get("/jobs?limit=-1"), 400, "invalid_request")


async def test_a_body_that_is_not_there_is_called_missing(sqlite_site: Site) -> None:
    for path in ("/auth/login", "/auth/register"):
        problem = assert_problem(await sqlite_site.http.post(path), 400, "invalid_request")
        says = "The body is missing. Send a JSON object."
        assert problem["detail"] == says
        assert problem["errors"] == [{"field": "", "detail": says, "code": "missing", "pointer": ""}]


async def test_a_pointer_leads_into_a_body_alone(sqlite_site: Site) -> None:
    alice = await sqlite_site.people.alice()
    for path in ("/jobs?cursor=xx", "/jobs?q=%00", "/jobs?limit=x"):
        (error,) = (await sqlite_site.http.get(path)).json()["errors"]
        assert error["pointer"] is None, path
    (error,) = assert_problem(await alice.post("/jobs", {**JOB, "city": ""}), 422, "body_invalid")["errors"]
    assert error["pointer"] == "/city"


async def test_the_frameworks_refusals_say_what_the_document_says(sqlite_site: Site) -> None:
    nowhere = assert_problem(await sqlite_site.http.get("/nowhere"), 404, "not_found")
    assert nowhere["detail"] == "There is no such path."
    wrong = assert_problem(await sqlite_site.http.delete("/jobs"), 405, "method_not_allowed")
    assert wrong["detail"] == "This path does not take that method."


def said(kind: str | None) -> dict[str, str]:
    return {} if kind is None else {"Content-Type": kind}


async def test_a_query_parameter_that_there_is_not_is_named(sqlite_site: Site) -> None:
    site = sqlite_site
    alice = await site.people.alice()
    for query, name in (
        ("limits=5", "limits"),
        ("limit=5&catgory=plumbing", "catgory"),
        ("x", "x"),
        ("=1", ""),
        ("Limit=5", "Limit"),
        ("%ff=1", "\ufffd"),
        ("limit%00=5", "limit\x00"),
    ):
        (error,) = assert_problem(await site.http.get(f"/jobs?{query}"), 400, "invalid_request", query)["errors"]
        assert (error["field"], error["detail"]) == (name, "There is no such parameter here.")
    await assert_refused(site.database, alice.post("/jobs?draft=true", JOB), 400, "invalid_request")
    for query in ("", "?", "?&", "?limit=5&", "?%6cimit=5", "?q=tap&category=plumbing&limit=5"):
        made(await site.http.get(f"/jobs{query}"), 200)
    for path in ("/health/live?probe=1", "/schema?x=1"):
        assert (await site.http.get(path)).status_code == 200, path
    answer = await site.http.post("/webhooks/stripe?from=here", content=b"{}")
    assert_problem(answer, 400, "missing_signature")


async def test_every_parameter_of_the_description_is_known(sqlite_site: Site) -> None:
    """An operation is asked for each of its own: whatever it says, it does not say that there is no such one."""
    site = sqlite_site
    for path, item in (app_of(site.services.settings).openapi_schema.paths or {}).items():
        for method in ("get", "post", "put", "patch", "delete"):
            operation: Any = getattr(item, method)
            for parameter in operation.parameters or [] if operation else []:
                if parameter.param_in == "query":
                    where = f"{re.sub(r'{[^}]+}', 'x', path)}?{parameter.name}=1"
                    answer = await site.http.request(method.upper(), where)
                    assert "There is no such parameter" not in answer.text, where


async def test_a_request_says_to_whom_it_is(sqlite_site: Site) -> None:
    path = b"GET /health/live HTTP/1.1\r\n"
    close = b"Connection: close\r\n\r\n"
    async with served(sqlite_site) as port:
        for host in (b"Host: example.com\r\n", b"host: [::1]:8000\r\n", b"HOST: 127.0.0.1:1\r\n"):
            assert (await answered(port, path + host + close)).status_code == 200, host
        for host, code in (
            (b"", "malformed_http"),
            (b"Host: a.example\r\nHost: b.example\r\n", "malformed_http"),
            (b"Host: a b\r\n", "invalid_request"),
            (b"Host: a.example/x\r\n", "invalid_request"),
            (b"Host: <script>\r\n", "invalid_request"),
        ):
            assert_problem(await answered(port, path + host + close), 400, code, host)
        assert (await answered(port, b"GET /health/live HTTP/1.0\r\n\r\n")).status_code == 200


ODD = (
    "//",
    "//jobs",
    "/jobs//x",
    "/jobs/../jobs/x",
    "/jobs/%2e%2e/x",
    "/jobs/%00",
    "/jobs/%ff",
    "/%2f%2f",
    "/jobs/x/y/z/" + "w/" * 500,
    "/schema-assets/nothing.js",
    "/schema-assets/..%2f..%2fx",
    "/schema/nothing",
    "/JOBS",
    "/jobs;x=1",
)


@pytest.mark.parametrize("path", ODD)
async def test_every_refusal_of_an_odd_path_is_a_problem(sqlite_site: Site, path: str) -> None:
    async with served(sqlite_site) as port:
        for method in ("GET", "POST", "DELETE", "PURGE", "TRACE", "CONNECT"):
            raw = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".encode()
            answer = await answered(port, raw)
            if answer.status_code >= 400:
                assert_problem(answer, answer.status_code, answer.json()["code"], (method, path))
                assert answer.status_code < 500, method


async def test_the_address_itself_says_what_is_where(sqlite_site: Site) -> None:
    home = (await sqlite_site.http.get("/")).json()
    for name in ("viewer", "schema", "health", "jobs"):
        assert (await sqlite_site.http.get(home[name])).status_code == 200, name
    assert (await sqlite_site.http.post(home["register"], json={})).status_code == 422
