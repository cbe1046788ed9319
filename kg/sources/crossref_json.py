"""Crossref REST JSON: works and lists of works, as the API and its dumps give them.

Specification: Crossref REST API, message version 1.0.0 (format of works), and the same fields where a DOI resolver
answers with ``application/vnd.citationstyles.csl+json``. Maps titles, ordered people and groups in their roles with
affiliations, dates, identifiers, venue, funding, licences, references, relations and grants. Leaves aside how the
deposit was made and checked (assertions, deposit and index dates, links for text mining).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from kg.errors import InputError
from kg.model.dates import PartialDate
from kg.model.records import Funding, Mention, Observed, Place, Related, SourceReading, Subject, WorkRecord
from kg.model.text import squeeze
from kg.sources.bibliographic import byline_of, full_name, kind_of
from kg.sources.crossref_fields import ASIDE, DATES, FIELDS, GENRES, RELATIONS, ROLES
from kg.sources.fields import once
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces
from kg.sources.registries import serial
from kg.sources.schemes import web_address

_SIGNS: Final = (
    '"reference-count"', '"references-count"', '"is-referenced-by-count"', '"content-domain"', '"deposited"',
    '"member"', '"issn-type"', '"short-container-title"',
)  # fmt: skip
_LISTS: Final = ("/message/items", "/items")
_MESSAGE: Final = re.compile(r'"message-type"\s*:\s*"([a-z-]+)"')
_HEADING: Final = re.compile(r"^\s*<(?:jats:)?title>\s*(?:abstract|summary)[\s.:]*</(?:jats:)?title>", re.IGNORECASE)
# How a reference is put together where it is not given as one text.
_CITED: Final = (
    "author", "year", "article-title", "series-title", "volume-title", "journal-title", "edition", "volume", "issue",
    "first-page", "standards-body", "standard-designator", "component",
)  # fmt: skip


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is Crossref JSON: the API's envelope, or fields that only Crossref has."""
    if beginning[:1] not in ("[", "{"):
        return 0.0
    if _MESSAGE.search(beginning) and '"message"' in beginning:
        return 1.0
    signs = sum(sign in beginning for sign in _SIGNS)
    return min(0.95, 0.55 + 0.2 * signs) if signs > 1 else 0.0


def read(opened: Opened) -> SourceReading:
    """Read a list of works, one work, or one work (or list) a line."""
    return gather(opened, json_pieces(opened, *_LISTS), understood, title="Crossref works")


def understood(piece: Piece, place: Place) -> Iterator[Item]:
    """Yield the work that a record describes, organisations with their IRIs, and its notes.

    Raises InputError for what names no work.
    """
    value = piece.value
    if isinstance(value, dict) and isinstance(value.get("message"), dict):
        value = value["message"]
    if not isinstance(value, dict):
        raise InputError("the record is not an object", advice="a Crossref work is a JSON object")
    work = Noted(value, place)
    grants = tuple(work.objects("project"))
    projects = (title.text("title") for grant in grants for title in grant.objects("project-title"))
    titles = [plain(title) for title in (*work.texts("title"), *projects)]
    authors = byline_of(_people(work, "author"))
    doi = work.iri("doi", work.text("DOI"), "DOI")
    if not (any(titles) or doi or authors):
        raise InputError(
            "the record has neither title nor DOI nor author",
            advice="it names no work; members, funders, journals and other lists of the API are not works",
        )
    date, printed = _date(work, grants)
    venues = [plain(v) for v in (*work.texts("container-title"), *work.texts("group-title"))]
    venues = venues or [plain(work.first("short-container-title"))]
    yield WorkRecord(
        place,
        "",
        title=next(iter(titles), ""),
        abstract=_abstract(work, grants),
        date=date,
        date_printed=printed,
        genre=_genre(work.text("type"), work.text("subtype")),
        venue=venues[0],
        byline=authors,
        identifiers=once(doi, _resolved(work)),
        observed=_observed(work),
        alternative_titles=once(*titles[1:], *_other_titles(work, *titles[:1])),
        contributors=tuple(_contributors(work, grants)),
        venue_identifiers=once(
            *(serial("ISSN", n) for n in work.texts("ISSN")), *(serial("ISBN", n) for n in work.texts("ISBN"))
        ),
        event=plain(work.text("event", "name")),
        volume=work.text("volume"),
        issue=work.text("issue") or work.text("journal-issue", "issue"),
        pages=work.text("page") or work.text("article-number"),
        publisher=plain(work.text("publisher")),
        languages=once(work.text("language")),
        version=work.text("version", "version") or work.text("edition-number"),
        urls=once(web_address(work.text("resource", "primary", "URL"))),
        licenses=once(*_licenses(work)),
        subjects=tuple(Subject(name) for name in work.texts("subject")),
        funding=tuple(_funding(work, grants)),
        retracted=_retracted(work),
        related=(*_related(work), *(Related("part-of", printed=venue) for venue in venues[1:]), *_references(work)),
    )
    yield from _organizations(work)
    yield from work.notes


def _genre(kind: str, subtype: str) -> str:
    if kind == "posted-content" and subtype not in ("", "preprint"):
        return "posted content" if subtype == "other" else subtype.replace("_", " ")
    return GENRES.get(kind, kind.replace("-", " "))


def _resolved(work: Noted) -> str:
    """Return the DOI that the URL resolves, which is the record's own, in the form that answers without a DOI have."""
    url = work.text("URL")
    return work.iri("doi", url, "URL") if "doi.org/10." in url else web_address(url)


def _other_titles(work: Noted, title: str = "") -> Iterator[str]:
    for subtitle in work.texts("subtitle"):
        yield f"{title}: {plain(subtitle)}" if title else plain(subtitle)
    for name in ("original-title", "short-title"):
        yield from (other for t in work.texts(name) if (other := plain(t)) != title)


def _abstract(work: Noted, grants: Sequence[Noted]) -> str:
    text = _HEADING.sub("", work.text("abstract")) or work.text("description")
    said = (d.text("description") for grant in grants for d in grant.objects("project-description"))
    return plain(text or " ".join(said))


def _date(work: Noted, grants: Sequence[Noted]) -> tuple[PartialDate | None, str]:
    for owner in (*(work.object(name) for name in DATES), *(grant.object("award-start") for grant in grants)):
        date, printed = owner.date_parts("date-parts")
        if printed:
            return date, printed
    return None, ""


def _observed(work: Noted) -> tuple[Observed, ...]:
    count = work.number("is-referenced-by-count")
    return () if count is None else (Observed("citationCount", count, str(count), work.place.line),)


def _people(work: Noted, key: str, role: str = "author") -> Iterator[Mention | None]:
    for person in work.objects(key):
        given, family = plain(person.text("given")), plain(person.text("family"))
        group = plain(person.text("name"))
        whole_name = full_name(given, family, suffix=person.text("suffix")) or group or plain(person.text("literal"))
        if not (name := whole_name):
            person.note("the entry has no name, and was left out", person.value, advice="give family or name")
            yield None
            continue
        # A family name of several words without a given name is a whole name in the wrong field.
        whole = not given and " " in family
        yield Mention(
            name,
            kind="group" if group and not family else kind_of(name) if not given else "person",
            affiliations=once(*(_affiliation(a)[0] for a in person.objects("affiliation"))),
            orcid=person.orcid(person.text("ORCID"), "ORCID"),
            given=given,
            family="" if whole else family,
            identifiers=once(*(_ror(person),)),
            role=role,
        )


def _affiliation(place: Noted) -> tuple[str, str]:
    """Return an affiliation as printed, its department first, and its ROR IRI; the IRI alone where it has no words."""
    ror = _ror(place)
    return plain(", ".join(once(*place.texts("department"), place.text("name")))) or ror, ror


def _ror(agent: Noted) -> str:
    return next((agent.ror(i.text("id"), "id") for i in agent.objects("id") if i.text("id-type").upper() == "ROR"), "")


def _contributors(work: Noted, grants: Sequence[Noted]) -> Iterator[Mention]:
    for role in ROLES:
        yield from filter(None, _people(work, role, role))
    for grant in grants:
        for key in ("lead-investigator", "co-lead-investigator", "investigator"):
            yield from filter(None, _people(grant, key, key))
    for role in ("institution", "standards-body"):
        for institution in work.objects(role):
            if name := plain(institution.text("name")):
                yield Mention(name, kind="group", identifiers=once(_ror(institution)), role=role)


def _organizations(work: Noted) -> Iterator[tuple[str, str]]:
    people = (p for role in ("author", *ROLES) for p in work.objects(role))
    for name, ror in (_affiliation(a) for p in people for a in p.objects("affiliation") if "id" in a.value):
        if ror:
            yield name, ror
    for key in ("institution", "funder"):
        for organization in work.objects(key):
            if (name := plain(organization.text("name"))) and (ror := _ror(organization)):
                yield name, ror


def _licenses(work: Noted) -> Iterator[str]:
    for terms in work.objects("license"):
        # Terms of text mining are not the licence of the work, unless they are Creative Commons.
        address = terms.text("URL")
        if terms.text("content-version") != "tdm" or "creativecommons.org" in address:
            yield web_address(address) or address


def _funding(work: Noted, grants: Sequence[Noted]) -> Iterator[Funding]:
    for funder in work.objects("funder"):
        iri = _ror(funder) or funder.iri("Crossref Funder ID", funder.text("DOI"), "DOI") or _funder_iri(funder)
        numbers = (n for info in funder.objects("award-info") for n in info.texts("award-number"))
        for award in once(*funder.texts("award"), *numbers) or ("",):
            yield Funding(plain(funder.text("name")), iri, award)
    for funding in (funding for grant in grants for funding in grant.objects("funding")):
        funder = funding.object("funder")
        yield Funding(plain(funder.text("name")), _ror(funder) or _funder_iri(funder), work.text("award"))


def _funder_iri(funder: Noted) -> str:
    found = (
        i.iri("Crossref Funder ID", i.text("id"), "id") for i in funder.objects("id") if i.text("id-type") == "DOI"
    )
    return next(filter(None, found), "")


def _related(work: Noted) -> Iterator[Related]:
    relations = work.object("relation")
    for relation in relations.value:
        for other in relations.objects(relation):
            scheme, printed = other.text("id-type"), other.text("id")
            iri = other.iri(scheme, printed, "id")
            yield Related(RELATIONS.get(relation, "related"), iri, printed, relation)
    for key in ("update-to", "updated-by"):
        for update in work.objects(key):
            kind, doi = update.text("type"), update.text("DOI")
            word = kind if key == "update-to" else f"{key} {kind}"
            yield Related(RELATIONS.get(kind, "related"), update.iri("doi", doi, "DOI"), doi, word)
    for trial in work.objects("clinical-trial-number"):
        number = trial.text("clinical-trial-number")
        yield Related("related", printed=number, relation=squeeze(f"clinical trial {trial.text('type')}"))


def _retracted(work: Noted) -> str:
    """Return the words by which a later notice takes the work back: "Retraction 2021-3-4"."""
    for update in work.objects("updated-by"):
        if update.text("type") in ("retraction", "partial_retraction", "withdrawal", "removal"):
            day = update.object("updated").date_parts("date-parts")[1]
            return squeeze(f"{update.text('label') or update.text('type')} {day}")
    return ""


def _references(work: Noted) -> Iterator[Related]:
    # Most of a file is references, thousands of them in a record: plain values, no object for each.
    for reference in work.items("reference"):
        if not isinstance(reference, dict):
            work.note("a reference is not an object, and was left out", reference, "reference")
            continue
        doi = reference.get("DOI")
        printed = reference.get("unstructured") or _cited(reference)
        if not isinstance(printed, str) or not isinstance(doi, str | None):
            work.note("a reference is not of texts, and was left out", reference, "reference")
            continue
        if printed or doi:
            yield Related("cites", work.iri("doi", doi, "reference.DOI") if doi else "", plain(printed))


def _cited(reference: Mapping[str, object]) -> str:
    """Return a reference as it is put together from its parts, or the DOI, ISBN or ISSN where it has no other."""
    parts = [str(part) for name in _CITED if (part := reference.get(name))]
    if not parts and (doi := reference.get("DOI")):
        return str(doi)
    numbers = ((kind, reference.get(kind)) for kind in ("ISBN", "ISSN"))
    return ", ".join((*parts, *(serial(kind, str(number)) for kind, number in numbers if number)))


FORMAT: Final = Format(
    "crossref-json",
    "works of the Crossref REST API",
    recognise,
    read,
    specification="Crossref REST API, works, message version 1.0.0",
    fields=FIELDS,
    aside=ASIDE,
)
