"""ACL Anthology XML: the metadata files of the ACL Anthology, one a collection, with its volumes, papers and talks.

Specification: ``schema.rnc`` of the Anthology's repository, as of 2025-11. Maps each paper with its ordered authors,
each volume with its editors (its front matter is the volume's own page, not another work), and each recorded talk.
Markup of titles and abstracts becomes readable text, TeX stands between dollar signs. Ids become addresses of the
site's pages: ``https://aclanthology.org/2020.emnlp-demos.6/`` for works, ``https://aclanthology.org/people/…/`` for
people. Leaves aside checksums, days of ingestion, addresses of meetings and what an event says of itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from kg.errors import InputError
from kg.model.dates import PartialDate
from kg.model.records import Byline, Mention, Place, Related, SourceReading, WorkRecord
from kg.model.text import squeeze
from kg.sources.acl_volumes import SITE, Volume, anthology_id, id_of, name_in_script, person_iri, read_volume
from kg.sources.bibliographic import full_name, kind_of
from kg.sources.elements import attribute, line_of, text, words
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.notes import Notes
from kg.sources.opening import Opened
from kg.sources.registries import isbn_iri
from kg.sources.schemes import iri_of, web_address
from kg.sources.xml_stream import named, xml_pieces, xml_root

FIELDS: Final[Mapping[str, str]] = {
    "collection@id, volume@id, paper@id": "identifiers",
    "volume@type, paper@type": "genre",
    "paper/title": "title",
    "paper/author": "byline",
    "author/first": "byline.mentions.given",
    "author/last": "byline.mentions.family",
    "author/variant": "byline.mentions.variants",
    "author/affiliation": "byline.mentions.affiliations",
    "author@id": "byline.mentions.identifiers",
    "author@orcid": "byline.mentions.orcid",
    "paper/editor": "contributors",
    "paper/abstract": "abstract",
    "paper/pages": "pages",
    "paper/doi": "identifiers",
    "paper/bibkey": "citation_key",
    "paper/url": "urls",
    "paper/attachment": "urls",
    "paper/video": "urls",
    "paper/pwccode": "urls",
    "paper/pwcdataset": "related",
    "paper/revision": "version",
    "paper/revision@href": "related",
    "paper/erratum": "related",
    "paper/retracted": "retracted",
    "paper/removed": "retracted",
    "paper/award": "awards",
    "paper/note": "notes",
    "paper/language": "languages",
    "paper/journal": "venue",
    "paper/issue": "issue",
    "meta/booktitle": "venue",
    "meta/shortbooktitle": "alternative_titles",
    "meta/journal-title": "venue",
    "meta/journal-volume": "volume",
    "meta/journal-issue": "issue",
    "meta/editor": "contributors",
    "meta/publisher": "publisher",
    "meta/year": "date",
    "meta/month": "date",
    "meta/isbn (papers)": "venue_identifiers",
    "meta/isbn (volumes)": "identifiers",
    "meta/doi": "identifiers",
    "meta/url": "urls",
    "meta/venue": "related",
    "frontmatter/bibkey": "citation_key",
    "frontmatter/doi": "identifiers",
    "frontmatter/pages": "pages",
    "frontmatter/url": "urls",
    "frontmatter/attachment": "urls",
    "frontmatter/revision": "version",
    "talk/title": "title",
    "talk/speaker": "contributors",
    "talk/url": "urls",
    "event@id": "related",
    "event/meta/title": "event",
    "event/meta/dates": "date",
}

ASIDE: Final = (
    "volume@ingest-date", "paper@ingest-date", "meta/address", "url@hash", "attachment@type", "video@permission",
    "paper/mrf", "talk@type", "event/meta/location", "event/links",
    "event/colocated",
)  # fmt: skip

GENRES: Final[Mapping[str, str]] = {
    "paper": "conference paper",
    "article": "journal article",
    "backmatter": "back matter",
}
"""Papers of proceedings and of journals, and values of a paper's type -> genre; other types stand as they are."""

_Parts = dict[str, list[etree._Element]]
_GROUPS: Final = frozenset(("Alliance", "Committee", "Consortium", "Council", "Group", "Team", "Workshop"))
_YEAR: Final = re.compile(r"\b[12]\d{3}\b")
_COLLECTION: Final = re.compile(r"\bid=[\"'](?:\d{4}\.[a-z0-9]+|[A-Z]\d\d)[\"']")


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is such a file: by its root element and the shape of the collection's id."""
    name, attributes = xml_root(beginning)
    return 1.0 if name == "collection" and _COLLECTION.search(attributes) else 0.0


def read(opened: Opened) -> SourceReading:
    """Read one collection, paper by paper."""
    return gather(opened, _pieces(opened), _reader(), title="ACL Anthology")


def _pieces(opened: Opened) -> Iterator[Piece]:
    """Yield papers, then the volume they are in, then talks and their event, each named by its id in the Anthology."""
    return named(xml_pieces(opened, ("paper", "volume", "talk", "event"), ("volume", "event")), _name)


def _name(element: etree._Element) -> str:
    try:
        return id_of(element)
    except InputError:  # the reader says so
        return ""


def _reader() -> Callable[[Piece, Place], Iterable[Item]]:
    """Return a function that understands one piece after the other and keeps what it knows of the current volume."""
    current = Volume("", None)

    def understand(piece: Piece, place: Place) -> Iterable[Item]:
        nonlocal current
        element: etree._Element = piece.value
        if element.tag in ("talk", "event"):
            return _talk(element, place) if element.tag == "talk" else ()
        known = piece.item or id_of(element)
        holder = element if element.tag == "volume" else next(element.iterancestors("volume"), None)
        if holder is not None and current.element is not holder:
            current = read_volume(holder)
        return _paper(element, place, current, known) if element.tag == "paper" else _proceedings(place, current)

    return understand


def _paper(element: etree._Element, place: Place, volume: Volume, known: str) -> Iterable[Item]:
    notes = Notes(place)
    parts = _parts(element)
    authors = _byline(parts, notes)
    title = _text(parts, "title")
    if not title and not authors:
        raise InputError("the paper has neither title nor authors", where="title", advice="it names no work")
    related = [Related("part-of", f"{SITE}{volume.known}/", volume.title)]
    related += (Related("related", web_address(attribute(e, "url")), words(e)) for e in parts.get("pwcdataset", ()))
    version, earlier = _revisions(parts)
    own = _text(parts, "journal")
    kind = element.get("type") or ("article" if volume.journal or own else "paper")
    yield WorkRecord(
        place,
        "",
        title=title,
        abstract=_text(parts, "abstract"),
        date=volume.date,
        date_printed=volume.printed,
        genre=GENRES.get(kind, kind),
        venue=own or volume.journal_title or volume.title,
        byline=authors,
        identifiers=(f"{SITE}{known}/", *_doi(parts, notes)),
        contributors=tuple(filter(None, _people(parts, "editor", notes))),
        venue_identifiers=(f"ISBN {volume.isbn}",) if volume.isbn else (),
        volume=volume.number,
        issue=_text(parts, "issue") or volume.issue,
        pages=_text(parts, "pages"),
        publisher=volume.publisher,
        languages=tuple(filter(None, [_text(parts, "language")])),
        version=version,
        urls=tuple(_urls(parts)),
        related=(*related, *earlier),
        retracted="; ".join(_withdrawals(parts)),
        awards=tuple(filter(None, map(words, parts.get("award", ())))),
        notes=tuple(filter(None, map(words, parts.get("note", ())))),
        citation_key=_text(parts, "bibkey"),
    )
    yield from notes.problems


def _parts(element: etree._Element) -> _Parts:
    """Return the children of an element by their names, in order."""
    found: _Parts = {}
    for part in element:
        found.setdefault(str(part.tag), []).append(part)
    return found


def _text(parts: _Parts, name: str) -> str:
    found = parts.get(name)
    return words(found[0]) if found else ""


def _proceedings(place: Place, volume: Volume) -> Iterable[Item]:
    """Yield the volume itself, which its front matter stands for on the site."""
    element = volume.element
    if element is None or (meta := element.find("meta")) is None:
        raise InputError("the volume has no meta element", where="meta", advice="its papers are read without it")
    if not volume.title:
        raise InputError("the volume has no title", where="booktitle", advice="its papers are read without it")
    notes = Notes(place)
    for doubt in volume.doubts:
        notes.note(doubt.message, volume.printed, doubt.where, doubt.advice)
    said, front = _parts(meta), element.find("frontmatter")
    identifiers = [f"{SITE}{volume.known}/", *_doi(said, notes)]
    identifiers += filter(None, [notes.iri(isbn_iri, volume.isbn, "isbn") if volume.isbn else ""])
    urls, pages, key, version = list(_urls(said)), "", "", ""
    earlier: list[Related] = []
    if front is not None:
        collection = attribute(element.getparent(), "id") if element.getparent() is not None else ""  # type: ignore[arg-type]
        identifiers.append(f"{SITE}{anthology_id(collection, attribute(element, 'id'), '0')}/")
        before = _parts(front)
        identifiers += _doi(before, notes)
        urls += _urls(before)
        pages, key = _text(before, "pages"), _text(before, "bibkey")
        version, earlier = _revisions(before)
    short = _text(said, "shortbooktitle")
    series = [
        Related("part-of", web_address(f"{SITE}venues/{name}/"), name)
        for name in map(words, said.get("venue", ()))
        if name
    ]
    yield WorkRecord(
        place,
        "",
        title=volume.title,
        date=volume.date,
        date_printed=volume.printed,
        genre="journal issue" if volume.journal else "conference proceedings",
        venue=volume.journal_title,
        identifiers=tuple(dict.fromkeys(identifiers)),
        alternative_titles=(short,) if short else (),
        contributors=tuple(filter(None, _people(said, "editor", notes))),
        volume=volume.number,
        issue=volume.issue,
        pages=pages,
        publisher=volume.publisher,
        version=version,
        urls=tuple(dict.fromkeys(urls)),
        related=(*series, *earlier),
        citation_key=key,
    )
    yield from notes.problems


def _talk(element: etree._Element, place: Place) -> Iterable[Item]:
    notes = Notes(place)
    parts = _parts(element)
    title = _text(parts, "title")
    if not title:
        raise InputError("the talk has no title", where="title", advice="it names no work")
    event = element.getparent()
    page = web_address(f"{SITE}events/{attribute(event, 'id')}/") if event is not None and event.get("id") else ""
    meeting = text(event, "meta", "title") if event is not None else ""
    dates = text(event, "meta", "dates") if event is not None else ""
    years = set(_YEAR.findall(dates))
    yield WorkRecord(
        place,
        "",
        title=title,
        date=PartialDate(int(years.pop())) if len(years) == 1 else None,
        date_printed=dates,
        genre="talk",
        event=meeting,
        related=(Related("part-of", page, meeting),) if page else (),
        contributors=tuple(filter(None, _people(parts, "speaker", notes))),
        urls=tuple(filter(None, (_address(words(url), "{}") for url in parts.get("url", ())))),
    )
    yield from notes.problems


def _byline(parts: _Parts, notes: Notes) -> Byline | None:
    """Return the authors in order; one without a name keeps the position, and makes the line incomplete."""
    listed = tuple(_people(parts, "author", notes))
    named = tuple(mention for mention in listed if mention is not None)
    return Byline(named, len(named) == len(listed)) if named else None


def _people(parts: _Parts, role: str, notes: Notes) -> Iterator[Mention | None]:
    """Yield people in one role, None for one without a name; authors have their positions."""
    for number, person in enumerate(parts.get(role, ())):
        said: dict[str, list[str]] = {"first": [], "last": [], "affiliation": [], "variant": []}
        for part in person:
            if part.tag in said and (printed := _variant(part) if part.tag == "variant" else words(part)):
                said[str(part.tag)].append(printed)
        given, family = " ".join(said["first"]), " ".join(said["last"])
        name = full_name(given, family)
        where = f"{role}[{number}]"
        if not name:
            shown = etree.tostring(person, encoding="unicode", with_tail=False)
            notes.note(f"the {role} has no name", shown, where, "it is left out")
            yield None
            continue
        known = notes.iri(person_iri, squeeze(person.get("id", "")), f"{where}.id")
        # A name in two parts is a person's, but for groups that were cut in two ("Machine Translation" "Group").
        group = (not given or family in _GROUPS) and kind_of(name) == "group"
        yield Mention(
            name,
            number + 1 if role == "author" else None,
            "group" if group else "person",
            affiliations=tuple(said["affiliation"]),
            orcid=notes.orcid(squeeze(person.get("orcid", "")), f"{where}.orcid"),
            line=line_of(person),
            given="" if group else given,
            family="" if group else family,
            variants=tuple(said["variant"]),
            identifiers=(known,) if known else (),
            role=role,
        )


def _variant(element: etree._Element) -> str:
    """Return a name in another script."""
    return name_in_script(text(element, "first"), text(element, "last"), attribute(element, "script"))


def _doi(parts: _Parts, notes: Notes) -> Iterator[str]:
    for printed in filter(None, map(words, parts.get("doi", ()))):
        if iri := notes.iri(_doi_or_handle, printed, "doi"):
            yield iri


def _doi_or_handle(printed: str) -> str:
    """Return the IRI of a DOI; some volumes have the address of a handle in its place."""
    return web_address(printed) if "://" in printed and "doi.org/" not in printed else iri_of("doi", printed)


def _urls(parts: _Parts) -> Iterator[str]:
    """Yield addresses of the PDF, attachments, videos and code; names of files are resolved as the site does it."""
    found = [_address(words(url), "{}.pdf") for url in parts.get("url", ())]
    found += [_address(words(part), "attachments/{}") for part in parts.get("attachment", ())]
    found += [_address(attribute(part, "href"), "{}") for part in parts.get("video", ())]
    found += [_address(attribute(part, "url"), "") for part in parts.get("pwccode", ())]
    yield from dict.fromkeys(filter(None, found))


def _address(printed: str, template: str) -> str:
    if not printed or "://" in printed or not template:
        return web_address(printed)
    return web_address(SITE + template.format(printed))


def _revisions(parts: _Parts) -> tuple[str, list[Related]]:
    """Return the number of the last revision, and all revisions and errata as related documents."""
    version, found = "", []
    for name in ("revision", "erratum"):
        for part in parts.get(name, ()):
            number = attribute(part, "id")
            said = squeeze(f"{name} {number}, {attribute(part, 'date')}".rstrip(", "))
            why = words(part) if name == "revision" else ""
            file = attribute(part, "href") or (words(part) if name == "erratum" else "")
            found.append(Related("related", _address(file, "{}.pdf"), f"{said}: {why}" if why else said))
            version = number if name == "revision" else version
    return version, found


def _withdrawals(parts: _Parts) -> Iterator[str]:
    for name in ("retracted", "removed"):
        for part in parts.get(name, ()):
            said = squeeze(f"{name} {attribute(part, 'date')}")
            why = words(part)
            yield f"{said}: {why}" if why else said


FORMAT: Final = Format(
    "acl-anthology",
    "XML files of the ACL Anthology",
    recognise,
    read,
    specification="ACL Anthology schema.rnc (2025-11)",
    fields=FIELDS,
    aside=ASIDE,
)
