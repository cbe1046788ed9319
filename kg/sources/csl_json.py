"""CSL-JSON: citation data as reference managers exchange them.

Specification: CSL 1.0.2 data model, schema ``csl-data.json`` (Citation Style Language). Maps titles, people in their
roles, dates, identifiers, container, numbers, abstract, publisher, licence and language. Leaves aside what only styles
the citation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from kg.errors import InputError
from kg.model.dates import PartialDate
from kg.model.records import Mention, Place, SourceReading, Subject, WorkRecord
from kg.sources.bibliographic import byline, date_of_parts, date_of_text, full_name, kind_of, web_iri, work_iri
from kg.sources.fields import Json, items, objects, text, unmarked
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces

GENRES: Final[Mapping[str, str]] = {
    "article-journal": "journal article",
    "paper-conference": "conference paper",
    "article": "preprint",
    "chapter": "book chapter",
    "thesis": "thesis",
    "report": "report",
    "dataset": "dataset",
    "software": "software",
    "book": "book",
    "review": "review",
}
"""CSL types -> the genre of a record; other types stand as they are."""

ROLES: Final = ("editor", "translator", "reviewed-author", "container-author", "collection-editor", "contributor")

FIELDS: Final[Mapping[str, str]] = {
    "id": "place.item",
    "type": "genre",
    "title": "title",
    "title-short": "alternative_titles",
    "abstract": "abstract",
    "author": "byline",
    **dict.fromkeys(ROLES, "contributors"),
    "issued": "date",
    "DOI": "identifiers",
    "URL": "urls",
    "container-title": "venue",
    "ISSN": "venue_identifiers",
    "ISBN": "venue_identifiers",
    "event-title": "event",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "publisher": "publisher",
    "language": "language",
    "version": "version",
    "license": "licenses",
    "copyright": "licenses",
    "keyword": "subjects",
    "categories": "subjects",
}

ASIDE: Final = ("accessed", "submitted", "archive", "call-number", "citation-label", "event-place", "note", "source")

_TYPE: Final = re.compile(r'"type"\s*:\s*"[a-z]+(?:-[a-z]+)*"')
_SIGNS: Final = ('"date-parts"', '"issued"', '"container-title"', '"family"')


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is CSL-JSON: JSON with a CSL type and CSL's own names of fields."""
    if beginning[:1] not in "[{" or not _TYPE.search(beginning) or '"message-type"' in beginning:
        return 0.0
    return min(0.8, 0.3 + 0.2 * sum(sign in beginning for sign in _SIGNS))


def read(opened: Opened) -> SourceReading:
    """Read a list of items, one item, or one item a line."""
    return gather(opened, json_pieces(opened, "/items"), _work, title="CSL-JSON items")


def _work(piece: Piece, place: Place) -> Iterable[Item]:
    record = piece.value
    if not isinstance(record, dict) or "type" not in record:
        raise InputError("the item has no type", where="type", advice="CSL-JSON items name their type")
    title = unmarked(text(record, "title"))
    authors = byline(_people(record, "author"))
    doi = work_iri(text(record, "DOI"))
    if not (title or doi or authors):
        raise InputError("the item has neither title nor DOI nor author", advice="it names no work")
    date, printed = _date(record)
    short = unmarked(text(record, "title-short"))
    yield WorkRecord(
        place,
        "",
        title=title,
        abstract=unmarked(text(record, "abstract")),
        date=date,
        date_printed=printed,
        genre=GENRES.get(kind := text(record, "type"), kind),
        venue=unmarked(text(record, "container-title")),
        byline=authors,
        identifiers=(doi,) if doi else (),
        alternative_titles=(short,) if short and short != title else (),
        contributors=tuple(m for role in ROLES for m in _people(record, role)),
        venue_identifiers=tuple(
            f"{kind} {text({'': n}, '')}" for kind in ("ISSN", "ISBN") for n in items(record, kind)
        ),
        event=text(record, "event-title") or text(record, "event"),
        volume=text(record, "volume"),
        issue=text(record, "issue"),
        pages=text(record, "page"),
        publisher=text(record, "publisher"),
        language=text(record, "language"),
        version=text(record, "version"),
        urls=tuple(filter(None, [web_iri(text(record, "URL"))])),
        licenses=tuple(filter(None, (text(record, "license"), text(record, "copyright")))),
        subjects=tuple(_subjects(record)),
    )


def _people(record: Json, role: str) -> Iterable[Mention]:
    for person in objects(record, role):
        if literal := text(person, "literal"):
            yield Mention(literal, kind=kind_of(literal), role=role)
            continue
        particle = text(person, "non-dropping-particle") or text(person, "dropping-particle")
        given, family = text(person, "given"), text(person, "family")
        if name := full_name(given, family, particle, text(person, "suffix")):
            affiliations = tuple(filter(None, (text(a, "name") for a in objects(person, "affiliation"))))
            yield Mention(
                name,
                affiliations=affiliations,
                orcid=text(person, "ORCID") or None,
                given=given,
                family=full_name(particle, family),
                role=role,
            )


def _date(record: Json) -> tuple[PartialDate | None, str]:
    for issued in objects(record, "issued"):
        if parts := items(issued, "date-parts"):
            first = parts[0] if isinstance(parts[0], list) else parts
            return date_of_parts(first), "-".join(str(part) for part in first if part)
        printed = text(issued, "raw") or text(issued, "literal")
        return date_of_text(printed), printed
    return None, ""


def _subjects(record: Json) -> Iterable[Subject]:
    for name in text(record, "keyword").split(","):
        if name.strip():
            yield Subject(name.strip())
    for name in items(record, "categories"):
        yield Subject(text({"": name}, ""))


FORMAT: Final = Format(
    "csl-json",
    "CSL-JSON items",
    recognise,
    read,
    specification="CSL 1.0.2, csl-data.json",
    fields=FIELDS,
    aside=ASIDE,
)
