"""dblp XML: the whole of dblp, or the record of one person or publication.

Specification: ``dblp.dtd`` of 2023-06-28, with the conventions of dblp's FAQ; ``dblpperson`` as the site gives it for
one person. Maps publications with ordered authors, editors, ORCID iDs, links, relations and streams, and person records
with all their names, affiliations, and who is not meant. Titles lose the full stop that dblp puts behind them; homonym
numbers become identifiers. Leaves aside dates of modification, and names in TeX. Character names (``&uuml;``) are read
without the DTD, which is never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from kg.errors import IdentifierError, InputError
from kg.model.dates import PartialDate
from kg.model.identifiers import parse_arxiv
from kg.model.records import Mention, Place, Related, SourceReading, WorkRecord
from kg.sources.bibliographic import byline_of, kind_of, registered_iri
from kg.sources.dblp_people import PERSON, SITE, pid_address, read_name, read_person
from kg.sources.elements import attribute, line_of, text, texts, words
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.notes import Notes
from kg.sources.opening import Opened
from kg.sources.printed_months import date_of_month
from kg.sources.registries import isbn_iri, of_container, serial
from kg.sources.schemes import web_address
from kg.sources.xml_stream import named, xml_pieces, xml_root

GENRES: Final[Mapping[str, str]] = {
    "article": "journal article",
    "inproceedings": "conference paper",
    "proceedings": "conference proceedings",
    "book": "book",
    "incollection": "book chapter",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "www": "web page",
    "data": "dataset",
}
"""Elements of publications -> the genre of a record."""

PUBTYPES: Final[Mapping[str, str]] = {
    "informal": "preprint",
    "encyclopedia": "reference entry",
    "software": "software",
    "data": "dataset",
    "survey": "review article",
}
"""Values of publtype that name a genre of their own."""

RELATIONS: Final[Mapping[str, str]] = {"version": "version-of", "isversionof": "version-of", "part": "part-of"}

FIELDS: Final[Mapping[str, str]] = {
    "@key": "identifiers",
    "(element)": "genre",
    "@publtype": "genre",
    "@publtype (withdrawn)": "retracted",
    "author": "byline",
    "author (number)": "byline.mentions.identifiers",
    "author@pid": "byline.mentions.identifiers",
    "author@orcid": "byline.mentions.orcid",
    "editor": "contributors",
    "title": "title",
    "year": "date",
    "month": "date",
    "journal": "venue",
    "booktitle": "venue",
    "volume": "volume",
    "number": "issue",
    "pages": "pages",
    "publisher": "publisher",
    "school": "organizations",
    "isbn (of its own)": "identifiers",
    "isbn (parts)": "venue_identifiers",
    "ee": "identifiers",
    "ee (other)": "urls",
    "url": "urls",
    "note": "notes",
    "cdrom": "notes",
    "publnr": "notes",
    "chapter": "notes",
    "crossref": "related",
    "cite": "related",
    "series": "related",
    "stream": "related",
    "rel": "related",
    "www/author": "people.name",
    "www/author (more)": "people.names",
    "www@key": "people.identifiers",
    "www/crossref": "people.identifiers",
    "www/url": "people.urls",
    "www/url (ORCID, Wikidata, …)": "people.identifiers",
    "www/note[type=affiliation]": "people.affiliations",
    "www/note[type=affiliation, label=PhD]": "people.alumni_of",
    "www/note[type=uname]": "people.names",
    "www/note[type=isnot]": "people.distinct_from",
    "www/note": "people.description",
}

ASIDE: Final = (
    "@mdate", "@cdate", "@reviewid", "@rating", "@aux", "@bibtex", "address", "ee@type", "rel@sort", "coauthors",
    "www/title",
)  # fmt: skip

_RECORDS: Final = (*GENRES, "person")


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is dblp's XML: by its root element, or by a record with a key of dblp's."""
    name = xml_root(beginning)[0]
    if name in ("dblp", "dblpperson"):
        return 1.0
    return 0.9 if name in _RECORDS and re.match(r"\s*<[^>]*\bkey=[\"']\w+/", beginning) else 0.0


def read(opened: Opened) -> SourceReading:
    """Read publications and persons one by one."""
    return gather(
        opened, named(xml_pieces(opened, _RECORDS), lambda record: attribute(record, "key")), _record, title="dblp"
    )


def _record(piece: Piece, place: Place) -> Iterable[Item]:
    element: etree._Element = piece.value
    if element.tag == "person" or attribute(element, "key").startswith(PERSON):
        return read_person(element, place)
    return _work(element, place)


def _work(element: etree._Element, place: Place) -> Iterable[Item]:
    notes = Notes(place)
    key = attribute(element, "key")
    tag = str(element.tag)
    kinds = attribute(element, "publtype").split()
    title = _without_stop(text(element, "title"))
    authors = byline_of(_people(element, "author", notes))
    editors = tuple(filter(None, _people(element, "editor", notes)))
    if not (title or authors or editors):
        raise InputError("the record has neither title nor people", where="title", advice="it names no work")
    own, pages = _links(element)
    isbns = texts(element, "isbn")
    whole = not of_container("ISBN", GENRES[tag])
    if whole:
        own += [iri for isbn in isbns if (iri := notes.iri(isbn_iri, isbn, "isbn"))]
    date, printed = _date(element, notes)
    volume = text(element, "volume")
    arxiv = _arxiv_of(text(element, "journal"), volume)
    yield WorkRecord(
        place,
        "",
        title=title,
        date=date,
        date_printed=printed,
        genre=next((PUBTYPES[kind] for kind in kinds if kind in PUBTYPES), GENRES[tag]),
        venue=text(element, "journal") or text(element, "booktitle"),
        byline=authors,
        organizations=texts(element, "school"),
        identifiers=tuple(dict.fromkeys(filter(None, [web_address(f"{SITE}rec/{key}") if key else "", arxiv, *own]))),
        contributors=editors,
        venue_identifiers=() if whole else tuple(serial("ISBN", isbn) for isbn in isbns),
        volume=volume,
        issue=text(element, "number"),
        pages=text(element, "pages"),
        publisher=text(element, "publisher"),
        urls=tuple(dict.fromkeys(pages)),
        related=tuple(_related(element)),
        retracted="withdrawn" if "withdrawn" in kinds else "",
        notes=tuple(_remarks(element)),
    )
    yield from notes.problems


def _people(element: etree._Element, role: str, notes: Notes) -> Iterator[Mention | None]:
    for number, person in enumerate(element.findall(role)):
        printed = words(person)
        if not printed:
            notes.note(f"the {role} has no name", "", f"{role}[{number}]", "it is left out")
            yield None
            continue
        name, known = read_name(printed)
        pid = attribute(person, "pid")
        yield Mention(
            name,
            kind=kind_of(name),
            orcid=notes.orcid(attribute(person, "orcid"), f"{role}[{number}].orcid"),
            line=line_of(person),
            identifiers=tuple(filter(None, (pid_address(pid), known))),
            role=role,
        )


def _links(element: etree._Element) -> tuple[list[str], list[str]]:
    """Return the identifiers among a record's links, and the other links; dblp's own pages are given without site."""
    own: list[str] = []
    pages: list[str] = []
    for link in map(words, element.findall("ee")):
        registered = registered_iri(link)
        (own if registered else pages).append(registered or web_address(link))
    pages += (web_address(url if "://" in url else SITE + url) for url in map(words, element.findall("url")))
    return list(filter(None, own)), list(filter(None, pages))


def _arxiv_of(journal: str, volume: str) -> str:
    """Return the IRI of an arXiv preprint, which dblp files as a volume of CoRR: "abs/1706.03762"."""
    if journal != "CoRR" or not volume.startswith("abs/"):
        return ""
    try:
        return parse_arxiv(volume.removeprefix("abs/"))
    except IdentifierError:
        return ""


def _date(element: etree._Element, notes: Notes) -> tuple[PartialDate | None, str]:
    year, month = text(element, "year"), text(element, "month")
    printed = f"{month} {year}".strip()
    try:
        return date_of_month(year, month), printed
    except InputError as error:
        notes.note(error.message, printed, error.where, error.advice)
        return (date_of_month(year, "") if error.where == "month" else None), printed


def _related(element: etree._Element) -> Iterator[Related]:
    for name, kind in (("crossref", "part-of"), ("cite", "cites"), ("series", "part-of"), ("stream", "part-of")):
        for part in element.findall(name):
            printed = words(part)
            if printed in ("", "..."):  # dblp's mark for a reference it has no record of
                printed = attribute(part, "label")
            folder = {"crossref": "rec/", "cite": "rec/", "stream": ""}.get(name)
            is_key = folder is not None and "/" in printed and " " not in printed
            if printed:
                yield Related(kind, web_address(f"{SITE}{folder}{printed}") if is_key else "", printed, name)
    for part in element.findall("rel"):
        printed, word = words(part), attribute(part, "type")
        iri = web_address(attribute(part, "uri")) or (web_address(f"{SITE}rec/{printed}") if "/" in printed else "")
        kind = RELATIONS.get(word.lower().replace("_", ""), "related")
        yield Related(kind, iri, attribute(part, "label") or printed, word)


def _remarks(element: etree._Element) -> Iterator[str]:
    for name in ("note", "cdrom", "publnr", "chapter"):
        for part in element.findall(name):
            kind = attribute(part, "type") or ("" if name == "note" else name)
            if printed := words(part):
                yield f"{kind}: {printed}" if kind else printed


def _without_stop(title: str) -> str:
    """Return a title without the full stop that dblp puts behind every title that ends without a mark.

    >>> _without_stop("Jim Gray, astronomer."), _without_stop("To be or not to be..."), _without_stop("Why?")
    ('Jim Gray, astronomer', 'To be or not to be...', 'Why?')
    """
    return title[:-1] if title.endswith(".") and not title.endswith("..") else title


FORMAT: Final = Format(
    "dblp-xml",
    "dblp's XML",
    recognise,
    read,
    specification="dblp.dtd (2023-06-28)",
    fields=FIELDS,
    aside=ASIDE,
)
