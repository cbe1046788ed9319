"""arXiv Atom: answers of the arXiv API and daily feeds, entries with arXiv's own elements beside Atom's.

Specification: Atom (RFC 4287) with the extensions of the arXiv API user's manual, ``http://arxiv.org/schemas/atom``,
and arXiv's specification of its news feeds, whose entries have their authors in one line and tell in the summary what
is announced; the day of such an entry is the day of the announcement, the paper's own only where that is new.
Maps each entry to a preprint: title, ordered authors with affiliations, both days (the first version's is the date),
abstract, arXiv id and version, DOI, categories with the primary one first, remarks, and where it appeared. An entry
that reports an error is quarantined with what arXiv says. Leaves aside what a feed says of the query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from kg.errors import InputError
from kg.model.identifiers import parse_arxiv
from kg.model.records import Mention, Place, Related, SourceReading, Subject, WorkRecord
from kg.sources.bibliographic import byline_of, date_of_text, kind_of, work_iri
from kg.sources.elements import attribute, children, line_of, text, texts
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.notes import Notes
from kg.sources.opening import Opened
from kg.sources.registries import doi_iri
from kg.sources.schemes import web_address
from kg.sources.xml_stream import named, xml_pieces, xml_root

FIELDS: Final[Mapping[str, str]] = {
    "entry/id": "identifiers",
    "entry/id (v…)": "version",
    "entry/title": "title",
    "entry/summary": "abstract",
    "entry/author/name": "byline.mentions.name",
    "entry/author/arxiv:affiliation": "byline.mentions.affiliations",
    "entry/contributor/name": "contributors",
    "entry/published": "date",
    "entry/updated": "date",
    "entry/arxiv:doi": "identifiers",
    "entry/arxiv:journal_ref": "related",
    "entry/arxiv:comment": "notes",
    "entry/arxiv:comment (withdrawn)": "retracted",
    "entry/arxiv:primary_category": "topics",
    "entry/category": "topics",
    "entry/category (MSC, ACM)": "subjects",
    "entry/link": "urls",
    "entry/dc:creator": "byline.mentions.name",
    "entry/arxiv:journal_reference": "related",
    "entry/dc:rights": "licenses",
    "entry/rights": "licenses",
}

ASIDE: Final = (
    "feed/id", "feed/title", "feed/updated", "feed/link", "feed/subtitle", "opensearch:*", "link[rel=alternate]",
    "entry/arxiv:announce_type",
)  # fmt: skip

_ENTRY: Final = ("{http://www.w3.org/2005/Atom}entry", "entry")
_ARXIV: Final = re.compile(r"//arxiv\.org/schemas/atom|//(?:export\.)?arxiv\.org/(?:api|abs)/")
_ANNOUNCED: Final = "oai:arXiv.org:"
_ANNOUNCEMENT: Final = re.compile(r"arXiv:\S+ Announce Type: [\w-]+\s*(?:Abstract:\s*)?")
# Between authors in one line, but not before what belongs to the name; brackets are around affiliations.
_BETWEEN: Final = re.compile(r"[()]|, (?!(?:Jr|Sr|I{1,3}|IV)\b)")
_VERSION: Final = re.compile(r"(v\d+)$")
# arXiv's categories begin with their archive in small letters; other terms are classes of mathematics (MSC) or
# computing (ACM) that authors typed, several in one.
_CATEGORY: Final = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[A-Za-z]+(?:-[a-z]+)*)?")
# What says that this paper is withdrawn, and not another, a part or money.
_WITHDRAWN: Final = re.compile(
    r"\b(?:this|the|our) (?:\w+ )?(?:paper|submission|article|manuscript|preprint|work|version|draft)[^.;]{0,40}?"
    r"\bwithdrawn\b"
    r"|^\W*(?:paper |article |submission )?(?:(?:has|have) been |is |was )?withdrawn\b",
    re.IGNORECASE,
)


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is such a feed: Atom's root element and an address of arXiv's."""
    name = xml_root(beginning)[0].rpartition(":")[2]
    return 0.95 if name in ("feed", "entry") and _ARXIV.search(beginning[:5000]) else 0.0


def read(opened: Opened) -> SourceReading:
    """Read the entries of a feed."""
    return gather(opened, named(xml_pieces(opened, _ENTRY), _name), _preprint, title="arXiv preprints")


def _name(entry: etree._Element) -> str:
    return text(entry, "id").removeprefix(_ANNOUNCED).rpartition("/abs/")[2]


def _preprint(piece: Piece, place: Place) -> Iterable[Item]:
    entry: etree._Element = piece.value
    notes = Notes(place)
    address, title = text(entry, "id"), text(entry, "title")
    daily = address.startswith(_ANNOUNCED)
    if daily:
        address = f"https://arxiv.org/abs/{address.removeprefix(_ANNOUNCED)}"
    summary = _ANNOUNCEMENT.sub("", text(entry, "summary"), count=1) if daily else text(entry, "summary")
    if "/api/errors" in address:
        said = summary or title
        raise InputError(f"arXiv answered with an error: {said}", where="id", advice="correct the query and ask again")
    version = _VERSION.search(address)
    arxiv = notes.attempt(parse_arxiv, address.removesuffix("/"), "id") or web_address(address)
    dois = tuple(
        notes.iri(doi_iri, printed, "doi") for printed in " ".join((*texts(entry, "doi"), *texts(entry, "DOI"))).split()
    )
    authors = byline_of((*_people(entry, "author", notes), *_listed(entry)))
    if not (arxiv or title or authors):
        raise InputError("the entry has neither id nor title nor author", advice="it names no work")
    notes.garbled(title, "title")
    published, updated = text(entry, "published"), text(entry, "updated")
    comments = texts(entry, "comment")
    sentences = (*comments, summary.partition(". ")[0])
    withdrawn = next((sentence for sentence in sentences if _WITHDRAWN.search(sentence)), "")
    topics, subjects = _categories(entry)
    dated = published or updated
    if daily and text(entry, "announce_type") != "new":
        dated = ""
    yield WorkRecord(
        place,
        "",
        title=title,
        abstract=summary,
        date=notes.attempt(date_of_text, dated, "published" if published else "updated"),
        date_printed=dated,
        genre="preprint",
        topics=topics,
        byline=authors,
        identifiers=tuple(dict.fromkeys(filter(None, (arxiv, *dois)))),
        contributors=tuple(filter(None, _people(entry, "contributor", notes))),
        version=version[1] if version else "",
        urls=tuple(dict.fromkeys(_links(entry, {arxiv, *dois}))),
        licenses=texts(entry, "rights"),
        subjects=subjects,
        related=tuple(
            Related("version-of", next(iter(dois), ""), printed, "journal_ref")
            for printed in (*texts(entry, "journal_ref"), *texts(entry, "journal_reference"))
        ),
        retracted=withdrawn,
        notes=comments,
    )
    yield from notes.problems


def _people(entry: etree._Element, role: str, notes: Notes) -> Iterator[Mention | None]:
    for number, person in enumerate(children(entry, role)):
        name = text(person, "name")
        if name == ":":  # stands between a collaboration and its members
            continue
        if not name or name.rstrip(".").lower() == "et al":
            notes.note(f"the {role} has no name", "", f"{role}[{number}]", "it is left out")
            yield None
            continue
        notes.garbled(name, f"{role}[{number}]")
        yield Mention(
            name, kind=kind_of(name), affiliations=texts(person, "affiliation"), line=line_of(person), role=role
        )


def _listed(entry: etree._Element) -> Iterator[Mention]:
    """Yield the authors that stand in one line, with their affiliations in brackets."""
    for line in texts(entry, "creator"):
        for printed in filter(None, _split(line)):
            name, _, place = printed.removesuffix(")").partition(" (")
            yield Mention(name, kind=kind_of(name), affiliations=(place,) if place else ())


def _split(line: str) -> Iterator[str]:
    start = depth = 0
    for found in _BETWEEN.finditer(line):
        if found[0] == "(":
            depth += 1
        elif found[0] == ")":
            depth = max(depth - 1, 0)
        elif not depth:
            yield line[start : found.start()]
            start = found.end()
    yield line[start:]


def _categories(entry: etree._Element) -> tuple[tuple[str, ...], tuple[Subject, ...]]:
    """Return arXiv's categories, the primary one first, and the other subjects."""
    found = [attribute(part, "term") for part in (*children(entry, "primary_category"), *children(entry, "category"))]
    topics = tuple(dict.fromkeys(term for term in found if _CATEGORY.fullmatch(term)))
    subjects = dict.fromkeys(Subject(term) for term in found if term and not _CATEGORY.fullmatch(term))
    return topics, tuple(subjects)


def _links(entry: etree._Element, own: set[str]) -> Iterator[str]:
    """Yield the PDF and what else is linked, but for the pages that the identifiers already are."""
    for link in children(entry, "link"):
        address = web_address(attribute(link, "href"))
        page = attribute(link, "rel") == "alternate" or (work_iri(address) in own and "/pdf/" not in address)
        if address and not page:
            yield address


FORMAT: Final = Format(
    "arxiv-atom",
    "answers and daily feeds of arXiv",
    recognise,
    read,
    specification="Atom (RFC 4287), arXiv API schemas/atom, arXiv news feeds",
    fields=FIELDS,
    aside=ASIDE,
)
