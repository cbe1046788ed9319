"""Hand a question to the pool and its answer to a client: which format, which headers, when to refuse.

Knows the result formats, their media types and file extensions. Knows nothing of the SPARQL protocol's parameters nor
of what a question asks.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Send

from kg.errors import DeadlineExceeded
from kg.store.answers import MEDIA_TYPES, Question
from kg.store.pool import Answer, Pool
from kg.web.border import HEAD
from kg.web.cache import renames, volatile
from kg.web.negotiate import choose
from kg.web.note import note

SELECT_TYPES: Final = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
}
GRAPH_TYPES: Final = {
    "text/turtle": "ttl",
    "application/ld+json": "jsonld",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/n-quads": "nq",
    "application/trig": "trig",
    "application/x-turtle": "ttl",
    "application/json": "jsonld",
    "application/xml": "rdf",
    "text/xml": "rdf",
}
PAGE: Final = "text/html"
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
NAMES: Final = {
    "turtle": "ttl", "ntriples": "nt", "nquads": "nq", "rdfxml": "rdf", "json-ld": "jsonld",
    **{name: name for name in ("json", "xml", "csv", "tsv", "ttl", "nt", "nq", "trig", "rdf", "jsonld")},
}  # fmt: skip
"""What ``format=`` and an extension may say -> a result format. ``json`` and ``xml`` fit both kinds of result."""


@dataclass(frozen=True)
class Wanted:
    """The forms a client takes: for rows and booleans, for graphs (media type, format), and whether as a page."""

    rows: tuple[str, str] | None
    graph: tuple[str, str] | None
    page: bool = False


@lru_cache(maxsize=512)
def wanted(accept: str | None, override: str | None = None, *, page: bool = True) -> Wanted:
    """Read ``Accept``, or ``format=`` instead of it when that is given.

    A page is chosen only when a client prefers HTML to every form of data. Raises HTTPException 400 for an unknown
    ``format=`` and 406 when nothing fits.
    """
    if override:
        name = override.strip()
        if name == "html" and page:
            return Wanted(None, None, page=True)
        return _overridden(SELECT_TYPES.get(name) or GRAPH_TYPES.get(name) or NAMES.get(name.lower()), name)
    if page and choose(accept, [*SELECT_TYPES, *GRAPH_TYPES, PAGE]) == PAGE:
        return Wanted(None, None, page=True)
    rows, graph = choose(accept, tuple(SELECT_TYPES)), choose(accept, tuple(GRAPH_TYPES))
    if rows is None and graph is None:
        raise not_acceptable((*SELECT_TYPES, *GRAPH_TYPES, PAGE))
    return Wanted((rows, SELECT_TYPES[rows]) if rows else None, (graph, GRAPH_TYPES[graph]) if graph else None)


def _overridden(name: str | None, given: str) -> Wanted:
    if name is None:
        known = ", ".join(sorted({*NAMES, "html"}))
        raise HTTPException(400, f"format={given[:80]!r} is not known; use one of {known}, or a media type")
    rows = next(((type_, form) for type_, form in SELECT_TYPES.items() if form == name), None)
    both = {"json": "jsonld", "xml": "rdf"}
    graph = next(((type_, form) for type_, form in GRAPH_TYPES.items() if form == both.get(name, name)), None)
    return Wanted(rows, graph)


def not_acceptable(types: Iterable[str]) -> HTTPException:
    """Return the 406 that names the media types there are."""
    return HTTPException(406, f"this is available as {', '.join(dict.fromkeys(types))}", {"Vary": "Accept"})


def form_of(request: Request, forms: Sequence[str]) -> str:
    """Return the media type, of those there are, that a request likes best. Raises HTTPException 406 for none."""
    form = choose(request.headers.get("accept"), forms)
    if form is None:
        raise not_acceptable(forms)
    return form


async def respond(
    request: Request, pool: Pool, question: Question, want: Wanted, *, deadline: float, name: str = "result"
) -> Response:
    """Ask, and stream the answer as it comes.

    The pool holds back the first bytes, so what goes wrong early is still a clean error; what goes wrong later breaks
    the connection, and the client sees that the answer is not complete.
    """
    most = request.app.state.site.world.limits.result_rows
    asked = question._replace(
        select_format=want.rows[1] if want.rows else "json",
        graph_format=want.graph[1] if want.graph else "ttl",
        max_rows=min(question.max_rows or most, most or question.max_rows),
    )
    answer = await pool.ask(asked, deadline=deadline)
    _note(question, answer)
    chosen = want.graph if answer.head.kind == "graph" else want.rows
    if chosen is None:
        await close(answer)
        raise not_acceptable(GRAPH_TYPES if answer.head.kind == "graph" else SELECT_TYPES)
    if answer.head.kind == "boolean" and chosen[1] in {"csv", "tsv"}:
        # CSV and TSV have no boolean form; what was written instead is named for what it is.
        chosen = (answer.head.media_type, answer.head.format)
    headers = headers_of(chosen, name)
    if HEAD in request.scope:
        await close(answer)
        return Response(b"", 200, headers)
    if getattr(answer.body, "complete", False):
        return Response(await answer.read(), 200, headers)
    return _Stream(answer, headers)


@lru_cache(maxsize=512)
def _headers_of(chosen: tuple[str, str], name: str) -> dict[str, str]:
    media_type = chosen[0] if chosen[0] not in MEDIA_TYPES.values() else MEDIA_TYPES[chosen[1]]
    if media_type.startswith("text/") and "charset" not in media_type:
        media_type += "; charset=utf-8"
    disposition = f'inline; filename="{name}.{chosen[1]}"'
    return {"Vary": "Accept", "Content-Disposition": disposition, "Content-Type": media_type}


def headers_of(chosen: tuple[str, str], name: str) -> dict[str, str]:
    """Return the headers of an answer in the chosen media type and format; ``name`` is that of its file."""
    return dict(_headers_of(chosen, name))


def _note(question: Question, answer: Answer) -> None:
    told = note()
    told.query = question.query
    # What another server answers is not settled by the release.
    told.volatile = told.volatile or bool(question.services) or volatile(question.query)
    told.weak = told.weak or (answer.head.kind == "graph" and renames(question.query))
    if answer.head.rows >= 0:
        told.rows = answer.head.rows
    if answer.head.cut:
        told.cut_at = answer.head.rows


class _Stream(StreamingResponse):
    """An answer as it comes. Who has not taken a piece of it when the deadline passes gets no more."""

    def __init__(self, answer: Answer, headers: Mapping[str, str]) -> None:
        super().__init__(_stream(answer), 200, headers)
        self._answer = answer

    async def stream_response(self, send: Send) -> None:
        body = self._answer.body

        async def in_time(message: Message) -> None:
            try:
                async with asyncio.timeout_at(None if body.complete else body.until):
                    await send(message)
            except TimeoutError:
                raise DeadlineExceeded("the answer was not taken before its deadline") from None

        await super().stream_response(in_time)


async def _stream(answer: Answer) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.body:
            yield chunk
    finally:
        await close(answer)


async def close(answer: Answer) -> None:
    """Stop reading an answer, so that its worker is free again."""
    closing = getattr(answer.body, "aclose", None)
    if closing is not None:
        await closing()


@dataclass(frozen=True)
class Cell:
    """One value of a result row."""

    value: str
    kind: str
    """``iri``, ``literal``, ``blank`` or, for an unbound variable, the empty text."""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A result as a page shows it. ``total`` is the number of rows there are, ``rows`` those that are shown."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    total: int = 0
    limited: bool = False
    """True when there were more rows than ``total``, which the server does not give."""
    boolean: bool | None = None
    graph: str | None = None
    too_large: bool = False

    @property
    def numeric(self) -> frozenset[int]:
        """The places of the columns that hold numbers alone."""
        found = set(range(len(self.columns)))
        for row in self.rows:
            found -= {place for place in found if row[place].kind and not _NUMBER.fullmatch(row[place].value)}
        return frozenset(found)

    @property
    def cut(self) -> bool:
        """True when there are more rows than those shown."""
        return self.total > len(self.rows)


async def tabulate(
    pool: Pool, question: Question, *, deadline: float, most_bytes: int, most_rows: int, result_rows: int = 0
) -> Table:
    """Ask, and read the whole answer for a page. A result larger than ``most_bytes`` is not read to its end."""
    answer = await pool.ask(
        question._replace(select_format="json", graph_format="ttl", max_rows=result_rows), deadline=deadline
    )
    _note(question, answer)
    data = bytearray()
    try:
        async for chunk in answer.body:
            data += chunk
            if len(data) > most_bytes:
                return Table(too_large=True)
    finally:
        await close(answer)
    if answer.head.kind == "graph":
        return Table(graph=data.decode("utf-8"))
    return replace(read_table(bytes(data), most_rows), limited=answer.head.cut)


def read_table(data: bytes, most_rows: int) -> Table:
    """Read a result in SPARQL JSON."""
    results = parse_query_results(data, QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean):
        return Table(boolean=bool(results))
    if not isinstance(results, QuerySolutions):
        raise TypeError("a result in SPARQL JSON holds rows or a boolean")
    columns = tuple(variable.value for variable in results.variables)
    rows: list[tuple[Cell, ...]] = []
    total = 0
    for solution in results:
        total += 1
        if total <= most_rows:
            rows.append(tuple(cell(solution[position]) for position in range(len(columns))))
    return Table(columns, tuple(rows), total)


def cell(term: object) -> Cell:
    """Return a term as a table shows it."""
    if term is None:
        return Cell("", "")
    if isinstance(term, NamedNode):
        return Cell(term.value, "iri")
    if isinstance(term, Literal):
        return Cell(term.value, "literal", term.language or "")
    return Cell(f"_:{term.value}" if isinstance(term, BlankNode) else str(term), "blank")


def alternates(address: str, parameters: Sequence[tuple[str, str]], formats: Mapping[str, str]) -> dict[str, str]:
    """Return label -> link for the same request in other formats."""
    from urllib.parse import urlencode

    return {label: f"{address}?{urlencode([*parameters, ('format', name)])}" for name, label in formats.items()}
