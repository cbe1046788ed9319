"""OpenAlex: works, authors, institutions, sources, funders and publishers, from the API or a snapshot.

Specification: OpenAlex API and snapshot, entities as of 2026-07, older names of fields with them. Maps works with
their ordered authorships (lists of works give the first hundred only, and say so), raw and resolved affiliations, the
abstract rebuilt from its inverted index, topics, awards and references. An author becomes a person, an institution,
funder or publisher a group, a source a work of its own type. A date of January 1 is read as a year: it is what OpenAlex
has where it knows no day. Leaves aside what OpenAlex computes (percentiles, related works, counts by year) and ids of
Microsoft Academic, for which no registry is left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from kg.errors import InputError
from kg.model.dates import PartialDate
from kg.model.names import looks_like_group
from kg.model.printed_names import read_name
from kg.model.records import (
    Funding,
    Mention,
    Observed,
    Place,
    ProfileRecord,
    Related,
    SourceReading,
    Subject,
    WorkRecord,
)
from kg.sources.bibliographic import byline_of
from kg.sources.fields import once
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.openalex_fields import ASIDE, FIELDS, GENRES
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces
from kg.sources.registries import serial
from kg.sources.schemes import web_address

_ID: Final = re.compile(r"https?://openalex\.org/([A-Za-z])(\d{1,12})", re.IGNORECASE)
_SIGNS: Final = ('"display_name"', '"authorships"', '"works_count"', '"cited_by_count"', '"publication_year"')
_IDENTIFIED: Final = re.compile(r'[{,]\s*"id"\s*:\s*"https://openalex\.org/[A-Z]\d')
_NOBODY: Final = ("/A9999999999", "/A5317838346")
"""The ids that every author has whom OpenAlex cannot tell from others, or who was removed: nobody's."""

_DELETED: Final = "https://openalex.org/W4285719527"
"""The id of all works that were removed; it stays among the references of others."""

_BYLINE: Final = 100
"""Authors of a work in a list of results, at most."""

# Behind a comma: a degree, or what no given name holds.
_NO_GIVEN: Final = re.compile(
    r"\d|,|^(?:[MD]\.?\s?D|D\.?O|R\.?N|Ph\.?\s?D|[BM]\.?\s?(?:Sc|Ed|A|S)|MBA|MPH|Esq|for|and|on)\b", re.I
)

_GROUPS: Final = {"I": "institution", "F": "funder", "P": "publisher"}
_SUBJECTS: Final = (
    ("topics", "OpenAlex topics"),
    ("x_concepts", "OpenAlex concepts"),
    ("keywords", "OpenAlex keywords"),
    ("concepts", "OpenAlex concepts"),
    ("sustainable_development_goals", "Sustainable Development Goals"),
)


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is OpenAlex JSON: ids of OpenAlex beside its names of fields."""
    if beginning[:1] not in ("[", "{") or '"https://openalex.org/' not in beginning:
        return 0.0
    named = 0.6 if _IDENTIFIED.search(beginning) and '"@context"' not in beginning else 0.3
    return min(0.98, max(named, 0.3 + 0.25 * sum(sign in beginning for sign in _SIGNS)))


def read(opened: Opened) -> SourceReading:
    """Read a page of results, one entity, or one entity a line."""
    return gather(opened, json_pieces(opened, "/results"), _entity, title="OpenAlex entities")


def _entity(piece: Piece, place: Place) -> Iterator[Item]:
    if not isinstance(piece.value, dict):
        raise InputError("the record is not an object", advice="an OpenAlex entity is a JSON object")
    entity = Noted(piece.value, place)
    match = _ID.fullmatch(entity.text("id"))
    kind = match[1].upper() if match else "W" if "authorships" in entity.value else ""
    if kind == "W":
        yield _work(entity)
        yield from _organizations(entity)
    elif kind == "A":
        yield _author(entity)
        yield from _known_institutions(entity)
    elif kind in _GROUPS:
        yield _group(entity)
        if ror := entity.ror(entity.text("ror") or entity.text("ids", "ror"), "ror"):
            yield entity.text("display_name"), ror
    elif kind == "S":
        yield _venue(entity)
    else:
        raise InputError(
            f"{entity.text('id') or 'the record'} is no work, author, institution, source, funder or publisher",
            where="id",
            advice="topics, concepts and keywords are read where works name them",
        )
    yield from entity.notes


def _work(work: Noted) -> WorkRecord:
    title = plain(work.text("title") or work.text("display_name"))
    identifiers = _identifiers(work, ("doi", "pmid", "pmcid"))
    authors = byline_of(_authors(work))
    if authors and _cut(work):
        authors = replace(authors, complete=False)
    if not (title or authors or len(identifiers) > 1):
        raise InputError("the work has neither title nor author nor DOI", advice="get the whole record")
    locations = [work.object("primary_location"), *work.objects("locations")]
    source = locations[0].object("source") if locations[0].value else work.object("host_venue")
    date = _date(work)
    count = work.number("cited_by_count")
    return WorkRecord(
        work.place,
        "",
        title=title,
        abstract=_abstract(work),
        date=date,
        date_printed=work.text("publication_date") or work.text("publication_year"),
        genre=GENRES.get(kind := work.text("type"), kind.replace("-", " ")),
        venue=plain(source.text("display_name") or locations[0].text("raw_source_name")),
        byline=authors,
        identifiers=identifiers,
        observed=() if count is None else (Observed("citationCount", count, str(count), work.place.line),),
        venue_identifiers=once(
            *(serial("ISSN", n) for n in (*source.texts("issn"), source.text("issn_l")) if n), _openalex(source)
        ),
        volume=work.text("biblio", "volume"),
        issue=work.text("biblio", "issue"),
        pages="-".join(once(work.text("biblio", "first_page"), work.text("biblio", "last_page"))),
        publisher=source.text("host_organization_name") or source.text("publisher"),
        languages=once(work.text("language")),
        version=locations[0].text("version"),
        urls=_pages(locations, identifiers),
        licenses=once(*(place.text("license") for place in locations)),
        subjects=tuple(_subjects(work)),
        funding=tuple(_funding(work)),
        related=tuple(_related(work)),
        retracted="retracted" if work.at("is_retracted") is True else "",
    )


def _cut(work: Noted) -> bool:
    """Return whether a list of authors is cut: it says so, counts more, or is full and the last one is not in it."""
    authorships = found if isinstance(found := work.at("authorships"), list) else []
    last = authorships[-1] if len(authorships) == _BYLINE else None
    full = isinstance(last, dict) and last.get("author_position") == "middle"
    return full or work.at("is_authors_truncated") is True or (work.number("authors_count") or 0) > len(authorships)


def _openalex(entity: Noted, *path: str) -> str:
    return entity.iri("openalex", entity.text(*path, "id"), *path, "id")


def _identifiers(entity: Noted, schemes: tuple[str, ...]) -> tuple[str, ...]:
    ids = entity.object("ids")
    stated = [_openalex(entity)]
    for scheme in schemes:
        stated += [entity.iri(scheme, entity.text(scheme), scheme), ids.iri(scheme, ids.text(scheme), scheme)]
    return once(*stated)


def _date(work: Noted) -> PartialDate | None:
    date = work.date("publication_date") or work.date("publication_year")
    return PartialDate(date.year) if date and (date.month, date.day) == (1, 1) else date


def _abstract(work: Noted) -> str:
    """Return the abstract whose words are given with their places (from 0)."""
    index = work.object("abstract_inverted_index").value
    places: list[tuple[int, str]] = []
    for word, at in index.items():
        if isinstance(at, list) and all(isinstance(place, int) for place in at):
            places += [(place, word) for place in at]
        else:
            work.note("the places of a word are not numbers; it was left out", word, "abstract_inverted_index")
    places.sort(key=lambda found: found[0])
    return plain(" ".join(word for _, word in places))


def _authors(work: Noted) -> Iterator[Mention | None]:
    for authorship in work.objects("authorships"):
        known = authorship.object("author")
        printed, shown = plain(authorship.text("raw_author_name")), plain(known.text("display_name"))
        if not (name := printed or shown):
            authorship.note("the author has no name, and was left out", authorship.value)
            yield None
            continue
        group = looks_like_group(name)
        turned = "," in name and not group and not _NO_GIVEN.search(name.partition(",")[2].strip())
        parts = read_name(name) if turned else None
        running = parts.name if parts else name
        raw_orcid, orcid = authorship.text("raw_orcid"), known.text("orcid")
        yield Mention(
            running,
            kind="group" if group else "person",
            affiliations=_affiliations(authorship),
            orcid=authorship.orcid(raw_orcid or orcid, "raw_orcid" if raw_orcid else "author.orcid"),
            given=parts.given if parts else "",
            family=parts.family if parts and parts.given else "",
            variants=tuple(form for form in once(printed, shown) if form != running),
            identifiers=once(
                "" if known.text("id").endswith(_NOBODY) else _openalex(known),
                known.iri("orcid", orcid, "orcid") if raw_orcid and orcid != raw_orcid else "",
            ),
        )


def _affiliations(authorship: Noted) -> tuple[str, ...]:
    """Return the affiliations as printed, then the institutions that OpenAlex finds in them."""
    printed = (
        *authorship.texts("raw_affiliation_strings"),
        authorship.text("raw_affiliation_string"),
        *(a.text("raw_affiliation_string") for a in authorship.objects("affiliations")),
        *(i.text("display_name") for i in authorship.objects("institutions")),
    )
    return once(*map(plain, printed))


def _organizations(work: Noted) -> Iterator[tuple[str, str]]:
    for authorship in work.objects("authorships"):
        for institution in authorship.objects("institutions"):
            yield from _pair(institution)
    for funder in work.objects("funders"):
        yield from _pair(funder)


def _pair(organization: Noted) -> Iterator[tuple[str, str]]:
    name, ror = plain(organization.text("display_name")), organization.ror(organization.text("ror"), "ror")
    if name and ror:
        yield name, ror


def _pages(locations: list[Noted], identifiers: tuple[str, ...]) -> tuple[str, ...]:
    pages = (web_address(place.text(key)) for place in locations for key in ("landing_page_url", "pdf_url"))
    return tuple(page for page in once(*pages) if page not in identifiers)


def _subjects(entity: Noted) -> Iterator[Subject]:
    for key, scheme in _SUBJECTS:
        for subject in entity.objects(key):
            if name := subject.text("display_name") or subject.text("keyword"):
                yield Subject(name, web_address(subject.text("id")), scheme)
    for heading in entity.objects("mesh"):
        name = " / ".join(once(heading.text("descriptor_name"), heading.text("qualifier_name")))
        known = "".join((heading.text("descriptor_ui"), heading.text("qualifier_ui")))
        if name:
            yield Subject(name, web_address(f"http://id.nlm.nih.gov/mesh/{known}") if known else "", "MeSH")


def _funding(work: Noted) -> Iterator[Funding]:
    rors = {f.text("id"): f.ror(f.text("ror"), "ror") for f in work.objects("funders")}
    paid: set[str] = set()
    told: set[tuple[str, str]] = set()
    for award in (*work.objects("awards"), *work.objects("grants")):  # the newer name and the older one
        funder = award.text("funder_id") or award.text("funder")
        number, title = award.text("funder_award_id") or award.text("award_id"), award.text("display_name")
        name = plain(award.text("funder_display_name"))
        if (funder or name, number) in told or not (funder or name or number or title):
            continue
        told.add((funder or name, number))
        paid.add(funder)
        known = rors.get(funder) or award.iri("openalex", funder, "funder_id")
        yield Funding(name, known, number, title, web_address(award.text("id")))
    for funder_of in work.objects("funders"):
        if (known := funder_of.text("id")) not in paid:
            yield Funding(plain(funder_of.text("display_name")), rors.get(known) or _openalex(funder_of))


def _related(work: Noted) -> Iterator[Related]:
    # Hundreds in a record, all of one shape: no object for each.
    for cited in work.items("referenced_works"):
        if cited == _DELETED:
            continue
        if isinstance(cited, str) and (match := _ID.fullmatch(cited)):
            yield Related("cites", f"https://openalex.org/{match[1].upper()}{match[2]}")
        else:
            work.note("a reference is not an OpenAlex id, and was left out", cited, "referenced_works")


def _author(author: Noted) -> ProfileRecord:
    name = author.text("display_name") or next(iter(author.texts("display_name_alternatives")), "")
    if not name:
        raise InputError("the author has no name", where="display_name", advice="get the whole record")
    institutions = [a.object("institution") for a in author.objects("affiliations")]
    institutions += [i for key in ("last_known_institutions", "last_known_institution") for i in author.objects(key)]
    return ProfileRecord(
        author.place,
        "",
        name,
        affiliations=once(*(i.text("display_name") for i in institutions)),
        identifiers=_identifiers(author, ("orcid",)),
        observed=_observed(author),
        names=_other_names(author, name),
        urls=once(web_address(author.text("ids", "wikipedia"))),
        subjects=tuple(_subjects(author)),
    )


def _known_institutions(author: Noted) -> Iterator[tuple[str, str]]:
    for affiliation in author.objects("affiliations"):
        yield from _pair(affiliation.object("institution"))
    for key in ("last_known_institutions", "last_known_institution"):
        for institution in author.objects(key):
            yield from _pair(institution)


def _group(group: Noted) -> ProfileRecord:
    name = group.text("display_name")
    if not name:
        raise InputError("the entity has no name", where="display_name", advice="get the whole record")
    return ProfileRecord(
        group.place,
        "",
        name,
        description=group.text("description"),
        identifiers=(*_identifiers(group, ("ror", "wikidata", "grid")), *_funder_ids(group)),
        observed=_observed(group),
        names=_other_names(group, name),
        urls=once(web_address(group.text("homepage_url")), web_address(group.text("ids", "wikipedia"))),
        kind="group",
        subjects=tuple(_subjects(group)),
    )


def _funder_ids(group: Noted) -> Iterator[str]:
    if doi := group.text("ids", "doi"):
        yield from filter(None, [group.iri("doi", doi, "ids", "doi")])
    if crossref := group.text("ids", "crossref"):
        yield from filter(None, [group.iri("Crossref Funder ID", crossref, "ids", "crossref")])


def _other_names(entity: Noted, name: str) -> tuple[str, ...]:
    international: Any = entity.object("international", "display_name").value
    forms = (
        *entity.texts("display_name_alternatives"),
        *entity.texts("alternate_titles"),
        *entity.texts("display_name_acronyms"),
        *(form for form in international.values() if isinstance(form, str)),
    )
    return tuple(form for form in once(*forms) if form != name)


def _observed(entity: Noted) -> tuple[Observed, ...]:
    figures = (
        ("workCount", entity.number("works_count")),
        ("citationCount", entity.number("cited_by_count")),
        ("hIndex", entity.number("summary_stats", "h_index")),
    )
    return tuple(Observed(name, n, str(n), entity.place.line) for name, n in figures if n is not None)


def _venue(source: Noted) -> WorkRecord:
    title = source.text("display_name")
    if not title:
        raise InputError("the source has no name", where="display_name", advice="get the whole record")
    names = (*_other_names(source, title), source.text("abbreviated_title"))
    return WorkRecord(
        source.place,
        "",
        title=title,
        genre=source.text("type") or "journal",
        identifiers=_identifiers(source, ("wikidata",)),
        alternative_titles=once(*names),
        venue_identifiers=once(*(serial("ISSN", n) for n in (*source.texts("issn"), source.text("issn_l")) if n)),
        publisher=source.text("host_organization_name"),
        urls=once(web_address(source.text("homepage_url"))),
        subjects=tuple(_subjects(source)),
    )


FORMAT: Final = Format(
    "openalex",
    "OpenAlex works, authors and organisations",
    recognise,
    read,
    specification="OpenAlex API and snapshot, entities as of 2026-07",
    fields=FIELDS,
    aside=ASIDE,
)
