"""The page about one thing: which questions it asks, and what is made of the answers.

Knows that a page begins with a brief description and completes it with rows: the list of works, the page of it that is
shown, partners, affiliations, citations, the evidence of identity, the captured text. Every question goes to the pool
and has its deadline; values go in as terms. Does not know routes; what a page shows is in `kg.web.profile`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pyoxigraph import Literal, NamedNode, Triple
from starlette.concurrency import run_in_threadpool

from kg.rdf import vocab
from kg.web import captured, charts, collaborators, questions
from kg.web.evidence import read_evidence
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

AGENTS: Final = frozenset({"person", "group"})
LINK: Final = {
    "person": vocab.AUTHOR,
    "group": vocab.AUTHOR,
    "topic": vocab.ABOUT,
    "venue": vocab.IS_PART_OF,
    "organization": vocab.SOURCE_ORGANIZATION,
    "source": vocab.PROV_WAS_DERIVED_FROM,
    "software": vocab.MENTIONS,
}
"""Kind of a thing -> the property that leads from works to it."""
_AT_ONCE: Final = 2_000
"""Things whose names are asked for at once."""


Rows = dict[str, list[list["Term | None"]]]


async def gather(
    site: Site, kind: str, description: Description, rows: Rows, links: Links, parameters: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the template of a page shows. ``rows`` are those of `ask`. Raises HTTPException 400."""
    world, iri = site.world, description.iri.value
    wish, part = read_wish(parameters), read_part(parameters)
    lines = read_lines(rows.get("listed", ()), rows.get("listed-with", ()))
    names = await names_of(
        site, {thing for line in lines for thing in (*line.topics, *line.sources, *line.organizations)}
    )
    listing = make_listing(lines, wish, own=lambda term: links.own(term) or term, names=names)
    entries = await entry_triples(site, [line.iri for line in listing.lines])
    findings = world.report.of(iri) if world.report is not None else ()
    if findings:
        of_build()

    def compose() -> tuple[ThingPage, Summary]:
        page = make_page(description, links, entries=entries, listing=listing, findings=findings)
        summary = summarise(
            iri, lines, links, names=names, partners=rows.get("partners", ()),
            affiliations=rows.get("affiliations", ()), citations=rows.get("cited", ()),
            measures=page.measures, agent=kind in AGENTS,
        )  # fmt: skip
        return page, summary

    page, summary = await run_in_threadpool(compose)
    picture, text = None, None
    if summary.partners and world.coauthors is not None:
        picture = await run_in_threadpool(collaborators.draw, summary.partners, world.coauthors.joined)
    if kind == "source":
        text = await _captured(site, iri, captured.read_found(rows["captured"]), part, links)
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
        "evidence": read_evidence(rows.get("evidence", ()), links),
        "captured": text,
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
    """Ask the questions of a kind of thing, as many at once as there are workers; the longest first."""
    asked: dict[str, dict[str, str]] = {}
    if kind in LINK:
        asked["listed"] = asked["listed-with"] = {"thing": iri, "link": LINK[kind].value}
    if kind in AGENTS:
        asked |= {"partners": {"agent": iri}, "affiliations": {"agent": iri}}
        asked |= {"cited": {"agent": iri}, "evidence": {"agent": iri}}
    if kind == "source":
        asked["captured"] = {"source": iri}
    answers = await asyncio.gather(
        *(questions.ask(site.world.pool, site.questions[name], values) for name, values in asked.items())
    )
    return dict(zip(asked, answers, strict=True))


async def names_of(site: Site, things: Iterable[str]) -> dict[str, str]:
    """Return the names of things that have one."""
    found: dict[str, str] = {}
    wanted = sorted(things)
    for start in range(0, len(wanted), _AT_ONCE):
        many = [{"thing": thing} for thing in wanted[start : start + _AT_ONCE]]
        for thing, name in await questions.ask_many(site.world.pool, site.questions["named"], many):
            found[getattr(thing, "value", "")] = getattr(name, "value", "")
    return found


async def entry_triples(site: Site, works: Sequence[str]) -> list[Triple]:
    """Return the statements about some works, their authorships and the names of what they lead to."""
    if not works:
        return []
    pool, known = site.world.pool, site.questions
    said, signed = await asyncio.gather(
        questions.ask_many(pool, known["entries"], [{"s": work} for work in works]),
        questions.ask_many(pool, known["signatures"], [{"work": work} for work in works]),
    )
    triples = [Triple(s, p, o) for s, p, o in said if isinstance(s, NamedNode) and isinstance(p, NamedNode) and o]
    linked = {
        triple.object.value for triple in triples if triple.predicate in _NAMED and isinstance(triple.object, NamedNode)
    }
    for work, signature, agent, name, position, printed in signed:
        if not isinstance(signature, NamedNode) or not isinstance(work, NamedNode):
            continue
        for predicate, value in (
            (vocab.KG_AGENT, agent),
            (vocab.POSITION, position),
            (vocab.KG_NAME_AS_PRINTED, printed),
        ):
            if value is not None:
                triples.append(Triple(signature, predicate, value))
        if isinstance(agent, NamedNode) and isinstance(name, Literal):
            triples.append(Triple(agent, vocab.NAME, name))
    names = await names_of(site, linked)
    triples += (Triple(NamedNode(thing), vocab.NAME, Literal(name)) for thing, name in sorted(names.items()))
    return list(dict.fromkeys(triples))


_NAMED: Final = frozenset(
    (vocab.ABOUT, vocab.IS_PART_OF, vocab.SOURCE_ORGANIZATION, vocab.PROV_WAS_DERIVED_FROM, vocab.PUBLISHER)
)


def _of_works(site: Site, listing: Listing) -> tuple[Finding, ...]:
    """Return what the validation found about the works of this page of the list."""
    report = site.world.report
    return tuple(finding for line in listing.lines for finding in report.of(line.iri)) if report else ()
