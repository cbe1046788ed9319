"""The page that answers "why is this one person?": ``/person/ID/identity``, for groups too.

Shows the names as printed and where, what joined them and what each kind of evidence added, and who was nearly taken
for the same and kept apart, with why. Everything is read from the identity graph; how it came there is not known here.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from kg.store.answers import Question
from kg.web import answering, questions
from kg.web.evidence import Part, read_evidence, read_parts, sources_of
from kg.web.links import Links
from kg.web.reading import Ref
from kg.web.render import site_of
from kg.web.tex import plain
from kg.web.thing_page import names_of
from kg.web.things import moved

if TYPE_CHECKING:
    from kg.rdf.nodes import Term

router = APIRouter()

SHOWN: Final = 8
"""Works that stand beside a printed name; the list of works has all."""
_FORMS: Final = ("text/html", *answering.GRAPH_TYPES)
_GRAPH: Final = """CONSTRUCT { ?s ?p ?o } WHERE { {
  GRAPH ?g { ?s kg:refersTo <%(iri)s> ; ?p ?o } } UNION {
  GRAPH ?g { ?m kg:refersTo <%(iri)s> . ?s kg:joins ?m ; ?p ?o } } UNION {
  GRAPH ?g { ?s kg:separates <%(iri)s> ; ?p ?o } } }"""
Rows = Iterable[Sequence["Term | None"]]


@dataclass(frozen=True)
class Printed:
    """One form of the name: how often it is printed, on which works, in which sources."""

    name: str
    times: int
    works: tuple[Ref, ...]
    more: int
    sources: tuple[Ref, ...]


@dataclass(frozen=True)
class Apart:
    """Someone who was kept apart: how likely one person seemed (0 to 1), what was weighed, and the parts of it."""

    other: Ref
    weight: str
    comment: str
    parts: tuple[Part, ...] = ()


@dataclass
class _Form:
    times: int = 0
    works: dict[str, str] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)


@router.get("/person/{identifier}/identity", summary="Why a person is one person")
@router.get("/group/{identifier}/identity", summary="Why a group is one group")
async def identity(request: Request, identifier: str) -> Response:
    """Show what joined the names of one person or group, and who was kept apart; as RDF, the statements behind it."""
    site = site_of(request)
    kind = request.scope["path"].split("/")[1]
    if not (identifier.replace("-", "").replace("_", "").isalnum() and identifier.isascii() and len(identifier) < 200):
        raise HTTPException(404, f"{identifier[:80]!r} is no id of this graph")
    iri = f"{site.world.base_iri}{kind}/{identifier}"
    form = answering.form_of(request, _FORMS)
    asked = ("identity-names", "evidence", "identity-parts", "identity-apart")
    rows = await asyncio.gather(
        questions.ask_many(site.world.pool, site.questions["named"], [{"thing": iri}]),
        *(questions.ask(site.world.pool, site.questions[name], {"agent": iri}) for name in asked),
    )
    named, names, joins, parts, apart = rows
    if not names and not named:
        return await moved(request, site, kind, identifier, "/identity")
    if form != "text/html":
        want = answering.Wanted(None, (form, answering.GRAPH_TYPES[form]))
        question = Question(_GRAPH % {"iri": iri})
        name = f"{kind}-{identifier}-identity"
        return await answering.respond(
            request, site.world.pool, question, want, deadline=site.world.limits.deadline, name=name
        )
    links = site.links(request)
    added = read_parts(parts)
    mentioned = {getattr(row[0], "value", "").partition("#")[0] for row in names} - {""}
    called = await names_of(site, mentioned | sources_of(joins))
    return site.page(
        request,
        "identity.html",
        thing=Ref(iri, _name(named) or identifier, links.href(iri), kind),
        kind=kind,
        printed=read_printed(names, links, called),
        evidence=read_evidence(joins, links, added, called),
        apart=read_apart(apart, added, links),
    )


def _name(rows: Rows) -> str:
    return next((plain(getattr(row[1], "value", "")) for row in rows), "")


def read_printed(rows: Rows, links: Links, called: Mapping[str, str] | None = None) -> tuple[Printed, ...]:
    """Gather (mention, printed name, work, title) by the form of the name, the most frequent first.

    ``called`` are the names of sources.
    """
    forms: dict[str, _Form] = defaultdict(_Form)
    seen: set[str] = set()
    for mention, printed, work, title in (tuple(getattr(term, "value", "") for term in row[:4]) for row in rows):
        form = forms[printed]
        if mention not in seen:
            seen.add(mention)
            form.times += 1
        form.sources[mention.partition("#")[0]] = None
        if work:
            form.works.setdefault(work, title)
    found = []
    for name, form in sorted(forms.items(), key=lambda entry: (-entry[1].times, entry[0])):
        works = sorted(form.works.items(), key=lambda entry: (entry[1], entry[0]))
        shown = tuple(Ref(work, plain(title) or "Untitled work", links.href(work), "work") for work, title in works)
        sources = tuple(
            Ref(one, plain((called or {}).get(one, "")) or (links.own(one) or one).rpartition("/")[2], links.href(one))
            for one in form.sources
        )
        found.append(Printed(plain(name), form.times, shown[:SHOWN], max(0, len(shown) - SHOWN), sources))
    return tuple(found)


def read_apart(rows: Rows, parts: Mapping[str, tuple[Part, ...]], links: Links) -> tuple[Apart, ...]:
    """Return who was kept apart (comparison, other, name, weight, words), the closest first."""
    found = []
    for apart, other, name, weight, comment in (tuple(getattr(t, "value", "") for t in row[:5]) for row in rows):
        ref = Ref(other, plain(name) or other, links.href(other), links.kind(other) or "")
        found.append(Apart(ref, weight, plain(comment), parts.get(apart, ())))
    return tuple(sorted(found, key=lambda one: (-float(one.weight or 0), one.other.text, one.comment)))
