"""``/.well-known/void`` and ``/.well-known/sparql-examples``: where programs look for what this graph holds.

Both are read from the release's description, not asked from its store, so that they cost no worker and are there
however busy the server is. The sizes of files, the release's id and its date are facts of the release and are added
here. Knows these two documents and their forms. Does not know how they were counted or chosen.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from kg.described import description_path
from kg.errors import NotFoundError
from kg.examples import GRAPH
from kg.rdf import vocab
from kg.rdf.iris import Iris
from kg.rdf.terms import literal
from kg.rdf.void import PREFIXES, distribution
from kg.store.answers import GRAPH_FORMATS
from kg.web import answering
from kg.web.lag import of_build
from kg.web.negotiate import choose
from kg.web.render import site_of

if TYPE_CHECKING:
    from kg.store.finished import Release

router = APIRouter()

VOID: Final = "/.well-known/void"
EXAMPLES: Final = f"/{GRAPH}"
_PREFIXES: Final = {**PREFIXES, "sdo": "https://schema.org/"}
_FILES: Final = ("graph.nq", "quality.nq", "description.nq")


@router.get(VOID, summary="What the graph holds: VoID and DCAT")
async def void(request: Request) -> Response:
    """Give the description of the dataset, with the facts of the release that is served."""
    return await _document(request, "graph/dataset", "void", page="dataset")


@router.get(EXAMPLES, summary="The named queries as SHACL examples, and the prefixes")
async def sparql_examples(request: Request) -> Response:
    """Give the examples that SPARQL editors and agents read."""
    return await _document(request, GRAPH, "sparql-examples", page="queries")


async def _document(request: Request, graph: str, name: str, *, page: str) -> Response:
    site = site_of(request)
    of_build()
    override = request.query_params.get("format", "")
    if override:
        want = answering.wanted(None, override)
        chosen = answering.PAGE if want.page else want.graph and want.graph[0]
    else:
        chosen = choose(request.headers.get("accept"), (*answering.GRAPH_TYPES, answering.PAGE))
    if chosen is None:
        raise answering.not_acceptable((*answering.GRAPH_TYPES, answering.PAGE))
    if chosen == answering.PAGE:
        return RedirectResponse(f"{site.links(request).root}{page}", 303, {"Vary": "Accept"})
    form = answering.GRAPH_TYPES[chosen]
    release = site.world.release
    body = await run_in_threadpool(
        _written, release.path, release.id, graph, form, _facts(release, site.world.base_iri)
    )
    headers = {"Vary": "Accept", "Content-Disposition": f'inline; filename="{name}.{form}"'}
    media_type = f"{chosen}; charset=utf-8" if chosen.startswith("text/") else chosen
    return Response(body, headers={**headers, "Content-Type": media_type})


@lru_cache(maxsize=16)
def _written(path: Path, release: str, graph: str, form: str, facts: tuple[Triple, ...]) -> bytes:
    triples = [*_read(description_path(path), graph), *(facts if graph == "graph/dataset" else ())]
    kind = GRAPH_FORMATS[form]
    return serialize(triples, format=kind, prefixes=_PREFIXES if kind != RdfFormat.N_TRIPLES else None) or b""


def _read(path: Path, graph: str) -> Iterator[Triple]:
    end = f"/{graph}> .\n".encode()
    try:
        with path.open("rb") as file:
            lines = b"".join(line for line in file if line.endswith(end))
    except FileNotFoundError:
        raise NotFoundError("this release does not describe itself", advice="build it again with `kg build`") from None
    for quad in parse(lines, RdfFormat.N_QUADS):
        yield Triple(quad.subject, quad.predicate, quad.object)


def _facts(release: Release, base_iri: str) -> tuple[Triple, ...]:
    """Return what is true of the release and not of its graph: its id, when it was built, how large its file is."""
    iris = Iris(base_iri)

    def say(subject: NamedNode, prefix: str, local: str, value: Literal) -> Triple:
        return Triple(subject, NamedNode(PREFIXES[prefix] + local), value)

    built = str(release.manifest.get("built", ""))
    day = NamedNode(vocab.PREFIXES["xsd"] + "dateTime")
    found = [say(iris.dataset, "dcat", "version", Literal(release.id))]
    if built:
        found.append(say(iris.dataset, "dcterms", "issued", Literal(built, datatype=day)))
    files = release.manifest.get("files") or {}
    size = sum(int(files[name]["bytes"]) for name in _FILES if name in files)
    if size:
        found.append(say(distribution(iris, "nq"), "dcat", "byteSize", literal(size)))
    return tuple(found)
