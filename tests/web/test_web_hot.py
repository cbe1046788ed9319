"""The short way to ``/sparql`` answers as the framework's does, and what is written together leaves together."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException

from kg.settings import Settings
from kg.web import sparql
from kg.web.app import create_app
from kg.web.fields import Fields
from kg.web.gathered import Gathered
from kg.web.opened import open_world

SELECT = "SELECT ?s { ?s a foaf:Person } ORDER BY ?s"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "/sparql", {}),
    ("GET", "/sparql", {"headers": {"Accept": "text/html"}}),
    ("GET", "/sparql", {"params": {"query": SELECT}}),
    ("HEAD", "/sparql", {"params": {"query": SELECT}}),
    ("GET", "/sparql", {"params": {"query": SELECT, "format": "csv"}}),
    ("GET", "/sparql", {"params": {"query": SELECT}, "headers": {"Accept": "text/html"}}),
    ("GET", "/sparql", {"params": {"query": "SELECT"}}),
    ("GET", "/sparql", {"params": {"query": "SELECT"}, "headers": {"Accept": "text/html"}}),
    ("GET", "/sparql", {"params": {"query": SELECT}, "headers": {"Accept": "image/png"}}),
    ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", {}),
    ("GET", "/sparql?query=%ff", {}),
    ("GET", "/sparql", {"params": {"query": "SELECT * { SERVICE <x:x> {} }"}}),
    ("GET", "/sparql", {"params": {"query": "CONSTRUCT WHERE { ?s a foaf:Person }"}}),
    ("POST", "/sparql", {"data": {"query": SELECT}}),
    ("POST", "/sparql", {"content": SELECT, "headers": {"Content-Type": "application/sparql-query"}}),
    ("POST", "/sparql", {"content": b"\xff", "headers": {"Content-Type": "application/sparql-query"}}),
    ("POST", "/sparql", {"content": "x", "headers": {"Content-Type": "text/plain"}}),
    ("POST", "/sparql", {"content": b"query=" + b"x" * 30_000, "headers": FORM}),
    ("QUERY", "/sparql", {"content": SELECT, "headers": {"Content-Type": "application/sparql-query"}}),
    ("PUT", "/sparql", {}),
    ("OPTIONS", "/sparql", {}),
    ("GET", "/sparql/", {}),
]


@pytest.fixture(scope="module")
def around(toy_release: Any, started: Any) -> Any:
    """A client of a server on which ``/sparql`` goes the framework's way."""
    patch = pytest.MonkeyPatch()
    patch.setattr(sparql, "DIRECTLY", {})
    settings = Settings(workers=2, deadline=5.0, max_request=20_000, cache_bytes=0)
    with started(create_app(open_world(toy_release, settings))) as client:
        client.get("/healthz")  # the layers are put together at the first request
        patch.undo()
        yield client


@pytest.mark.parametrize(("method", "path", "given_"), REQUESTS)
def test_the_short_way_answers_as_the_long_one(
    client: Any, around: Any, method: str, path: str, given_: dict[str, Any]
) -> None:
    short, long = (one.request(method, path, **given_) for one in (client, around))
    bodies = [re.sub(rb"Answered in [\d,]+ ms", b"", answer.content) for answer in (short, long)]
    assert (short.status_code, bodies[0]) == (long.status_code, bodies[1])
    drop = {"x-request-id", "last-modified", "date"}
    if bodies[0] != short.content:
        drop.add("content-length")
    assert {k: v for k, v in short.headers.items() if k not in drop} == {
        k: v for k, v in long.headers.items() if k not in drop
    }


@given(st.binary(max_size=60) | st.text("aq=&+%4f2cé;", max_size=60).map(str.encode))
def test_parameters_are_read_as_the_standard_library_reads_them(data: bytes) -> None:
    try:
        expected = parse_qsl(data.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError):
        with pytest.raises(HTTPException):
            sparql.pairs_of(data)
        return
    assert sparql.pairs_of(data) == expected


def test_too_many_parameters_are_refused() -> None:
    assert len(sparql.pairs_of(b"a=1&" * 500)) == 500
    with pytest.raises(HTTPException, match="at most 500"):
        sparql.pairs_of(b"a=1&" * 501)


class Wire:
    """A transport that remembers."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


def test_what_is_written_in_one_step_leaves_in_one_piece() -> None:
    async def main() -> None:
        wire = Wire()
        gathered = Gathered(wire, asyncio.get_running_loop())  # type: ignore[arg-type]
        gathered.write(b"head ")
        gathered.write(b"body")
        assert wire.writes == []
        await asyncio.sleep(0)
        assert wire.writes == [b"head body"]
        gathered.write(b"next")
        await asyncio.sleep(0)
        gathered.write(b"last")
        gathered.close()
        assert wire.writes == [b"head body", b"next", b"last"] and wire.closed
        with pytest.raises(RuntimeError, match="closed"):
            gathered.write(b"too late")
        await asyncio.sleep(0)
        assert wire.writes[-1] == b"last"

    asyncio.run(main())


def test_fields_keep_their_order_and_lose_nothing() -> None:
    fields = Fields.read([(b"a", b"1"), (b"vary", b"Accept"), (b"a", b"2")])
    fields.vary(b"accept")
    fields.vary(b"Origin")
    assert fields.raw() == [(b"a", b"1, 2"), (b"vary", b"Accept, Origin")]
