"""Every operation of the OpenAPI document, asked with invented values, good and bad.

Whatever is asked: no answer is a failure of the server's own (503 and 504 are deliberate), every success is one that
the document names, in a media type it names, and every error is a problem document or the same as a page.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.queries import load_all
from kg.web.described import GRAPHS, HTML, JSON, ROWS, described

OPERATIONS = sorted(
    {(method, path) for method, path in described()}
    | {("get", f"/queries/{name}") for name in load_all("http://x.example/")}
)
ACCEPTS = st.sampled_from(
    [*ROWS, *GRAPHS, HTML, JSON, "*/*", "text/*;q=0.5, application/json;q=0.1", "image/png", "x", "", "*/*;q=0"]
)
# What a client can put into an address; surrogates cannot be sent at all.
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
ODD = st.sampled_from(
    ["", " ", "\x00", "..", "../../etc/passwd", "%2e%2e%2f", "<script>", "person/x", "http://x.example/ y",
     "javascript:alert(1)", "9" * 40, "-1", "2022-02-30", "0000", "ünï", "'\"}",
     "SELECT * {?s ?p ?o} LIMIT 2", "ASK {}",
     "CONSTRUCT {?s ?p ?o} {?s ?p ?o} LIMIT 2", "SELECT", "a" * 5000, "json", "ttl", "csv"]
)  # fmt: skip


def values(parameter: dict[str, Any]) -> st.SearchStrategy[str]:
    """Return good values where the document gives some, and odd ones."""
    schema = parameter["schema"]
    good = [str(value) for value in (*schema.get("enum", ()), parameter.get("example", schema.get("default", "")))]
    return st.one_of(st.sampled_from(good), ODD, TEXT)


@pytest.fixture(scope="module")
def openapi(server: Any) -> dict[str, Any]:
    found: dict[str, Any] = server.get("/openapi.json").json()
    return found


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_whatever_is_asked_the_answer_is_one_the_document_names(
    server: Any, openapi: dict[str, Any], method: str, path: str
) -> None:
    operation = openapi["paths"][path][method]
    parameters = operation.get("parameters", [])

    @settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def ask(data: st.DataObject) -> None:
        address = path
        pairs: list[tuple[str, str]] = []
        for parameter in parameters:
            if parameter["in"] == "path":
                value = data.draw(values(parameter).filter(lambda text: text.strip(".")))  # clients resolve dots
                address = address.replace(f"{{{parameter['name']}}}", quote(value, safe=""))
            elif data.draw(st.booleans()):
                pairs.append((parameter["name"], data.draw(values(parameter))))
        if data.draw(st.integers(0, 5)) == 0:
            pairs.append((data.draw(TEXT), data.draw(TEXT)))
        headers = {"Accept": data.draw(ACCEPTS)}
        given: dict[str, Any] = {"params": pairs, "headers": headers}
        if method == "post":
            headers["Content-Type"] = data.draw(
                st.sampled_from(
                    [
                        "application/sparql-query",
                        "application/x-www-form-urlencoded",
                        "text/plain",
                        "",
                        "a/b; charset=x",
                    ]
                )
            )
            given["content"] = data.draw(
                st.one_of(ODD.map(str.encode), st.binary(max_size=40), st.just(b"query=ASK{}"))
            )
        answer = server.request(method.upper(), address, **given)
        check(answer, operation, f"{method} {address} {given}")

    ask()


def check(answer: Any, operation: dict[str, Any], asked: str) -> None:
    status = answer.status_code
    assert status < 500 or status in {503, 504}, asked
    media_type = answer.headers.get("content-type", "").partition(";")[0]
    if status >= 400:
        assert media_type in {"application/problem+json", HTML}, asked
        return
    documented = operation["responses"].get(str(status))
    assert documented is not None, f"{asked}: {status} is not in the document"
    if status == 200:
        # The formats of the protocol also go by their generic names.
        assert media_type in {*documented["content"], JSON, "application/xml", "text/xml", "application/x-turtle"}, (
            asked
        )
