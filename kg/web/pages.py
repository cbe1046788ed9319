"""The pages about the whole: start, dataset and downloads, ontology, the kinds of problems, health.

Knows what a release's manifest and the shipped ontology say. The downloads stream from the release's artefact, so that
they cost no query.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import orjson
from fastapi import APIRouter, Request
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse, serialize
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response, StreamingResponse

from kg import assets
from kg.described import description_path
from kg.rdf import jsonld, vocab
from kg.store.answers import Question
from kg.web import answering, problems, questions
from kg.web.border import HEAD
from kg.web.lag import of_build
from kg.web.render import site_of
from kg.web.scripts import LICENCES

if TYPE_CHECKING:
    from pathlib import Path

router = APIRouter()

_CHUNK: Final = 5_000
"""Statements that are parsed and written in one step of a download."""
_STATIC: Final = {"kg.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_DEFINED_BY: Final = NamedNode(vocab.PREFIXES["rdfs"] + "isDefinedBy")
DOWNLOADS: Final = {
    "nq": ("N-Quads", "application/n-quads", "every graph, one statement a line"),
    "trig": ("TriG", "application/trig", "the data of every graph, with prefixes"),
    "ttl": ("Turtle", "text/turtle; charset=utf-8", "the merged view alone, with prefixes"),
}


@dataclass(frozen=True)
class Term:
    """One term of the own vocabulary, as its page shows it."""

    local: str
    iri: str
    kind: str
    label: str
    comment: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    examples: tuple[str, ...]


@router.get("/", summary="What this graph is")
async def start(request: Request) -> Response:
    """Show counts, examples and the ways in."""
    site = site_of(request)
    of_build()
    return site.page(
        request, "start.html", counts=site.counts, people=site.examples.get("person", ()), queries=site.world.queries
    )


@router.get("/healthz", summary="Is the server alive?")
async def healthz(request: Request) -> Response:
    """Answer 200 as long as requests are answered at all."""
    release = site_of(request).world.release
    return Response(orjson.dumps({"status": "ok", "release": release.id}), media_type="application/json")


@router.get("/static/{name}", include_in_schema=False)
async def static(request: Request, name: str) -> Response:
    """Hand out the stylesheet and the icon. Their addresses carry a digest, so they may be kept for ever."""
    if name not in _STATIC:
        raise HTTPException(404)
    body = site_of(request).assets[name]
    kept = "public, max-age=31536000, immutable" if request.url.query else "public, max-age=3600"
    return Response(body, headers={"Cache-Control": kept}, media_type=_STATIC[name])


@router.get("/static/dist/{name}", include_in_schema=False)
async def script(request: Request, name: str) -> Response:
    """Hand out a bundled script, whose name carries a digest, or the licences of what is in the bundle."""
    body = site_of(request).scripts.files.get(name)
    if body is None:
        raise HTTPException(404)
    if name == LICENCES:
        return Response(body, media_type="text/plain; charset=utf-8")
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(body, headers=headers, media_type="text/javascript; charset=utf-8")


@router.get("/favicon.ico", include_in_schema=False)
async def favicon(request: Request) -> Response:
    """Hand out the icon to those who ask without being told."""
    return Response(site_of(request).assets["icon.svg"], media_type=_STATIC["icon.svg"])


@router.get("/problems", summary="The kinds of problems, and what each means")
async def problem_kinds(request: Request) -> Response:
    """List what the ``type`` of a problem document can be."""
    return site_of(request).page(request, "problems.html", kinds=problems.KINDS)


@router.get("/dataset", summary="The dataset: release, counts, files, downloads")
async def dataset(request: Request) -> Response:
    """Show the manifest of the release, or give it as JSON; RDF clients are sent to the dataset's graph."""
    site = site_of(request)
    of_build()
    rdf = ("text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples")
    chosen = answering.form_of(request, ("text/html", "application/json", *rdf))
    if chosen in rdf:
        want = answering.Wanted(None, (chosen, answering.GRAPH_TYPES[chosen]))
        graph = f"{site.world.base_iri}graph/dataset"
        question = Question("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", default_graphs=(graph,))
        return await answering.respond(
            request, site.world.pool, question, want, deadline=site.world.limits.deadline, name="dataset"
        )
    manifest = site.world.release.manifest
    if chosen == "application/json":
        return _manifest(manifest)
    return site.page(
        request,
        "dataset.html",
        manifest=manifest,
        inputs=inputs_of(manifest),
        counts=site.counts,
        downloads=DOWNLOADS,
        graphs=await questions.graphs_held(site.world.pool),
    )


@router.get("/dataset.json", include_in_schema=False)
async def dataset_json(request: Request) -> Response:
    """Give the manifest of the release."""
    return _manifest(site_of(request).world.release.manifest)


def inputs_of(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the manifest says of each input file."""
    found = manifest.get("inputs") or manifest.get("files") or []
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _manifest(manifest: dict[str, Any]) -> Response:
    body = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
    return Response(body, headers={"Vary": "Accept"}, media_type="application/json")


@router.get("/dataset.{extension}", summary="The whole graph as one file: nq, trig or ttl")
def download(request: Request, extension: str) -> Response:
    """Stream the whole graph."""
    if extension not in DOWNLOADS:
        raise HTTPException(404, f"the graph is offered as {', '.join(DOWNLOADS)}, not as {extension[:40]!r}")
    release = site_of(request).world.release
    media_type = DOWNLOADS[extension][1]
    name = f"kg-{release.id}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": media_type}
    if HEAD in request.scope:
        return Response(b"", headers=headers)
    if extension == "nq":
        parts = (release.artefact_path, description_path(release.path), release.quality_path)
        paths = [path for path in parts if path.is_file()]
        if len(paths) == 1:
            return FileResponse(paths[0], headers=headers)
        return StreamingResponse(_bytes(paths), headers=headers)
    return StreamingResponse(written(release.artefact_path, extension), headers=headers)


def _bytes(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as file:
            while chunk := file.read(1 << 18):
                yield chunk


def written(path: Path, extension: str) -> Iterator[bytes]:
    """Rewrite an N-Quads file as TriG, or its default graph as Turtle, a piece at a time.

    Each step parses and writes a piece of its own: the engine's readers must not pass from one thread to another.
    """
    whole = extension == "trig"
    first = True
    with path.open("rb") as file:
        while lines := list(islice(file, _CHUNK)):
            quads = [
                quad for quad in parse(b"".join(lines), RdfFormat.N_QUADS) if whole or quad.graph_name == DefaultGraph()
            ]
            body = _piece(quads, whole=whole)
            if not first:
                # Prefixes are declared once; every piece declares the same ones.
                body = b"".join(line for line in body.splitlines(keepends=True) if not line.startswith(b"@prefix "))
            first = False
            yield body


def _piece(quads: list[Quad], *, whole: bool) -> bytes:
    if whole:
        return serialize(quads, format=RdfFormat.TRIG, prefixes=vocab.PREFIXES) or b""
    triples = [quad.triple for quad in quads]
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=vocab.PREFIXES) or b""


@router.get("/ontology", summary="The own terms of this graph")
async def ontology(request: Request) -> Response:
    """Show the own vocabulary, or give it in an RDF syntax."""
    chosen = answering.form_of(request, ("text/html", "text/turtle"))
    if chosen == "text/turtle":
        return await ontology_turtle(request)
    return site_of(request).page(request, "ontology.html", terms=read_terms(assets.text("ontology", "kg.ttl")))


@router.get("/ontology.ttl", summary="The own terms as Turtle")
async def ontology_turtle(request: Request) -> Response:
    """Give the shipped file as it is."""
    headers = {"Vary": "Accept", "Content-Type": "text/turtle; charset=utf-8"}
    return Response(assets.data("ontology", "kg.ttl"), headers=headers)


@router.get("/ontology/context.jsonld", summary="The JSON-LD context")
async def context(request: Request) -> Response:
    """Give the context that every JSON-LD document carries in itself."""
    return Response(orjson.dumps({"@context": jsonld.context()}), media_type="application/ld+json")


def read_terms(turtle: str) -> tuple[Term, ...]:
    """Read the own terms of an ontology in Turtle: classes first, then properties, by name."""
    own = vocab.PREFIXES["kg"]
    said: dict[str, list[tuple[NamedNode, object]]] = {}
    for quad in parse(turtle, RdfFormat.TURTLE):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(own):
            said.setdefault(quad.subject.value, []).append((quad.predicate, quad.object))
    terms = []
    for iri, pairs in said.items():
        local = iri.removeprefix(own)
        if not local:
            continue
        types = {
            term.value.rpartition("#")[2]
            for name, term in pairs
            if name == vocab.RDF_TYPE and isinstance(term, NamedNode)
        }
        kind = (
            "class" if "Class" in types else "property" if any("Property" in name for name in types) else "individual"
        )
        literals = {
            predicate: tuple(term.value for name, term in pairs if name == predicate and isinstance(term, Literal))
            for predicate in {name for name, _ in pairs}
        }
        facts: dict[str, tuple[str, ...]] = {}
        for name, term in pairs:
            if isinstance(term, NamedNode) and name not in (vocab.RDF_TYPE, _DEFINED_BY):
                facts[name.value] = (*facts.get(name.value, ()), term.value)
        examples = tuple(text for name, texts in literals.items() if "example" in name.value.lower() for text in texts)
        terms.append(
            Term(
                local, iri, kind,
                next(iter(literals.get(vocab.RDFS_LABEL, ())), local),
                next(iter(literals.get(vocab.RDFS_COMMENT, ())), ""),
                tuple(sorted(facts.items())), examples,
            )
        )  # fmt: skip
    order = {"class": 0, "property": 1, "individual": 2}
    return tuple(sorted(terms, key=lambda term: (order[term.kind], term.local.lower())))
