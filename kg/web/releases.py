"""The releases of a home and what changed between two of them: ``/releases`` and ``/releases/A/B``.

Knows manifests and the log of publications. What a difference is `kg.difference` knows, for ``kg diff`` too. Comparing
reads both artefacts once; releases too large for that within a request are left to the command. Does not know how a
release is made.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.difference import Difference, Value, difference, document
from kg.errors import ReleaseError
from kg.store.finished import Release
from kg.store.nquads import diff
from kg.store.releases import Home
from kg.web import answering
from kg.web.links import Links, spoken
from kg.web.reading import UNTITLED, Ref
from kg.web.render import site_of
from kg.web.tex import plain
from kg.web.thing_page import names_of

if TYPE_CHECKING:
    from kg.web.render import Site

router = APIRouter()

FORMS: Final = ("text/html", "application/json")
QUADS: Final = 300
"""Statements of a comparison that its JSON holds; all are counted."""
THINGS: Final = 200
"""Things of a comparison that are shown with what is said of them; all are counted."""
PARTS: Final = 8
"""Statements of one thing that are shown."""
LARGEST: Final = 300_000_000
"""Bytes of both artefacts up to which they are compared here: some seconds."""
_LONGEST: Final = 240
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
    """Two releases beside each other: what differs, and the first statements with their signs."""

    found: Difference
    quads: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Said:
    """One statement that came or went, in words; ``href`` leads to the thing that is its value."""

    sign: str
    what: str
    text: str
    href: str | None = None


@dataclass(frozen=True)
class Shown:
    """One thing that differs: what became of it, with what is said of it now and no longer."""

    ref: Ref
    state: str
    said: tuple[Said, ...] = ()
    more: int = 0


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
    form = answering.form_of(request, FORMS)
    found = await run_in_threadpool(listed, site.world.release)
    if form == "application/json":
        body = {"releases": [vars(one) for one in found]}
        return Response(orjson.dumps(body), headers={"Vary": "Accept"}, media_type=form)
    return site.page(request, "releases.html", releases=found)


@router.get("/releases/{a}/{b}", summary="What release B adds to and lacks from release A")
async def comparison(request: Request, a: str, b: str) -> Response:
    """Compare two releases, thing by thing."""
    site = site_of(request)
    form = answering.form_of(request, FORMS)
    home = Home(site.world.release.path.parent.parent)
    old, new = [await run_in_threadpool(_release, home, name) for name in (a, b)]
    size = sum(release.artefact_path.stat().st_size for release in (old, new))
    compared = await run_in_threadpool(_compare, old, new) if size <= LARGEST else None
    if form == "application/json":
        if compared is None:
            raise HTTPException(422, f"the releases are too large to be compared here; run: kg diff {a} {b}")
        body = document(compared.found, old.id, new.id, compared.quads, THINGS)
        return Response(orjson.dumps(body), headers={"Vary": "Accept"}, media_type=form)
    return site.page(
        request,
        "comparison.html",
        a=old.id,
        b=new.id,
        found=compared.found if compared else None,
        graphs=_graphs(compared.found, site.world.base_iri) if compared else (),
        things=await _shown(site, compared.found, site.links(request)) if compared else (),
    )


def _release(home: Home, name: str) -> Release:
    if not (name.isalnum() and len(name) <= 64):
        raise HTTPException(404, f"there is no release {name[:80]!r}; /releases lists them")
    try:
        return home.get(name)
    except ReleaseError as error:
        raise HTTPException(404, f"there is no release {name[:80]!r}; /releases lists them") from error


def _compare(old: Release, new: Release) -> Compared:
    # One at a time: each reads two whole files.
    with _COMPARING:
        return compare(old.path, new.path)


@lru_cache(maxsize=8)
def compare(old: Path, new: Path) -> Compared:
    """Compare the releases in two folders."""
    quads: list[tuple[str, str]] = []

    def noted() -> Iterator[tuple[str, str]]:
        for sign, line in diff(before.artefact_path, after.artefact_path):
            if len(quads) < QUADS:
                quads.append((sign, line))
            yield sign, line

    before, after = (Home(path.parent.parent).get(path.name) for path in (old, new))
    found = difference(noted(), before.open_store(), after.open_store(), most=THINGS)
    return Compared(found, tuple(quads))


def _graphs(found: Difference, base_iri: str) -> list[tuple[str, int, int]]:
    """Return the parts of the graph with the statements that came and went, all sources taken together."""
    parts: dict[str, Counter[str]] = {}
    for graph, counts in found.graphs.items():
        place = graph.removeprefix(f"{base_iri}graph/")
        part = "what sources say" if place.startswith("source/") else _PARTS.get(place, place)
        parts.setdefault(part, Counter()).update(counts)
    return [(name, counts["+"], counts["-"]) for name, counts in sorted(parts.items())]


_UNSAID: Final = frozenset({"rdf:type", "foaf:maker", "foaf:made", "foaf:name", "kg:authorship"})
"""What says again what another statement says, or says it for programs; the JSON holds it."""
_WORDS: Final = {"prov:wasDerivedFrom": "source", "kg:nameAsPrinted": "name as printed", "kg:agent": "signed by"}
_PARTS: Final = {"": "what this graph holds", "identity": "who is who, and why", "ontology": "the vocabulary"}


async def _shown(site: Site, found: Difference, links: Links) -> list[Shown]:
    """Put the things in the words of a page, those of a state by name."""
    states = groupby(found.things[:THINGS], key=lambda one: one.state)
    things = [one for _, group in states for one in sorted(group, key=lambda one: (one.name.casefold(), one.iri))]
    values = [value.value for thing in things for value in thing.values if value.predicate not in _UNSAID]
    names = await names_of(site, {value for value in values if links.kind(value) and "#" not in value})
    shown = []
    for thing in things:
        own = links.own(thing.iri) or thing.iri
        kind = links.kind(thing.iri) or ""
        name = plain(thing.name) or (UNTITLED if kind == "work" else own)
        ref = Ref(thing.iri, name, None if thing.state == "lost" else links.href(thing.iri), kind)
        told = [value for value in thing.values if value.predicate not in _UNSAID and "#" not in value.value]
        said = [_said(value, names, links) for value in told] if thing.state == "altered" else []
        shown.append(Shown(ref, thing.state, tuple(said[:PARTS]), max(0, len(said) - PARTS)))
    return shown


def _said(value: Value, names: Mapping[str, str], links: Links) -> Said:
    what = _WORDS.get(value.predicate) or spoken(value.predicate.replace(":", "/"))
    part = f"{value.part.partition('-')[0]}: " if value.part else ""
    if value.value in names:
        return Said(value.sign, part + what, plain(names[value.value]), links.href(value.value))
    text = " ".join(plain(value.value).split())
    own = links.own(text)
    text = own.partition("#")[2] or own if own is not None else text
    return Said(value.sign, part + what, text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
