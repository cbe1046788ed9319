"""What the page about one thing shows: for people and groups, for works, for everything else.

Made from a description, the statements about the works that are listed and the findings about the thing. Knows which
parts a kind of thing has. Does not ask the graph anything and does not know HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from pyoxigraph import NamedNode, Triple

from kg.rdf import vocab
from kg.rdf.describe import Description
from kg.web import parts
from kg.web.links import Links
from kg.web.reading import UNTITLED, Day, Mark, Reading, Ref, Value, day_of
from kg.web.tex import plain

if TYPE_CHECKING:
    from kg.quality.report import Finding
    from kg.web.listing import Listing

VALUES: Final = 50
"""Values of one property in the list of every statement; a property with more names how many."""
OPENING: Final = 12
"""Words of the abstract that stand for a title that no source gives."""
_ADDRESSES: Final = 4
"""Addresses of a work that stand at its head; the details have all."""

_AGENTS: Final = frozenset({"person", "group"})
# Shown in parts of their own; every statement, these too, also stands in the full list at the end of the page.
_SHOWN: Final = {
    "person": (vocab.NAME, vocab.FOAF_NAME, vocab.ALTERNATE_NAME, vocab.DESCRIPTION, vocab.FOAF_MADE),
    "source": (vocab.FOAF_PRIMARY_TOPIC, vocab.POTENTIAL_ACTION),
    "work": (
        vocab.NAME, vocab.ABSTRACT, vocab.DATE_PUBLISHED, vocab.AUTHOR, vocab.FOAF_MAKER, vocab.KG_AUTHORSHIP_OF,
        vocab.KG_AUTHOR_LIST_COMPLETE, vocab.BIBO_AUTHOR_LIST, vocab.KG_HAS_DISAGREEMENT, vocab.KG_YEAR_FROM_CAPTURE,
    ),
}  # fmt: skip
_ALWAYS: Final = (vocab.RDF_TYPE, vocab.PROV_WAS_DERIVED_FROM, vocab.NAME, vocab.FOAF_NAME, vocab.SKOS_PREF_LABEL)
_LABELS: Final = {
    vocab.GENRE: "type as printed",
    vocab.DCT_TYPE: "type",
    vocab.IS_PART_OF: "appeared in",
    vocab.ABOUT: "topics",
    vocab.SOURCE_ORGANIZATION: "organisations",
    vocab.MENTIONS: "code",
    vocab.RDFS_SEE_ALSO: "links in the abstract",
    vocab.CITATION: "works named in the abstract",
    vocab.SAME_AS: "same as",
    vocab.URL: "pages and files",
    vocab.PAGINATION: "pages",
    vocab.DCT_IS_PART_OF: "part of",
    vocab.KG_LICENSE_STATEMENT: "licence statement",
    vocab.KG_RELEASED_UNDER: "licence",
    vocab.KG_CODE_AVAILABLE: "code badge printed",
    vocab.KG_FILE: "file",
    vocab.KG_LAYOUT: "layout",
    vocab.KG_CAPTURED: "captured",
    vocab.KG_SITE: "site",
    vocab.DCT_RIGHTS: "rights",
    vocab.SHA256: "SHA-256",
    vocab.MAIN_ENTITY: "page about",
    vocab.KG_SUBJECT_EVIDENCE: "how the subject is known",
    vocab.SKOS_NOTATION: "code",
    vocab.SKOS_IN_SCHEME: "scheme",
    vocab.SKOS_BROADER: "broader topic",
    vocab.KG_KEYWORD_AS_PRINTED: "keyword as printed",
    vocab.CODE_REPOSITORY: "repository",
}
_COAR: Final = {
    "http://purl.org/coar/resource_type/c_816b": "preprint",
    "http://purl.org/coar/resource_type/c_6501": "journal article",
    "http://purl.org/coar/resource_type/c_5794": "conference paper",
    "http://purl.org/coar/resource_type/c_2f33": "book",
    "http://purl.org/coar/resource_type/c_3248": "book part",
    "http://purl.org/coar/resource_type/c_18cf": "text",
}


@dataclass(frozen=True)
class Group:
    """Things of one sort that point to the described one."""

    title: str
    things: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Action:
    """What a page offers its readers to do."""

    name: str
    printed: str


@dataclass(frozen=True)
class ThingPage:
    """Everything the page about one thing shows."""

    ref: Ref
    kind: str
    title: str
    untitled: bool
    names: tuple[str, ...]
    descriptions: tuple[parts.Fact, ...]
    facts: tuple[parts.Fact, ...]
    measures: tuple[parts.Measure, ...]
    disagreements: tuple[parts.Disagreement, ...]
    findings: tuple[Finding, ...]
    works: tuple[parts.WorkEntry, ...]
    """The works of the page of the list that is shown."""
    groups: tuple[Group, ...]
    byline: parts.Byline
    day: Day
    day_marks: tuple[Mark, ...]
    year_from_capture: bool
    abstract: str
    abstract_marks: tuple[Mark, ...]
    actions: tuple[Action, ...]
    records: tuple[parts.Record, ...]
    marks: tuple[Mark, ...]
    statements: tuple[parts.Fact, ...]
    limits: tuple[str, ...]
    own_sources: int = 0
    read: tuple[Value, ...] = ()
    """Where a work can be read: its addresses at publishers and archives."""


def make_page(
    description: Description,
    links: Links,
    *,
    entries: Sequence[Triple] = (),
    listing: Listing | None = None,
    findings: tuple[Finding, ...] = (),
) -> ThingPage:
    """Compose the page of a thing.

    ``listing`` names the works to show, in their order, and ``entries`` are the statements about them.
    """
    own = Reading(description, links)
    iri = description.iri
    kind = links.kind(iri.value) or "thing"
    # Sources are numbered in the order in which they are met: those of the thing itself first.
    triples = (*description.triples, *entries)
    # A description that leaves its works out has no statement about them that could stand twice.
    listed = replace(description, triples=triples if description.cut else tuple(dict.fromkeys(triples)))
    reading = Reading(listed, links) if entries else own
    works = tuple(parts.work_entry(reading, NamedNode(line.iri)) for line in listing.lines) if listing else ()
    name = reading.name(iri)
    abstract = reading.first(iri, vocab.ABSTRACT)
    title = plain(name) or (_opening(abstract) if kind == "work" and abstract else UNTITLED if kind == "work" else "")
    byline = parts.byline(reading, iri)
    names = {name, *reading.texts(iri, vocab.ALTERNATE_NAME)} - {""}
    ref = reading.ref(iri)
    return ThingPage(
        ref=ref,
        kind=kind,
        title=title or ref.text,
        untitled=kind == "work" and not name,
        names=tuple(sorted(names, key=lambda text: (text != name, text))),
        descriptions=parts.facts(own, iri, only=(vocab.DESCRIPTION,)),
        facts=_facts(reading, kind),
        measures=parts.measures(reading),
        disagreements=parts.disagreements(reading),
        findings=findings,
        works=works,
        groups=() if kind == "work" else _groups(own, kind),
        byline=byline,
        day=reading.day(iri),
        day_marks=_stated_all(reading, vocab.DATE_PUBLISHED),
        year_from_capture=bool(reading.flag(iri, vocab.KG_YEAR_FROM_CAPTURE)),
        abstract=plain(abstract),
        abstract_marks=_stated_all(reading, vocab.ABSTRACT),
        actions=_actions(reading),
        records=parts.records(reading),
        marks=tuple(reading.marks.values()),
        statements=parts.facts(own, iri, most=VALUES),
        limits=tuple(str(limit) for limit in description.limits if limit.what == "records"),
        own_sources=len(own.marks),
        read=_read_at(reading) if kind == "work" else (),
    )


def _read_at(reading: Reading) -> tuple[Value, ...]:
    """Return the addresses of a work elsewhere, in the words of a reference: DOI and arXiv id before others."""
    found: dict[str, str] = {}
    for term in (*reading.iris(reading.iri, vocab.SAME_AS), *reading.iris(reading.iri, vocab.URL)):
        href = reading.links.href(term.value)
        if href is None or reading.links.own(term.value) is not None:
            continue
        host, _, rest = term.value.partition("://")[2].removeprefix("www.").partition("/")
        rest = rest.removesuffix("/")
        if host == "doi.org":
            found[href] = f"doi:{rest}"
        elif host == "arxiv.org" and rest.startswith("abs/"):
            found[href] = f"arXiv:{rest.removeprefix('abs/')}"
        elif rest.endswith(".pdf"):
            found[href] = f"PDF, {host}"
        else:
            found.setdefault(href, host)
    named = dict.fromkeys(found.values())
    first = {name: next(href for href, text in found.items() if text == name) for name in named}
    ranked = sorted(first, key=lambda name: (not name.startswith("doi:"), not name.startswith("arXiv:")))
    return tuple(Value(name, first[name]) for name in ranked[:_ADDRESSES])


def _opening(abstract: str) -> str:
    words = plain(abstract).split()
    return " ".join(words[:OPENING]) + ("…" if len(words) > OPENING else "")


def _stated_all(reading: Reading, predicate: NamedNode) -> tuple[Mark, ...]:
    found = {mark for term in reading.values(reading.iri, predicate) for mark in reading.stated(predicate, term)}
    return tuple(sorted(found, key=lambda mark: mark.number))


def _facts(reading: Reading, kind: str) -> tuple[parts.Fact, ...]:
    hidden = (*_ALWAYS, *_SHOWN.get("person" if kind in _AGENTS else kind, ()))
    found = []
    for fact in parts.facts(reading, reading.iri, without=hidden):
        predicate = NamedNode(fact.iri)
        # Own parts have places of their own on the page.
        values = tuple(_said(value) for value in fact.values if value.href is None or "#" not in value.href)
        if values:
            found.append(parts.Fact(_LABELS.get(predicate, fact.label), fact.iri, values))
    return _without_echo(found)


def _without_echo(facts: Sequence[parts.Fact]) -> tuple[parts.Fact, ...]:
    """Leave out the type as printed where it is the type in the same words."""
    types = {value.text for fact in facts if fact.iri == vocab.DCT_TYPE.value for value in fact.values}
    return tuple(
        fact
        for fact in facts
        if fact.iri != vocab.GENRE.value or {value.text.lower() for value in fact.values} != types
    )


def _said(value: Value) -> Value:
    """Return a value in a reader's words: yes for true, a date as a date, a resource type by its name."""
    if value.href in _COAR:
        return replace(value, text=_COAR[value.href], note="")
    if value.note == "xsd:boolean":
        return replace(value, text="yes" if value.text == "true" else "no", note="")
    if value.note in {"xsd:date", "xsd:gYear", "xsd:gYearMonth"}:
        return replace(value, text=day_of(value.text).text, note="")
    if value.href and value.text.startswith(("http://", "https://")):
        return replace(value, text=value.text.partition("://")[2].removeprefix("www.").removesuffix("/"))
    return replace(value, text=plain(value.text), note="" if value.note.startswith("xsd:") else value.note)


def _actions(reading: Reading) -> tuple[Action, ...]:
    return tuple(
        Action(reading.first(node, vocab.NAME), reading.first(node, vocab.KG_VALUE_AS_PRINTED))
        for node in reading.iris(reading.iri, vocab.POTENTIAL_ACTION)
    )


def _groups(reading: Reading, kind: str) -> tuple[Group, ...]:
    """Sort the things that point to the described one by kind. Works have a list of their own."""
    pointing: dict[str, list[NamedNode]] = {}
    for node, predicates in reading.nodes.items():
        if not isinstance(node, NamedNode) or node == reading.iri or "#" in node.value:
            continue
        if any(reading.iri in objects for objects in predicates.values()):
            pointing.setdefault(reading.links.kind(node.value) or "", []).append(node)
    groups = []
    titles = {
        "source": f"Pages about this {kind}" if kind in _AGENTS else "Sources",
        "topic": "Narrower topics" if kind == "topic" else "Topics",
        "person": "People",
        "group": "Groups",
        "organization": "Organisations",
        "venue": "Venues",
        "software": "Software",
    }
    for other, title in titles.items():
        if nodes := pointing.get(other, []):
            refs = sorted((reading.ref(node) for node in nodes), key=lambda ref: ref.text.casefold())
            groups.append(Group(title, tuple(refs)))
    return tuple(groups)
