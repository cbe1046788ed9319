"""CodeMeta: software described by its ``codemeta.json``.

Specification: CodeMeta 2.0 and 3.0 (JSON-LD over schema.org), and the names of fields of 1.0. Maps the software with
its authors and people in other roles, identifiers, repository and pages, licence, version, dates, keywords and
languages, publications, parts, funding and publisher. Contexts are not fetched: names of fields are read as the
published contexts define them, with or without a prefix. Leaves aside how the software is built and run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kg.errors import InputError
from kg.model.records import Funding, Place, Related, SourceReading, Subject, WorkRecord
from kg.sources.bibliographic import byline_of, full_name
from kg.sources.codemeta_agents import agents_of, described, identifying, older_agents, organizations
from kg.sources.codemeta_fields import ASIDE, FIELDS, RELATIONS, ROLES, VALUED, compacted, word, words
from kg.sources.fields import Json, once
from kg.sources.formats import Format, Item, Piece, gather, problem
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.notes import Unknown
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces
from kg.sources.schemes import known_iri, web_address

# One address, a list that has it, or an own context with a prefix for its terms; not what stands behind the context.
_CONTEXT: Final = re.compile(
    r'"@context"\s*:\s*(?:"[^"]{0,400}?codemeta|\[[^][{}]{0,400}?codemeta|\{[^{}]{0,400}?codemeta)', re.IGNORECASE
)


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is CodeMeta: its context names it."""
    return 0.99 if beginning[:1] in ("[", "{") and _CONTEXT.search(beginning) else 0.0


def read(opened: Opened) -> SourceReading:
    """Read one description, a list or graph of them, or one a line."""
    unknown = Unknown((name.partition(".")[0] for name in FIELDS), ASIDE)

    def items(piece: Piece, place: Place) -> Iterator[Item]:
        value = compacted(piece.value)  # of an object for a list or a plain value, what it holds
        if not isinstance(value, dict):
            raise InputError("the record is not an object", advice="a CodeMeta description is a JSON object")
        yield from _software(Noted(value, place), value, place)
        yield from (problem(place, remark) for remark in unknown.among(value))

    return gather(opened, json_pieces(opened, "/@graph"), items, title="CodeMeta descriptions")


def _software(work: Noted, value: Json, place: Place) -> Iterator[Item]:
    titles = [plain(t) for key in ("name", "title") for t in words(work, key)]
    known = described(value)
    agents = [*agents_of(work, "author", known), *agents_of(work, "creator", known), *older_agents(work)]
    others = (m for role in ROLES for m in agents_of(work, role, known))
    authors = byline_of(m for m in agents if m is None or m.role == "author")
    identifiers, addresses, unknown = _identifiers(work)
    if not (titles or identifiers or authors):
        raise InputError("the record has neither name nor identifier nor author", advice="it names no software")
    kinds = [kind for kind in words(work, "@type") if kind not in ("SoftwareSourceCode", "SoftwareApplication")]
    yield WorkRecord(
        place,
        "",
        title=titles[0] if titles else "",
        abstract=plain(" ".join(words(work, "description"))),
        date=work.date("datePublished") or work.date("dateCreated"),
        date_printed=work.text("datePublished") or work.text("dateCreated"),
        genre=" ".join(kinds) or "software",
        byline=authors,
        identifiers=identifiers,
        alternative_titles=once(*titles[1:], *(plain(t) for t in words(work, "alternateName"))),
        contributors=tuple(m for m in (*agents, *others) if m and m.role != "author"),
        publisher=word(work, "publisher"),
        languages=once(*words(work, "inLanguage")),
        version=work.either("softwareVersion", "version"),
        urls=once(
            *addresses,
            *(
                web_address(page)
                for key in ("codeRepository", "url", "relatedLink", "downloadUrl", "downloadLink", "readme")
                for page in words(work, key, "@id", "url")
            ),
        ),
        licenses=once(*(t for key in ("license", "licenseId") for t in words(work, key, "@id", "url", "name"))),
        subjects=tuple(_subjects(work)),
        funding=tuple(_funding(work)),
        related=(*unknown, *_related(work)),
    )
    yield from organizations(work)
    yield from work.notes


def _identifiers(work: Noted) -> tuple[tuple[str, ...], list[str], list[Related]]:
    """Return the IRIs of the software, addresses of pages among its identifiers, and those without an address."""
    iris, pages, others = [], [], []
    listed = [("", printed) for printed in words(work, "@id") if known_iri(printed)]
    for value in work.items("identifier"):
        scheme = work.inside(value, "identifier").text("propertyID") if isinstance(value, dict) else ""
        listed += ((scheme, printed) for printed in words(work.inside({"identifier": value}), "identifier", *VALUED))
    for scheme, printed in listed:
        iri = known_iri(printed) or (work.iri(scheme, printed, "identifier") if scheme else "")
        if iri.startswith(("https://doi.org/", "https://arxiv.org/")) or (iri and iri != web_address(printed)):
            iris.append(iri)
        elif iri:
            pages.append(iri)
        else:
            others.append(Related("same-as", printed=printed, relation=scheme))
    return once(*iris), pages, others


def _subjects(work: Noted) -> Iterator[Subject]:
    for key in ("keywords", "tags"):
        for listed in words(work, key):
            yield from (Subject(word.strip()) for word in listed.split(",") if word.strip())
    for key, scheme in (("programmingLanguage", "programming language"), ("applicationCategory", "application")):
        yield from (Subject(name, scheme=scheme) for name in words(work, key))


def _funding(work: Noted) -> Iterator[Funding]:
    """Yield the grants, each once for every funder, then the funders of whom no grant is told.

    A grant that does not say who paid it is the one funder's of the description, where there is one alone.
    """
    funders, paid = list(_funders(work)), set()
    for grant in work.items("funding"):
        own: list[tuple[str, str]] = []
        award = title = page = ""
        if isinstance(grant, dict):
            found = work.inside(grant, "funding")
            own, title = list(_funders(found)), found.first("name")
            page = next(filter(None, map(web_address, (found.first("url"), found.first("@id")))), "")
            award = word(found, "identifier", *VALUED) or page
        else:
            award = " ".join(work.inside({"funding": grant}).texts("funding"))
        payers = own or (funders if len(funders) == 1 else [("", "")])
        paid.update(payers)
        yield from (Funding(name, iri, award, title, page) for name, iri in payers if name or iri or award or title)
    yield from (Funding(name, iri) for name, iri in funders if (name, iri) not in paid)


def _funders(owner: Noted) -> Iterator[tuple[str, str]]:
    """Yield the names of who paid, with their IRIs; of one that is told by its IRI alone, the IRI."""
    for value in owner.items("funder"):
        funder = owner.inside(value if isinstance(value, dict) else {"name": value}, "funder")
        known = [iri for one in identifying(funder) if (iri := known_iri(one))]
        if full := full_name(funder.first("givenName"), funder.first("familyName")) or funder.first("name"):
            yield ("", web_address(full)) if web_address(full) else (full, next(iter(known), ""))
        elif known:
            yield "", known[0]


def _related(work: Noted) -> Iterator[Related]:
    for key, kind in RELATIONS.items():
        for value in work.items(key):
            if isinstance(value, dict):
                thing = work.inside(value, key)
                known = [*words(thing, "@id"), *words(thing, "identifier", *VALUED), *words(thing, "url")]
                iri = next((iri for one in known if (iri := known_iri(one))), "")
                printed = plain(thing.first("name") or thing.first("headline")) or next(iter(known), "")
            else:
                printed = " ".join(work.inside({key: value}).texts(key))
                iri = known_iri(printed)
            if printed:
                yield Related(kind, iri, printed, key)
    for other in work.objects("relationship"):
        printed, relation = other.text("relatedIdentifier"), other.text("relationshipType")
        if printed:
            kind = RELATIONS.get(relation, "related")
            yield Related(kind, known_iri(printed), printed, relation)


FORMAT: Final = Format(
    "codemeta",
    "software described by codemeta.json",
    recognise,
    read,
    specification="CodeMeta 1.0, 2.0 and 3.0, JSON-LD",
    fields=FIELDS,
    aside=ASIDE,
)
