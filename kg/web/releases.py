"""The releases of a home and what changed between two of them: ``/releases`` and ``/releases/A/B``.

Knows manifests, the log of publications and the artefacts' lines. Comparing reads both files once; releases too large
for that within a request are left to ``kg diff``. Does not know how a release is made.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.store.nquads import diff
from kg.store.releases import Home, Release
from kg.web import answering
from kg.web.links import Links
from kg.web.negotiate import choose
from kg.web.render import site_of
from kg.web.thing_page import names_of

router = APIRouter()

FORMS: Final = ("text/html", "application/json")
SHOWN: Final = 300
"""Statements of a comparison that are shown; all are counted."""
THINGS: Final = 30
LARGEST: Final = 300_000_000
"""Bytes of both artefacts up to which they are compared here: some seconds."""
_COMPARING: Final = threading.Lock()


@dataclass(frozen=True)
class Listed:
    """A release as the list shows it. ``published`` is empty for one that never was."""

    id: str
    built: str
    published: str
    quads: int
    counts: dict[str, int]
    quality: dict[str, int]
    current: bool


@dataclass(frozen=True)
class Compared:
    """What a release adds and lacks against another one."""

    added: int
    removed: int
    graphs: tuple[tuple[str, int, int], ...]
    """Merged view, identity, sources, others: statements added and removed."""
    things: tuple[tuple[str, int, int], ...]
    lines: tuple[tuple[str, Quad], ...]


def listed(release: Release) -> list[Listed]:
    """Return the sound releases of the home that a release lies in, newest first."""
    home = Home(release.path.parent.parent)
    moments = {entry.release: entry.at for entry in home.history()}
    found = [
        Listed(
            one.id,
            str(one.manifest.get("built", "")),
            moments.get(one.id, ""),
            int(one.manifest.get("quads", 0)),
            dict(one.manifest.get("counts") or {}),
            dict(one.manifest.get("quality") or {}),
            one.id == release.id,
        )
        for one in home.releases()
    ]
    return sorted(found, key=lambda one: (one.published or one.built, one.built, one.id), reverse=True)


@router.get("/releases", summary="The releases there are, newest first")
async def releases(request: Request) -> Response:
    """List the releases of the home with their sizes and what the validation found."""
    site = site_of(request)
    form = choose(request.headers.get("accept"), FORMS)
    if form is None:
        raise answering.not_acceptable(FORMS)
    found = await run_in_threadpool(listed, site.world.release)
    if form == "application/json":
        body = {"releases": [vars(one) for one in found]}
        return Response(orjson.dumps(body), headers={"Vary": "Accept"}, media_type=form)
    return site.page(request, "releases.html", releases=found)


@router.get("/releases/{a}/{b}", summary="What release B adds to and lacks from release A")
async def comparison(request: Request, a: str, b: str) -> Response:
    """Compare two releases, statement by statement."""
    site = site_of(request)
    form = choose(request.headers.get("accept"), FORMS)
    if form is None:
        raise answering.not_acceptable(FORMS)
    folder = site.world.release.path.parent
    old, new = (_artefact(folder, name) for name in (a, b))
    size = old.stat().st_size + new.stat().st_size
    found = None
    if size <= LARGEST:
        found = await run_in_threadpool(_compare, old, new, site.world.base_iri)
    if form == "application/json":
        if found is None:
            raise HTTPException(422, f"the releases are too large to be compared here; run: kg diff {a} {b}")
        body: dict[str, Any] = {
            "a": a,
            "b": b,
            "added": found.added,
            "removed": found.removed,
            "changes": [
                {"change": "added" if sign == "+" else "removed", "quad": str(quad)} for sign, quad in found.lines
            ],
        }
        return Response(orjson.dumps(body), headers={"Vary": "Accept"}, media_type=form)
    names = await _names(request, found) if found else {}
    lines = [(sign, *_shown(quad, site.links(request))) for sign, quad in found.lines] if found else []
    return site.page(request, "comparison.html", a=a, b=b, found=found, lines=lines, names=names)


def _artefact(folder: Path, name: str) -> Path:
    path = folder / name / "graph.nq"
    if not (name.isalnum() and len(name) <= 64 and path.is_file()):
        raise HTTPException(404, f"there is no release {name[:80]!r}; /releases lists them")
    return path


def _compare(old: Path, new: Path, base_iri: str) -> Compared:
    # One at a time: each reads two whole files.
    with _COMPARING:
        return compare(old, new, base_iri)


@lru_cache(maxsize=8)
def compare(old: Path, new: Path, base_iri: str) -> Compared:
    """Compare two artefacts and count the changes by graph and thing."""
    graphs: dict[str, Counter[str]] = {}
    things: dict[str, Counter[str]] = {}
    kept: list[tuple[str, str]] = []
    total: Counter[str] = Counter()
    for sign, line in diff(old, new):
        total[sign] += 1
        graphs.setdefault(_graph_of(line, base_iri), Counter())[sign] += 1
        subject = line.partition(">")[0].removeprefix("<").partition("#")[0]
        things.setdefault(subject, Counter())[sign] += 1
        if len(kept) < SHOWN:
            kept.append((sign, line))
    ranked = sorted(things.items(), key=lambda entry: (-sum(entry[1].values()), entry[0]))[:THINGS]
    quads = tuple((sign, quad) for sign, line in kept for quad in parse(f"{line}\n", RdfFormat.N_QUADS))
    return Compared(total["+"], total["-"], tuple(_rows(sorted(graphs.items()))), tuple(_rows(ranked)), quads)


def _rows(counts: Iterable[tuple[str, Counter[str]]]) -> Iterable[tuple[str, int, int]]:
    return ((name, found["+"], found["-"]) for name, found in counts)


def _graph_of(line: str, base_iri: str) -> str:
    """Return what part of the artefact a line stands in."""
    last = line.removesuffix(" .").rpartition(" ")[2]
    place = last.removeprefix(f"<{base_iri}graph/")
    if place == last:
        return "merged view"
    return "what sources say" if place.startswith("source/") else place.rstrip(">")


async def _names(request: Request, found: Compared) -> dict[str, str]:
    subjects = {quad.subject.value for _, quad in found.lines if isinstance(quad.subject, NamedNode)}
    things = {iri for iri, _, _ in found.things} | {subject.partition("#")[0] for subject in subjects}
    return await names_of(site_of(request), things)


def _shown(quad: Quad, links: Links) -> tuple[answering.Cell, answering.Cell, answering.Cell, str]:
    graph = "" if isinstance(quad.graph_name, DefaultGraph) else str(getattr(quad.graph_name, "value", ""))
    cells = tuple(answering.cell(term) for term in (quad.subject, quad.predicate, quad.object))
    return cells[0], cells[1], cells[2], links.own(graph) or graph
