"""CSL-JSON: citation data as reference managers exchange them.

Specification: CSL 1.0.2 data model, schema ``csl-data.json`` (Citation Style Language). Maps titles, people in their
roles, dates, identifiers, container, numbers, abstract, publisher, licence, keywords, notes, language, and the funders
that registries add. Leaves aside what only styles the citation, where an item is kept, and dates other than that of
issue; a field that is neither is noted once a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from kg.errors import InputError
from kg.model.dates import PartialDate
from kg.model.records import Funding, Mention, Place, Related, SourceReading, Subject, WorkRecord
from kg.sources.bibliographic import byline_of, full_name, kind_of, registered_iri
from kg.sources.fields import once
from kg.sources.formats import Format, Item, Piece, gather, problem
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.notes import Unknown
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces
from kg.sources.printed_months import date_of_words
from kg.sources.registries import numbers_of, of_container, serial
from kg.sources.schemes import known_iri, web_address

GENRES: Final[Mapping[str, str]] = {
    "article-journal": "journal article",
    "article-magazine": "magazine article",
    "article-newspaper": "newspaper article",
    "paper-conference": "conference paper",
    "article": "preprint",
    "chapter": "book chapter",
    "entry-dictionary": "book chapter",
    "entry-encyclopedia": "book chapter",
    "post": "post",
    "post-weblog": "blog post",
}
"""CSL types -> the genre of a record; other types stand as they are, with spaces for hyphens and underscores."""

ROLES: Final = (
    "chair", "collection-editor", "compiler", "composer", "container-author", "contributor", "curator", "director",
    "editor", "editorial-director", "editor-translator", "executive-producer", "guest", "host", "illustrator",
    "interviewer", "narrator", "organizer", "original-author", "performer", "producer", "recipient", "reviewed-author",
    "script-writer", "series-creator", "translator",
)  # fmt: skip

FIELDS: Final[Mapping[str, str]] = {
    "id": "citation_key",
    "citation-key": "citation_key",
    "type": "genre",
    "title": "title",
    "title-short": "alternative_titles",
    "shortTitle": "alternative_titles",
    "original-title": "alternative_titles",
    "translated-title": "alternative_titles",
    "abstract": "abstract",
    "author.given": "byline.mentions.given",
    "author.family": "byline.mentions.family",
    "author.dropping-particle": "byline.mentions.family",
    "author.non-dropping-particle": "byline.mentions.family",
    "author.suffix": "byline.mentions.name",
    "author.literal": "byline.mentions.name",
    "author.ORCID": "byline.mentions.orcid",
    "author.affiliation": "byline.mentions.affiliations",
    **dict.fromkeys(ROLES, "contributors"),
    "issued": "date",
    "DOI": "identifiers",
    "PMID": "identifiers",
    "PMCID": "identifiers",
    "URL": "urls",
    "container-title": "venue",
    "container-title-short": "venue",
    "journalAbbreviation": "venue",
    "collection-title": "related",
    "volume-title": "related",
    "reviewed-title": "related",
    "ISSN": "venue_identifiers",
    "ISBN": "venue_identifiers",
    "event-title": "event",
    "event": "event",
    "volume": "volume",
    "issue": "issue",
    "page": "pages",
    "publisher": "publisher",
    "language": "languages",
    "version": "version",
    "edition": "version",
    "funder.name": "funding.funder",
    "funder.DOI": "funding.funder_iri",
    "funder.award": "funding.award",
    "license": "licenses",
    "copyright": "licenses",
    "keyword": "subjects",
    "categories": "subjects",
    "note": "notes",
}

ASIDE: Final = (
    "accessed", "annote", "archive", "archive-place", "archive_collection", "archive_location", "author.comma-suffix",
    "author.parse-names", "author.static-ordering", "authority", "available-date", "call-number", "chapter-number",
    "citation-label", "citation-number", "collection-number", "custom", "dimensions", "division", "event-date",
    "event-place", "first-reference-note-number", "genre", "jurisdiction", "locator", "medium", "number",
    "number-of-pages", "number-of-volumes", "original-date", "original-publisher", "original-publisher-place",
    "page-first", "part-number", "part-title", "printing-number", "publisher-place", "references", "reviewed-genre",
    "scale", "section", "source", "status", "submitted", "supplement-number", "year-suffix",
)  # fmt: skip

_NUMBERS_ONLY: Final = re.compile(
    r"(\d{4})(?:[-./](\d\d?)(?:[-./](\d\d?))?)?(?:[T /Z+~?%][^A-Za-z]*Z?)?|(\d{4})(\d\d)(\d\d)"
)
"""Year, month and day in numbers, before a time, a zone, the end of an interval or a mark of doubt."""

_TYPE: Final = re.compile(r'"type"\s*:\s*"[a-z]+(?:[-_][a-z]+)*"')
_SIGNS: Final = ('"date-parts"', '"issued"', '"container-title"', '"family"', '"citation-key"', '"journalAbbreviation"')


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is CSL-JSON: JSON with a CSL type and CSL's own names of fields."""
    if beginning[:1] not in ("[", "{") or not _TYPE.search(beginning):
        return 0.0
    signs = sum(sign in beginning for sign in _SIGNS)
    return min(0.8, 0.3 + 0.2 * signs) if signs else 0.0


def read(opened: Opened) -> SourceReading:
    """Read a list of items, one item, or one item a line."""
    unknown = Unknown((name.partition(".")[0] for name in FIELDS), ASIDE)

    def items(piece: Piece, place: Place) -> Iterator[Item]:
        if not isinstance(piece.value, dict):
            raise InputError("the item is not an object", advice="a CSL-JSON item is a JSON object")
        yield from _work(Noted(piece.value, place), place)
        yield from (problem(place, remark) for remark in unknown.among(piece.value))

    return gather(opened, json_pieces(opened, "/items"), items, title="CSL-JSON items")


def _work(item: Noted, place: Place) -> Iterator[Item]:
    titles = [plain(t) for t in item.texts("title")]
    title = next(iter(titles), "")
    authors = byline_of(_people(item, "author"))
    kind = item.text("type")
    genre = GENRES.get(kind, kind.replace("-", " ").replace("_", " "))
    isbns = [number for text in item.texts("ISBN") for number in numbers_of("ISBN", text)]
    identifiers = once(
        item.iri("doi", item.text("DOI"), "DOI"),
        item.iri("pmid", item.text("PMID"), "PMID"),
        item.iri("pmcid", item.text("PMCID"), "PMCID"),
        registered_iri(item.text("URL")),
        *(item.iri("isbn", isbn, "ISBN") for isbn in isbns if not of_container("ISBN", genre)),
    )
    if not (title or identifiers or authors):
        raise InputError("the item has neither title nor DOI nor author", advice="it names no work")
    date, printed = _date(item)
    short = ("title-short", "shortTitle", "original-title", "translated-title")
    yield WorkRecord(
        place,
        "",
        title=title,
        abstract=plain(item.text("abstract")),
        date=date,
        date_printed=printed,
        genre=genre,
        venue=_venue(item),
        byline=authors,
        identifiers=identifiers,
        alternative_titles=tuple(
            t for t in once(*titles[1:], *(plain(item.first(key)) for key in short)) if t != title
        ),
        contributors=tuple(m for role in ROLES if role in item.value for m in _people(item, role) if m),
        venue_identifiers=once(
            *(serial("ISSN", number) for text in item.texts("ISSN") for number in numbers_of("ISSN", text)),
            *(serial("ISBN", number) for number in isbns if of_container("ISBN", genre)),
        ),
        event=item.first("event-title") or item.first("event"),
        volume=item.text("volume"),
        issue=item.text("issue"),
        pages=item.text("page"),
        publisher=_publisher(item),
        languages=once(*map(str.strip, item.text("language").split(","))),
        version=item.text("version") or item.text("edition"),
        urls=tuple(page for page in once(web_address(item.text("URL"))) if known_iri(page) not in identifiers),
        licenses=once(*item.texts("license"), *item.texts("copyright")),
        subjects=tuple(_subjects(item)),
        funding=tuple(_funding(item)),
        related=tuple(_related(item)),
        notes=once(item.text("note")),
        citation_key=item.text("citation-key") or item.text("id"),
    )
    yield from item.notes


def _venue(item: Noted) -> str:
    return next(filter(None, (plain(item.first(k)) for k in ("container-title", "container-title-short"))), "") or (
        item.text("journalAbbreviation")
    )


def _publisher(item: Noted) -> str:
    """Return the publisher, for which some writers give an object with a name."""
    return plain(item.text("publisher", "name") if isinstance(item.at("publisher"), dict) else item.text("publisher"))


def _people(item: Noted, role: str) -> Iterator[Mention | None]:
    for person in item.objects(role):
        literal, given, family = (plain(person.text(key)) for key in ("literal", "given", "family"))
        particle = plain(full_name(person.text("dropping-particle"), person.text("non-dropping-particle")))
        name = full_name(given, family, particle, person.text("suffix")) or literal or plain(person.text("name"))
        if not name:
            person.note("the entry has no name, and was left out", person.value, advice="give family or literal")
            yield None
            continue
        yield Mention(
            name,
            kind="person" if given else kind_of(name),
            affiliations=once(*_affiliations(person)),
            orcid=person.orcid(person.text("ORCID"), "ORCID"),
            given=given,
            family=full_name(particle, family),
            role=role,
        )


def _affiliations(person: Noted) -> Iterator[str]:
    for index, value in enumerate(person.items("affiliation")):
        if isinstance(value, dict):
            yield plain(person.inside(value, f"affiliation[{index}]").text("name"))
        elif isinstance(value, str):
            yield plain(value)


def _date(item: Noted) -> tuple[PartialDate | None, str]:
    """Return the date of issue, of an interval its beginning: given in parts, as EDTF (ISO 8601-2) or in words."""
    if isinstance(item.at("issued"), str):
        return _written(item, "issued"), item.text("issued")
    for issued in item.objects("issued"):
        if issued.at("date-parts"):
            return issued.date_parts("date-parts")
        for key in ("edtf", "raw", "literal"):
            if printed := issued.text(key):
                return _written(issued, key), printed
    return None, ""


def _written(item: Noted, key: str) -> PartialDate | None:
    printed = item.text(key)
    if match := _NUMBERS_ONLY.fullmatch(printed):
        parts = [part for part in match.groups() if part]
        season = len(parts) == 2 and int(parts[1]) > 20
        return item.inside({"": parts[:1] if season else parts}, key).date_parts("")[0]
    date = item.attempt(date_of_words, printed, key)
    if date is None:
        item.note("the date names no year", printed, key, advice="give its parts")
    return date


def _subjects(item: Noted) -> Iterator[Subject]:
    for words in item.texts("keyword"):
        yield from (Subject(word.strip()) for word in words.split(",") if word.strip())
    yield from (Subject(name) for name in item.texts("categories"))


def _funding(item: Noted) -> Iterator[Funding]:
    """Yield who paid, with each award, as the registries add it: no field of CSL's own."""
    for funder in item.objects("funder"):
        name, iri = funder.text("name"), funder.iri("funder", funder.text("DOI"), "DOI")
        if name or iri:
            yield from [Funding(name, iri, award) for award in funder.texts("award")] or [Funding(name, iri)]


def _related(item: Noted) -> Iterator[Related]:
    for key, kind in (("collection-title", "part-of"), ("volume-title", "part-of"), ("reviewed-title", "review-of")):
        yield from (Related(kind, printed=plain(title)) for title in item.texts(key))


FORMAT: Final = Format(
    "csl-json",
    "CSL-JSON items",
    recognise,
    read,
    specification="CSL 1.0.2, csl-data.json",
    fields=FIELDS,
    aside=ASIDE,
)
