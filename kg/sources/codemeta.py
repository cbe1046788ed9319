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
from kg.sources.bibliographic import byline_of
from kg.sources.codemeta_agents import agents_of, described, older_agents, organizations
from kg.sources.codemeta_fields import ASIDE, FIELDS, RELATIONS, ROLES, VALUED, compacted, words
from kg.sources.fields import once
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.markup import plain
from kg.sources.noted import Noted
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
    return gather(opened, json_pieces(opened, "/@graph"), _software, title="CodeMeta descriptions")


def _software(piece: Piece, place: Place) -> Iterator[Item]:
    value = compacted(piece.value)  # of an object for a list or a plain value, what it holds
    if not isinstance(value, dict):
        raise InputError("the record is not an object", advice="a CodeMeta description is a JSON object")
    work = Noted(value, place)
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
        title=next(iter(titles), ""),
        abstract=plain(" ".join(words(work, "description"))),
        date=work.date("datePublished") or work.date("dateCreated"),
        date_printed=work.text("datePublished") or work.text("dateCreated"),
        genre=" ".join(kinds) or "software",
        byline=authors,
        identifiers=identifiers,
        alternative_titles=once(*titles[1:], *(plain(t) for t in words(work, "alternateName"))),
        contributors=tuple(m for m in (*agents, *others) if m and m.role != "author"),
        publisher=next(iter(words(work, "publisher")), ""),
        language=next(iter(words(work, "inLanguage")), ""),
        version=work.text("softwareVersion") or work.text("version"),
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
    funders = [(name, _funder_iri(work, name)) for name in words(work, "funder")]
    grants = work.items("funding")
    for grant in grants:
        if isinstance(grant, dict):
            found = work.inside(grant, "funding")
            funder = next(iter(words(found, "funder")), "")
            award = next(iter(words(found, "identifier", *VALUED)), "")
            yield Funding(funder, _funder_iri(found, funder), award, found.first("name"))
        elif isinstance(grant, str):
            # One text names the grant; where there is one funder as well, it is that funder's.
            funder, iri = funders[0] if len(funders) == 1 else ("", "")
            yield Funding(funder, iri, grant.strip())
    if not grants or len(funders) > 1:
        yield from (Funding(name, iri) for name, iri in funders)


def _funder_iri(owner: Noted, name: str) -> str:
    for funder in owner.items("funder"):
        if isinstance(funder, dict) and funder.get("name") == name:
            return next((web_address(one) for one in words(owner.inside(funder, "funder"), "@id")), "")
    return ""


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
