"""DataCite JSON: records of the REST API, of the public data file, and of the metadata schema itself.

Specification: DataCite Metadata Schema 4.0 to 4.6 as JSON, plain, in the API's envelope (JSON:API, ``data`` and
``attributes``), and in Crosscite's older names (``rights_list``). Maps titles, creators and contributors with their
types, identifiers and affiliations, dates of issue, container, subjects, rights, relations, funding, descriptions and
version. A type in the repository's own words that says more than the general one is a subject; an ISSN, and the ISBN of
a chapter or paper, is that of what the work appeared in. Creators that are not as the schema wants them (a single text,
several names in one) are read, with a note. Leaves aside places, sizes, media types and the state of the DOI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kg.errors import InputError
from kg.model.dates import PartialDate
from kg.model.records import Funding, Observed, Place, Related, SourceReading, Subject, WorkRecord
from kg.model.text import squeeze
from kg.sources.bibliographic import byline_of
from kg.sources.datacite_agents import agents, organizations, publisher_of
from kg.sources.datacite_fields import ASIDE, FIELDS, GENRES, RELATIONS, RELATIONSHIPS, words
from kg.sources.fields import once
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces
from kg.sources.registries import of_container, serial
from kg.sources.schemes import web_address

_SIGNS: Final = (
    '"nameIdentifiers"', '"creators"', '"resourceTypeGeneral"', '"schemaVersion"', '"schema_version"', '"rightsList"',
    '"publicationYear"', '"relatedIdentifiers"', '"contributorType"',
)  # fmt: skip
_SURE: Final = ('"type":"dois"', '"type": "dois"', "datacite.org/schema/kernel-")
_CODE: Final = re.compile(r"\(([a-z-]+(?:\.[A-Za-z-]+)?)\)$")
_DATES: Final = ("Issued", "Available", "Created")


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is DataCite JSON: its kind of DOI, its schema, or its own names of fields."""
    if beginning[:1] not in ("[", "{") or '"@context"' in beginning:
        return 0.0
    signs = sum(sign in beginning for sign in _SIGNS)
    if any(sign in beginning for sign in _SURE) and signs:
        return 0.97
    return min(0.9, 0.2 + 0.2 * signs) if signs > 1 else 0.0


def read(opened: Opened) -> SourceReading:
    """Read a page of the API, one record, or one record a line."""
    return gather(opened, json_pieces(opened, "/data"), understood, title="DataCite records")


def understood(piece: Piece, place: Place) -> Iterator[Item]:
    """Yield the work that a record describes, organisations with their IRIs, and its notes.

    Raises InputError for what names no work.
    """
    value = piece.value
    if isinstance(value, dict) and isinstance(value.get("data"), dict):
        value = value["data"]
    if not isinstance(value, dict):
        raise InputError("the record is not an object", advice="a DataCite record is a JSON object")
    envelope = Noted(value, place)
    work = envelope.object("attributes") if "attributes" in value else envelope
    title, others = _titles(work)
    authors = byline_of(agents(work, "creators"))
    genre = _genre(work.object("types"))
    own, pages, unresolved, serials = _identifiers(work, envelope, genre)
    if not (title or own or authors):
        raise InputError(
            "the record has neither title nor DOI nor creator",
            advice="it names no work; clients, providers and prefixes of the API are not works",
        )
    date, printed = _date(work)
    container, published_in = work.object("container"), _published_in(work)
    venue = container.text("title") or _item_title(published_in)
    count = work.number("citationCount")
    abstract, notes = _descriptions(work)
    yield WorkRecord(
        place,
        "",
        title=title,
        abstract=abstract,
        date=date,
        date_printed=printed,
        genre=genre,
        venue=venue,
        topics=tuple(_arxiv_codes(work)),
        byline=authors,
        identifiers=own,
        observed=() if count is None else (Observed("citationCount", count, str(count), place.line),),
        alternative_titles=others,
        contributors=tuple(filter(None, agents(work, "contributors"))),
        venue_identifiers=once(*_venue_identifiers(container, published_in), *(s.printed for s in serials if venue)),
        volume=container.text("volume") or published_in.text("volume"),
        issue=container.text("issue") or published_in.text("issue"),
        pages=_pages(container) or _pages(published_in),
        publisher=publisher_of(work)[0],
        languages=once(work.text("language")),
        version=work.text("version"),
        urls=pages,
        licenses=_licenses(work),
        subjects=(*_subjects(work), *_special(work.object("types"), genre)),
        funding=tuple(_funding(work)),
        related=(*unresolved, *(() if venue else serials), *_related(work), *_relationships(envelope)),
        notes=notes,
    )
    yield from organizations(work)
    yield from envelope.notes


def _titles(work: Noted) -> tuple[str, tuple[str, ...]]:
    """Return the title and the other titles; a subtitle stands behind the title it belongs to."""
    found = [(t.text("titleType"), plain(t.text("title"))) for t in work.objects("titles")]
    mains = [title for kind, title in found if not kind] or [title for kind, title in found if kind != "Subtitle"]
    main = next(iter(mains), "")
    others = (f"{main}: {title}" if kind == "Subtitle" and main else title for kind, title in found)
    return main, tuple(title for title in once(*others) if title != main)


def _identifiers(
    work: Noted, envelope: Noted, genre: str
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Related, ...], tuple[Related, ...]]:
    """Return the IRIs of the work itself, the pages about it, its identifiers that make no IRI, and ISSN and ISBN that
    are those of what it appeared in."""
    doi = work.text("doi") or (own if "10." in (own := envelope.text("id")) else "")
    iris = [work.iri("doi", doi, "doi")] if doi else []
    pages, others, serials = [web_address(work.text("url"))], [], []
    for key, name in (("identifiers", "identifier"), ("alternateIdentifiers", "alternateIdentifier")):
        for known in work.objects(key):
            scheme = known.text(f"{name}Type")
            printed = known.text(name) or known.text(name.capitalize())
            # A page is no identity: one address is given to many records.
            if page := web_address(printed) if scheme.upper() == "URL" else "":
                pages.append(page)
            elif iri := known.iri(scheme, printed, name):
                if kind := of_container(scheme, genre):
                    serials.append(Related("part-of", iri, serial(kind, printed)))
                else:
                    iris.append(iri)
            elif printed:
                others.append(Related("same-as", printed=printed, relation=scheme))
    return once(*iris), once(*pages), tuple(dict.fromkeys(others)), tuple(dict.fromkeys(serials))


def _date(work: Noted) -> tuple[PartialDate | None, str]:
    """Return the date of issue; without one the year of publication, or the day on which it became available.

    Of those that are printed, the first that can be read; of none that can, the first.
    """
    stated = [(owner, key, printed) for owner, key in _dates(work) if (printed := owner.text(key))]
    for owner, key, printed in stated:
        if date := owner.date(key):
            return date, printed
    return None, next((printed for _, _, printed in stated), "")


def _dates(work: Noted) -> Iterator[tuple[Noted, str]]:
    """Yield where dates of publication stand, in the order in which they are asked."""
    dates = [*work.objects("dates")]
    for kind in _DATES:
        yield from ((date, "date") for date in dates if date.text("dateType") == kind)
        if kind == "Issued":
            yield from ((work, "publicationYear"), (work, "publication_year"))
    yield work, "published"


def _genre(types: Noted) -> str:
    general, special = types.text("resourceTypeGeneral"), types.text("resourceType")
    if general in GENRES:
        return GENRES[general]
    vague = general in ("", "Text", "Other")
    return words(special) if vague and special else words(general or types.text("schemaOrg"))


def _published_in(work: Noted) -> Noted:
    items = (item for item in work.objects("relatedItems") if item.text("relationType") == "IsPublishedIn")
    return next(items, Noted({}, work.place))


def _item_title(item: Noted) -> str:
    return next((title for t in item.objects("titles") if (title := plain(t.text("title")))), "")


def _venue_identifiers(container: Noted, item: Noted) -> tuple[str, ...]:
    known = item.object("relatedItemIdentifier")
    stated = (
        (container, container.text("identifierType"), "identifier"),
        (known, known.text("relatedItemIdentifierType"), "relatedItemIdentifier"),
    )
    found = []
    for owner, scheme, name in stated:
        if printed := owner.text(name):
            short = scheme.upper().removeprefix("E").removeprefix("L")
            is_serial = short in ("ISSN", "ISBN")
            found.append(serial(short, printed) if is_serial else owner.iri(scheme, printed, name))
    return once(*found)


def _pages(owner: Noted) -> str:
    return "-".join(once(owner.text("firstPage"), owner.text("lastPage")))


def _licenses(work: Noted) -> tuple[str, ...]:
    rights = [r for key in ("rightsList", "rights_list") for r in work.objects(key)]
    found = []
    for right in rights:
        # The words say what the address alone does not, such as who holds the rights.
        found += [web_address(right.text("rightsUri")) or right.text("rightsUri"), right.text("rights")]
        if not any(found[-2:]):
            found.append(right.text("rightsIdentifier"))
    return once(*found)


def _descriptions(work: Noted) -> tuple[str, tuple[str, ...]]:
    """Return the abstract and the other descriptions, each with its kind before it."""
    found = [(d.text("descriptionType"), plain(d.text("description"))) for d in work.objects("descriptions")]
    abstracts = [text for kind, text in found if kind == "Abstract" and text]
    notes = (f"{words(kind or 'Other').capitalize()}: {text}" for kind, text in found if kind != "Abstract" and text)
    return next(iter(abstracts), ""), once(*abstracts[1:], *notes)


def _subjects(work: Noted) -> Iterator[Subject]:
    for index, subject in enumerate(work.items("subjects")):
        if isinstance(subject, str) and subject.strip():
            yield Subject(squeeze(subject))
        elif isinstance(subject, dict):
            found = work.inside(subject, f"subjects[{index}]")
            if name := found.text("subject"):
                yield Subject(
                    name,
                    web_address(found.text("valueUri")) or web_address(found.text("classificationCode")),
                    found.text("subjectScheme") or web_address(found.text("schemeUri")),
                )


def _special(types: Noted, genre: str) -> Iterator[Subject]:
    """Yield the type in the repository's own words, where they say more than the genre."""
    special = types.text("resourceType")
    if not set(words(special).split()) <= set(genre.split()):
        yield Subject(special, scheme="DataCite resource type")


def _arxiv_codes(work: Noted) -> Iterator[str]:
    """Yield the codes of arXiv's categories: of "Digital Libraries (cs.DL)" what stands in brackets."""
    for subject in work.items("subjects"):
        is_code = isinstance(subject, dict) and subject.get("subjectScheme") == "arXiv"
        if is_code and (code := _CODE.search(str(subject.get("subject")))):
            yield code[1]


def _funding(work: Noted) -> Iterator[Funding]:
    for reference in work.objects("fundingReferences"):
        scheme, known = reference.text("funderIdentifierType"), reference.text("funderIdentifier")
        yield Funding(
            reference.text("funderName"),
            reference.iri(scheme, known, "funderIdentifier") or web_address(known),
            reference.text("awardNumber") or reference.text("awardUri"),
            reference.text("awardTitle"),
            web_address(reference.text("awardUri")),
        )


def _related(work: Noted) -> Iterator[Related]:
    for related in work.objects("relatedIdentifiers"):
        scheme, printed = related.text("relatedIdentifierType"), related.text("relatedIdentifier")
        relation = related.text("relationType")
        if printed:
            iri = related.iri(scheme, printed, "relatedIdentifier")
            yield Related(RELATIONS.get(relation, "related"), iri, printed, relation)
    for item in work.objects("relatedItems"):
        known = item.object("relatedItemIdentifier")
        printed = known.text("relatedItemIdentifier")
        iri = known.iri(known.text("relatedItemIdentifierType"), printed, "relatedItemIdentifier")
        relation = item.text("relationType")
        if said := _cited(item) or printed:
            yield Related(RELATIONS.get(relation, "related"), iri, said, relation)


def _cited(item: Noted) -> str:
    """Return a related item as a bibliography would print it: who, when, what, where in it, the publisher."""
    creators = (plain(creator.text("name")) for creator in item.objects("creators"))
    where = (item.text(name) for name in ("edition", "volume", "issue", "number"))
    said = (*creators, item.text("publicationYear"), _item_title(item), *where, _pages(item), publisher_of(item)[0])
    return ", ".join(filter(None, said))


def _relationships(envelope: Noted) -> Iterator[Related]:
    for name, kind in RELATIONSHIPS.items():
        for other in envelope.objects("relationships", name, "data"):
            if other.text("type") == "dois" and (doi := other.text("id")):
                yield Related(kind, other.iri("doi", doi, "id"), doi, name)


FORMAT: Final = Format(
    "datacite-json",
    "DataCite records in JSON",
    recognise,
    read,
    specification="DataCite Metadata Schema 4.0 to 4.6, JSON",
    fields=FIELDS,
    aside=ASIDE,
)
