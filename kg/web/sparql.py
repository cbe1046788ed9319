"""``/sparql``: queries by the SPARQL 1.1 Protocol, and a page to write them on.

Knows the protocol: GET, form POST and direct POST (or QUERY), the dataset parameters, which request is malformed and
which status says so. Does not evaluate anything and keeps no thread: questions go to the pool.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.errors import KgError
from kg.rdf import vocab
from kg.store.answers import Question
from kg.web import answering, problems, questions, workbench
from kg.web.negotiate import choose
from kg.web.render import site_of

if TYPE_CHECKING:
    from kg.web.federation import Gateway

router = APIRouter()

FORM: Final = "application/x-www-form-urlencoded"
DIRECT: Final = "application/sparql-query"
DOWNLOADS: Final = {"json": "JSON", "csv": "CSV", "tsv": "TSV", "xml": "XML"}
GRAPH_DOWNLOADS: Final = {
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "nq": "N-Quads",
    "trig": "TriG",
}
_SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS: Final = "http://www.w3.org/ns/formats/"
_DESCRIPTION: Final = NamedNode("http://purl.org/dc/terms/description")
_RESULT_FORMATS: Final = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
_INPUT_FORMATS: Final = ("Turtle", "N-Triples", "RDF_XML", "JSON-LD")
_FIELDS: Final = 500  # parameters of a request
_LONG_FORM: Final = 50_000
OWN_GRAPHS: Final = ("identity", "quality", "dataset", "ontology")
_WRITERS: Final = {
    "ttl": RdfFormat.TURTLE,
    "jsonld": RdfFormat.JSON_LD,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
}


@dataclass(frozen=True)
class Asked:
    """A protocol request, checked. ``parameters`` are those that name the same request again."""

    question: Question
    format: str | None
    parameters: tuple[tuple[str, str], ...]


@router.get("/sparql", summary="Query the graph with SPARQL 1.1 (GET)")
async def sparql_get(request: Request) -> Response:
    """Answer a query in the query string; without one, describe the service, or show the query page."""
    pairs = pairs_of(request.scope["query_string"])
    if not any(name not in {"format", "version"} for name, _ in pairs):
        return await _without_query(request, dict(pairs).get("format"))
    return await _answer(request, _asked(pairs))


@router.post("/sparql", summary="Query the graph with SPARQL 1.1 (POST)")
async def sparql_post(request: Request) -> Response:
    """Answer a query sent as a form or as the body itself."""
    media_type, charset = content_type(request)
    if media_type not in {FORM, DIRECT}:
        raise HTTPException(415, f"send a query as {FORM} or as {DIRECT}, not as {media_type or 'nothing'}")
    refuse_charset(charset)
    pairs = pairs_of(request.scope["query_string"])
    body = await read_body(request, site_of(request).world.limits.request_body)
    if media_type == FORM:
        return await _answer(request, _asked([*pairs, *await form_pairs(body)]))
    if any(name == "query" for name, _ in pairs):
        raise HTTPException(400, "the query is in the body and in the address; send it once")
    try:
        query = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"the query is not UTF-8: byte {error.start + 1}") from None
    return await _answer(request, _asked([*pairs, ("query", query)]))


@router.api_route("/sparql", methods=["QUERY"], include_in_schema=False)
async def sparql_query(request: Request) -> Response:
    """Answer a query sent with the method QUERY, which is a POST that promises to change nothing."""
    return await sparql_post(request)


DIRECTLY: Final = {("GET", "/sparql"): sparql_get, ("POST", "/sparql"): sparql_post, ("QUERY", "/sparql"): sparql_query}
"""The handlers that `kg.web.direct` calls."""


def refuse_charset(charset: str) -> None:
    """Raise HTTPException 415 for a charset other than UTF-8."""
    if charset not in {"", "utf-8", "utf8", "us-ascii"}:
        raise HTTPException(415, f"the body must be UTF-8, not {charset[:40]}")


async def read_body(request: Request, most: int) -> bytes:
    """Return the body of a request. Raises HTTPException 413 as soon as it is longer than ``most`` bytes."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise HTTPException(413, f"a request body may have {most:,} bytes", {"Connection": "close"})
    return bytes(body)


def content_type(request: Request) -> tuple[str, str]:
    """Return the media type of a request's body and its charset, both in lower case, empty when not given."""
    media_type, *parameters = request.headers.get("content-type", "").split(";")
    charset = ""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    return media_type.strip().lower(), charset


def pairs_of(data: bytes) -> list[tuple[str, str]]:
    """Read a query string or a form. Raises HTTPException 400 when it is not percent-encoded UTF-8.

    As `urllib.parse.parse_qsl` does, which takes three times as long because it decodes before it unquotes.
    """
    pieces = [piece.partition(b"=") for piece in data.replace(b"+", b" ").split(b"&") if piece]
    if len(pieces) > _FIELDS or not data.isascii():
        raise HTTPException(400, f"the parameters cannot be read: percent-encode them, and send at most {_FIELDS}")
    try:
        return [(unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()) for name, _, value in pieces]
    except UnicodeDecodeError:
        raise HTTPException(400, "the parameters cannot be read: they must be UTF-8, percent-encoded") from None


async def form_pairs(body: bytes) -> list[tuple[str, str]]:
    """Read a form; a long one beside the event loop, so that others are answered meanwhile."""
    return pairs_of(body) if len(body) < _LONG_FORM else await run_in_threadpool(pairs_of, body)


def _asked(pairs: list[tuple[str, str]]) -> Asked:
    if len(pairs) == 1 and pairs[0][0] == "query":  # the usual request, which has nothing to go wrong
        return Asked(Question(pairs[0][1]), None, (pairs[0],))
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    queries = values.get("query", [])
    if len(queries) != 1:
        what = "there is no parameter 'query'" if not queries else f"'query' is given {len(queries)} times"
        raise HTTPException(400, f"{what}; send it exactly once")
    if "update" in values:
        raise HTTPException(400, "this address takes queries only, not 'update'")
    graphs = {}
    for name in ("default-graph-uri", "named-graph-uri"):
        graphs[name] = tuple(values.get(name, ()))
        for iri in graphs[name]:
            try:
                NamedNode(iri)
            except ValueError:
                raise HTTPException(400, f"{name} is not an absolute IRI: {iri[:200]!r}") from None
    if len(values.get("format", ())) > 1:
        raise HTTPException(400, "'format' is given more than once")
    return Asked(
        Question(queries[0], graphs["default-graph-uri"], graphs["named-graph-uri"]),
        next(iter(values.get("format", ())), None),
        tuple((name, value) for name, value in pairs if name in {"query", "default-graph-uri", "named-graph-uri"}),
    )


async def _answer(request: Request, asked: Asked) -> Response:
    site = site_of(request)
    limits = site.world.limits
    gateway: Gateway | None = request.app.state.gateway
    question = asked.question._replace(base_iri=f"{site.world.base_iri}sparql")
    if gateway is not None:
        question = gateway.open(question)
    want = answering.wanted(request.headers.get("accept"), asked.format)
    if not want.page:
        return await answering.respond(request, site.world.pool, question, want, deadline=limits.deadline)
    table, problem = None, None
    begun = time.perf_counter()
    try:
        if not asked.question.query.strip():
            raise HTTPException(400, "the query is empty")
        table = await answering.tabulate(
            site.world.pool,
            question,
            deadline=limits.deadline,
            most_bytes=limits.page_result,
            most_rows=limits.page_rows,
            result_rows=limits.result_rows,
        )
    except (KgError, HTTPException) as error:
        problem = problems.problem_of(error, retry_after=limits.retry_after)
    formats = GRAPH_DOWNLOADS if table and table.graph is not None else DOWNLOADS
    return workbench.page(
        request,
        site,
        query=asked.question.query,
        table=table,
        problem=problem,
        downloads=answering.alternates("sparql", asked.parameters, formats),
        seconds=time.perf_counter() - begun,
    )


async def _without_query(request: Request, override: str | None) -> Response:
    """Answer a bare GET: the page for a browser, otherwise a service description (SPARQL 1.1, section 2)."""
    site = site_of(request)
    if override:
        want = answering.wanted(None, override)
        chosen = answering.PAGE if want.page else want.graph and want.graph[0]
    else:
        chosen = choose(request.headers.get("accept"), (*answering.GRAPH_TYPES, answering.PAGE))
    if chosen == answering.PAGE:
        return workbench.page(request, site)
    if chosen is None:
        raise answering.not_acceptable((*answering.GRAPH_TYPES, answering.PAGE))
    sources = {str(entry["source"]) for entry in site.world.release.manifest.get("inputs") or () if "source" in entry}
    held = await questions.graphs_held(site.world.pool)
    names = (*OWN_GRAPHS, *(f"source/{source}" for source in sorted(sources)))
    graphs = [iri for iri in (f"{site.world.base_iri}graph/{name}" for name in names) if iri in held]
    calling = request.app.state.gateway is not None
    triples = service_description(site.world.base_iri, graphs, writing=site.writing, calling=calling)
    writer = _WRITERS[answering.GRAPH_TYPES[chosen]]
    body = serialize(triples, format=writer, prefixes={**vocab.PREFIXES, "sd": _SD})
    return Response(body, headers={"Vary": "Accept", "Content-Type": chosen})


def service_description(
    base_iri: str, graphs: Sequence[str], *, writing: bool = False, calling: bool = False
) -> list[Triple]:
    """Say what the service offers: addresses, languages, formats and the dataset with its named graphs.

    ``graphs`` are the named graphs; ``writing`` says that updates are open to those who hold a token, ``calling`` that
    SERVICE may call some servers.
    """
    endpoint, update = NamedNode(f"{base_iri}sparql"), NamedNode(f"{base_iri}update")
    dataset, merged = NamedNode(f"{base_iri}sparql#dataset"), NamedNode(f"{base_iri}sparql#default-graph")
    store = NamedNode(f"{base_iri}graphs")

    def sd(name: str) -> NamedNode:
        return NamedNode(_SD + name)

    def formats(of: NamedNode, predicate: str, names: Sequence[str]) -> list[Triple]:
        return [Triple(of, sd(predicate), NamedNode(_FORMATS + name)) for name in names]

    found = [
        Triple(endpoint, vocab.RDF_TYPE, sd("Service")),
        Triple(endpoint, sd("endpoint"), endpoint),
        Triple(endpoint, sd("supportedLanguage"), sd("SPARQL10Query")),
        Triple(endpoint, sd("supportedLanguage"), sd("SPARQL11Query")),
        *formats(endpoint, "resultFormat", (*_RESULT_FORMATS, *_INPUT_FORMATS, "N-Quads", "TriG")),
        Triple(endpoint, sd("defaultDataset"), dataset),
        Triple(endpoint, sd("availableGraphs"), dataset),
        Triple(dataset, vocab.RDF_TYPE, sd("Dataset")),
        Triple(dataset, vocab.RDF_TYPE, sd("GraphCollection")),
        Triple(dataset, sd("defaultGraph"), merged),
        Triple(merged, vocab.RDF_TYPE, sd("Graph")),
        Triple(merged, _DESCRIPTION, Literal(
            "The merged view. What each source said stands in a graph of its own.", language="en")),
    ]  # fmt: skip
    if calling:
        found.append(Triple(endpoint, sd("feature"), sd("BasicFederatedQuery")))
    if writing:
        found += [
            Triple(update, vocab.RDF_TYPE, sd("Service")),
            Triple(update, sd("endpoint"), update),
            Triple(update, sd("supportedLanguage"), sd("SPARQL11Update")),
            Triple(update, sd("defaultDataset"), dataset),
            Triple(store, _DESCRIPTION, Literal("The graph store (SPARQL 1.1 Graph Store Protocol).", language="en")),
            *formats(update, "inputFormat", _INPUT_FORMATS),
        ]
    for number, graph in enumerate(graphs):
        named = NamedNode(f"{dataset.value}-graph-{number}")
        found += [
            Triple(dataset, sd("namedGraph"), named),
            Triple(named, vocab.RDF_TYPE, sd("NamedGraph")),
            Triple(named, sd("name"), NamedNode(graph)),
        ]
    return found
