"""``/graphs``: the SPARQL 1.1 Graph Store HTTP Protocol.

A graph is named indirectly, ``/graphs?graph=IRI`` or ``/graphs?default``, or is itself below ``/graphs/``, where its
IRI is the public address, whatever the Host header says. Knows methods, statuses and bodies of that protocol. Reading
goes to the pool, writing to the writer. A graph without statements does not exist: after an empty PUT it is 404. Who
writes may make a condition of what was read (`kg.web.conditions`): 412 where it does not hold.
"""

from __future__ import annotations

import secrets
from email.parser import BytesParser
from email.policy import HTTP
from typing import Final

from fastapi import APIRouter, Request
from pyoxigraph import NamedNode, RdfFormat
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from kg.errors import NotFoundError
from kg.store.answers import Question
from kg.web import answering, questions
from kg.web.conditions import Condition, condition_of
from kg.web.render import site_of
from kg.web.sparql import content_type, pairs_of, read_body, refuse_charset
from kg.web.updates import admit, facts

router = APIRouter()

READ: Final = {
    "text/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "text/n3": "text/turtle",
}
"""Media types that a body may have -> the one it is read as."""
_EXTENSIONS: Final = {"ttl": "text/turtle", "nt": "application/n-triples", "rdf": "application/rdf+xml",
                      "jsonld": "application/ld+json"}  # fmt: skip
_MULTIPART: Final = "multipart/form-data"
_WHOLE: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


@router.get("/graphs", summary="One graph of the store, whole: ?graph=IRI or ?default")
@router.get("/graphs/{name:path}", summary="One graph of the store, named by its own address")
async def read(request: Request, name: str = "") -> Response:
    """Answer with the triples of a graph in any RDF syntax."""
    graph = _graph(request, name, needed=True)
    site = site_of(request)
    pairs = dict(pairs_of(request.scope["query_string"]))
    want = answering.wanted(request.headers.get("accept"), pairs.get("format"), page=False)
    if want.graph is None:
        raise answering.not_acceptable(answering.GRAPH_TYPES)
    graphs = (graph,) if graph else ()
    if graph and not await questions.holds(site.world.pool, graph):
        raise NotFoundError(f"there is no graph <{graph[:200]}>", advice="ask /sparql which graphs there are")
    question, deadline = Question(_WHOLE, graphs), site.world.limits.deadline
    return await answering.respond(request, site.world.pool, question, want, deadline=deadline, name="graph")


@router.put("/graphs", summary="Replace a graph (needs a token)")
@router.put("/graphs/{name:path}", summary="Replace a graph named by its own address (needs a token)")
async def put(request: Request, name: str = "") -> Response:
    """Put the body in the place of a graph: 201 for a new one, else 204."""
    updates, by = admit(request, "graph")
    graph = _graph(request, name, needed=True)
    data, only = await _data(request), _condition(request)
    outcome = await updates.graph(graph, data, _base(request, graph), by, replace=True, on=only.on, exists=only.exists)
    return _made(request, graph) if not outcome.existed else Response(status_code=204)


@router.post("/graphs", summary="Add to a graph, or make a new one (needs a token)")
@router.post("/graphs/{name:path}", summary="Add to a graph named by its own address (needs a token)")
async def post(request: Request, name: str = "") -> Response:
    """Add the body, or the files of a form, to a graph; without a graph make one and say where it is."""
    updates, by = admit(request, "graph")
    graph = _graph(request, name, needed=False)
    new = graph is None and not _default(request)
    if new:
        graph = f"{site_of(request).world.base_iri}graphs/{secrets.token_hex(8)}"
    data, only = await _data(request), _condition(request)
    outcome = await updates.graph(graph, data, _base(request, graph), by, replace=False, on=only.on, exists=only.exists)
    return _made(request, graph) if new or not outcome.existed else JSONResponse(facts(outcome))


@router.delete("/graphs", summary="Remove a graph (needs a token)")
@router.delete("/graphs/{name:path}", summary="Remove a graph named by its own address (needs a token)")
async def delete(request: Request, name: str = "") -> Response:
    """Remove a graph; the default graph is emptied."""
    updates, by = admit(request, "graph")
    graph = _graph(request, name, needed=True)
    only = _condition(request)
    outcome = await updates.graph(graph, None, _base(request, graph), by, replace=True, on=only.on, exists=only.exists)
    if not outcome.existed:
        raise NotFoundError(f"there is no graph <{(graph or '')[:200]}>")
    return Response(status_code=204)


def _default(request: Request) -> bool:
    return any(name == "default" for name, _ in pairs_of(request.scope["query_string"]))


def _graph(request: Request, name: str, *, needed: bool) -> str | None:
    """Return the graph that a request names, None for the default graph (or, where it is not ``needed``, for none)."""
    pairs = pairs_of(request.scope["query_string"])
    named = [value for key, value in pairs if key == "graph"]
    default = [value for key, value in pairs if key == "default"]
    base = site_of(request).world.base_iri
    if name:
        if named or default:
            raise HTTPException(400, "the address is a graph itself; leave out 'graph' and 'default'")
        # The address as it was sent: percent-encoding in a graph's own address is part of its name.
        named = [base + request.scope["raw_path"].decode("ascii").partition("?")[0].lstrip("/")]
    elif len(named) + len(default) > 1 or any(default):
        raise HTTPException(400, "name one graph: either ?graph=IRI or ?default")
    elif needed and not named and not default:
        raise HTTPException(400, "name a graph: ?graph=IRI or ?default")
    for iri in named:
        try:
            return NamedNode(iri).value
        except ValueError:
            raise HTTPException(400, f"a graph is named by an absolute IRI, not by {iri[:200]!r}") from None
    return None


def _condition(request: Request) -> Condition:
    return condition_of(
        request, (answering.headers_of(form, "")["Content-Type"] for form in answering.GRAPH_TYPES.items())
    )


def _base(request: Request, graph: str | None) -> str:
    return graph or f"{site_of(request).world.base_iri}graphs?default"


def _made(request: Request, graph: str | None) -> Response:
    return Response(status_code=201, headers={"Location": graph or f"{site_of(request).world.base_iri}graphs?default"})


async def _data(request: Request) -> list[tuple[str, bytes]]:
    """Return the bodies of a request with the media type each is read as. Raises HTTPException 400, 413 or 415."""
    media_type, charset = content_type(request)
    if media_type != _MULTIPART:
        found = _readable(media_type)
        if found != "application/rdf+xml":  # which says itself how it is encoded
            refuse_charset(charset)
        return [(found, await _body(request))]
    header = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode("latin-1", "replace")
    form = BytesParser(policy=HTTP).parsebytes(header + await _body(request))
    parts = list(form.iter_parts()) if form.is_multipart() else []
    if not parts:
        raise HTTPException(400, "the form holds no files")
    data = []
    for part in parts:
        named = part.get_content_type() if part["content-type"] else ""
        extension = (part.get_filename() or "").rpartition(".")[2].lower()
        refuse_charset(str(part.get_content_charset() or ""))
        content = part.get_payload(decode=True)
        found = _readable(named or _EXTENSIONS.get(extension, ""))
        data.append((found, content if isinstance(content, bytes) else b""))
    return data


async def _body(request: Request) -> bytes:
    return await read_body(request, site_of(request).world.limits.request_body)


def _readable(media_type: str) -> str:
    if media_type not in READ or RdfFormat.from_media_type(READ[media_type]) is None:
        known = ", ".join((*READ, _MULTIPART))
        raise HTTPException(415, f"a graph is read as {known}, not as {media_type or 'nothing'}")
    return READ[media_type]
