"""The page about one thing: which questions it asks, and what is made of the answers.

Knows that a page begins with a brief description and completes it with rows: the list of works, the page of it that is
shown, partners, affiliations, citations, the evidence of identity, the captured text. Every question goes to the pool
and has its deadline; values go in as terms. Does not know routes; what a page shows is in `kg.web.profile`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Literal, NamedNode, Triple
from starlette.concurrency import run_in_threadpool

from kg import panels
from kg.panels import AGENTS, panels_of
from kg.rdf import vocab
from kg.web import captured, charts, collaborators, questions
from kg.web.evidence import read_evidence, sources_of
from kg.web.lag import of_build
from kg.web.listing import SORTS, Listing, make_listing, read_lines, read_wish
from kg.web.profile import ThingPage, make_page
from kg.web.references import references
from kg.web.summary import Summary, summarise

if TYPE_CHECKING:
    from kg.quality.report import Finding
    from kg.rdf.describe import Description
    from kg.rdf.nodes import Term
    from kg.web.links import Links
    from kg.web.render import Site

_AT_ONCE: Final = 2_000
"""Things whose names are asked for at once."""


@dataclass(frozen=True)
class Rows:
    """What was answered: question -> rows, as texts of those in `kg.panels` and as terms of the others."""

    texts: Mapping[str, panels.Rows] = field(default_factory=dict)
    terms: Mapping[str, list[list[Term | None]]] = field(default_factory=dict)


async def gather(
    site: Site, kind: str, description: Description, rows: Rows, links: Links, parameters: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the template of a page shows. ``rows`` are those of `ask`. Raises HTTPException 400."""
    world, iri = site.world, description.iri.value
    wish, part = read_wish(parameters), read_part(parameters)
    lines = read_lines(rows.texts.get("listed", ()), rows.texts.get("listed-with", ()))
    told = rows.terms.get("evidence", ())
    linked = {thing for line in lines for thing in (*line.topics, *line.sources, *line.organizations)}
    names = await names_of(site, linked | sources_of(told))
    listing = make_listing(lines, wish, own=lambda term: links.own(term) or term, names=names)
    entries = await entry_triples(site, [line.iri for line in listing.lines])
    findings = world.report.of(iri) if world.report is not None else ()
    if findings:
        of_build()

    def compose() -> tuple[ThingPage, Summary]:
        page = make_page(description, links, entries=entries, listing=listing, findings=findings)
        summary = summarise(
            iri, lines, links, names=names, partners=rows.texts.get("partners", ()),
            signed=rows.texts.get("signed", ()), affiliations=rows.texts.get("affiliations", ()),
            citations=rows.texts.get("cited", ()), measures=page.measures, agent=kind in AGENTS,
        )  # fmt: skip
        return page, summary

    page, summary = await run_in_threadpool(compose)
    picture, text = None, None
    if kind in AGENTS and summary.partners and world.coauthors is not None:
        picture = await run_in_threadpool(collaborators.draw, summary.partners, world.coauthors.joined)
    if kind == "source":
        text = await _captured(site, iri, captured.read_found(rows.terms["captured"]), part, links)
    known_as = await run_in_threadpool(references, [iri], description.triples, links) if kind == "work" else []
    return {
        "page": page,
        "reference": next(iter(known_as), None),
        "summary": summary,
        "listing": listing,
        "sorts": SORTS,
        "columns": charts.per_year(summary.years),
        "bars": charts.bars([(ref.text, f"topic={links.own(ref.iri)}", n) for ref, n in summary.topics[:8]]),
        "picture": picture,
        "evidence": read_evidence(told, links, called=names),
        "captured": text,
        "stated": kind == "source" and await questions.holds(world.pool, f"{links.base}graph/{links.own(iri)}"),
        "works_findings": _of_works(site, listing),
    }


async def _captured(site: Site, iri: str, found: list[captured.Found], part: int, links: Links) -> captured.Captured:
    lines = await run_in_threadpool(captured.text_of, site.world.release, iri.rpartition("/")[2])
    place = captured.cut(found, lines, part)
    shown = [one for _, _, one in place[0] if one is not None]
    names = await names_of(site, {one.about for one in shown if one.about})
    asked = [] if lines is not None else sorted({one.iri for one in shown})
    rows = await questions.ask_many(site.world.pool, site.questions["snippets"], [{"record": one} for one in asked])
    snippets = {getattr(record, "value", ""): getattr(words, "value", "") for record, words in rows}
    return await run_in_threadpool(captured.show, found, lines, place, links, names, snippets)


def read_part(parameters: Mapping[str, str]) -> int:
    """Return which part of a captured text is asked for, from 1. Raises HTTPException 400."""
    return read_wish({"page": parameters.get("part", "")}).page


async def ask(site: Site, kind: str, iri: str) -> Rows:
    """Ask the questions of a kind of thing, as many at once as there are workers; what is kept is not asked."""
    kept = await run_in_threadpool(panels_of(site.world.release).find, iri)
    wanted = {name: values for name, values in panels.asked(kind, iri).items() if name not in kept}
    others: dict[str, dict[str, str]] = {"evidence": {"agent": iri}} if kind in AGENTS else {}
    if kind == "source":
        others["captured"] = {"source": iri}
    pool, known = site.world.pool, site.questions
    texts, terms = await asyncio.gather(
        asyncio.gather(*(questions.ask_texts(pool, known[name], values) for name, values in wanted.items())),
        asyncio.gather(*(questions.ask(pool, known[name], values) for name, values in others.items())),
    )
    return Rows(kept | dict(zip(wanted, texts, strict=True)), dict(zip(others, terms, strict=True)))


async def names_of(site: Site, things: Iterable[str]) -> dict[str, str]:
    """Return the names of things that have one."""
    found: dict[str, str] = {}
    wanted = sorted(things)
    for start in range(0, len(wanted), _AT_ONCE):
        many = [{"thing": thing} for thing in wanted[start : start + _AT_ONCE]]
        found |= dict(await questions.ask_texts(site.world.pool, site.questions["named"], *many))
    return found


async def entry_triples(site: Site, works: Sequence[str]) -> list[Triple]:
    """Return the statements about some works, their authorships and the names of what they lead to."""
    if not works:
        return []
    pool, known = site.world.pool, site.questions
    said, signed = await asyncio.gather(
        questions.ask_many(pool, known["entries"], [{"s": work} for work in works]),
        questions.ask_texts(pool, known["signatures"], *({"work": work} for work in works)),
    )
    triples = [Triple(s, p, o) for s, p, o in said if isinstance(s, NamedNode) and isinstance(p, NamedNode) and o]
    linked = {
        triple.object.value for triple in triples if triple.predicate in _NAMED and isinstance(triple.object, NamedNode)
    }
    for _, signature, agent, name, position, printed in signed:
        node, who = _node(signature), _node(agent)
        if node is None:
            continue
        if who is not None:
            triples.append(Triple(node, vocab.KG_AGENT, who))
            if name:
                triples.append(Triple(who, vocab.NAME, Literal(name)))
        if position.isdecimal():
            triples.append(Triple(node, vocab.POSITION, Literal(position, datatype=vocab.XSD_INTEGER)))
        if printed:
            triples.append(Triple(node, vocab.KG_NAME_AS_PRINTED, Literal(printed)))
    names = await names_of(site, linked)
    triples += (Triple(NamedNode(thing), vocab.NAME, Literal(name)) for thing, name in sorted(names.items()))
    return list(dict.fromkeys(triples))


def _node(text: str) -> NamedNode | None:
    """Return an IRI as a node, None for what an edit may have put in its place."""
    try:
        return NamedNode(text)
    except ValueError:
        return None


_NAMED: Final = frozenset(
    (vocab.ABOUT, vocab.IS_PART_OF, vocab.SOURCE_ORGANIZATION, vocab.PROV_WAS_DERIVED_FROM, vocab.PUBLISHER)
)


def _of_works(site: Site, listing: Listing) -> tuple[Finding, ...]:
    """Return what the validation found about the works of this page of the list."""
    report = site.world.report
    return tuple(finding for line in listing.lines for finding in report.of(line.iri)) if report else ()
