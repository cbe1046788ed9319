"""ORCID JSON: records of people with their works, single works, and works in bulk.

Specification: ORCID record 2.1 and 3.0, JSON of the public API (``/record``, ``/person``, ``/works``, ``/work``, bulk
and expanded search). A record becomes one person with names, links, identifiers and affiliations, and one work for each
summary, of which the person is an author in a place that the record does not tell; a funding becomes a work of the
genre "grant". Leaves aside mail addresses, departments, roles and years of employments and studies, peer reviews,
resources, and the citation that a work repeats as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from kg.errors import InputError
from kg.model.names import compatible
from kg.model.records import Byline, Funding, Mention, Place, ProfileRecord, Related, SourceReading, Subject, WorkRecord
from kg.model.text import squeeze
from kg.sources.bibliographic import byline_of, full_name, kind_of
from kg.sources.fields import Json, once
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.json_cuts import dumped
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.opening import Opened
from kg.sources.orcid_fields import ASIDE, AUTHORS, CREDIT, EMPLOYED, FIELDS, GENRES, RELATIONS, STUDIED, WHOLE
from kg.sources.pieces import json_pieces
from kg.sources.registries import serial
from kg.sources.schemes import web_address

_SIGNS: Final = (
    '"orcid-identifier"', '"external-id-type"', '"activities-summary"', '"contributor-orcid"', '"put-code"',
    '"publication-date"', '"work-summary"', '"expanded-result"', '"credit-name"', '"external-ids"', '"other-name"',
)  # fmt: skip
_PERSON: Final = frozenset({"orcid-identifier", "person", "activities-summary"})
_LISTS: Final = ("/bulk", "/expanded-result", "/result")


@dataclass(frozen=True, slots=True)
class Claimed:
    """An activity in somebody's record, with whose it is."""

    activity: Any
    kind: str
    owner: Mention | None


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is ORCID JSON, by the names of fields that only ORCID has."""
    if beginning[:1] not in ("[", "{"):
        return 0.0
    signs = sum(sign in beginning for sign in _SIGNS)
    return min(0.96, 0.45 + 0.2 * signs) if signs else 0.0


def read(opened: Opened) -> SourceReading:
    """Read a record, a work, a list of either, or one a line."""
    return gather(opened, _pieces(opened), understood, title="ORCID records")


def _pieces(opened: Opened) -> Iterator[Piece]:
    """Yield people and works one by one: the works of a record are records of their own."""
    for piece in json_pieces(opened, *_LISTS):
        record = piece.value
        if isinstance(record, dict) and _PERSON & record.keys():
            yield piece
            yield from _claimed(piece)
        elif isinstance(record, dict) and isinstance(record.get("group"), list):
            yield from _activities(piece, record, "", "work-summary", None)
        else:
            yield piece


def _claimed(piece: Piece) -> Iterator[Piece]:
    summary = Noted(piece.value, Place("", piece.line)).object("activities-summary").value
    owner = owner_of(piece.value, piece.line)
    for section, entry in (("works", "work-summary"), ("fundings", "funding-summary")):
        if isinstance(found := summary.get(section), dict):
            yield from _activities(piece, found, f"/activities-summary/{section}", entry, owner)


def owner_of(value: Json, line: int) -> Mention | None:
    """Return whose record it is, with all names as variants; None where the record does not say the name."""
    record = Noted(value, Place("", line))
    parts = record.object("person", "name")
    name, others = _names(parts, record.object("person", "other-names"))
    return (
        Mention(
            name,
            orcid=_orcid_of(record) or None,
            given=parts.text("given-names", "value"),
            family=parts.text("family-name", "value"),
            variants=others,
        )
        if name
        else None
    )


def _activities(piece: Piece, section: Any, pointer: str, entry: str, owner: Mention | None) -> Iterator[Piece]:
    for i, group in enumerate(_listed(section.get("group"))):
        summaries = group.get(entry) if isinstance(group, dict) else [group]
        for j, summary in enumerate(_listed(summaries)):
            item = f"{piece.item}{pointer}/group/{i}/{entry}/{j}"
            value = Claimed(summary, entry, owner)
            yield Piece(value, piece.line, piece.last_line, item, partial(dumped, summary))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def understood(piece: Piece, place: Place) -> Iterator[Item]:
    """Yield what a record, a work, or an activity in somebody's record says, and its notes.

    Raises InputError for what names neither a person nor a work.
    """
    claimed = piece.value if isinstance(piece.value, Claimed) else None
    value = claimed.activity if claimed else piece.value
    if isinstance(value, dict) and isinstance(value.get("work"), dict):
        value = value["work"]
    if not isinstance(value, dict):
        raise InputError("the record is not an object", advice="an ORCID record or work is a JSON object")
    record = Noted(value, place)
    if claimed and claimed.kind == "funding-summary":
        yield _grant(record, claimed)
        if (name := record.text("organization", "name")) and (ror := _ror(record.object("organization"))):
            yield name, ror
    elif claimed or "title" in value:
        yield _work(record, claimed)
    elif _PERSON & value.keys():
        yield _person(record)
        yield from _organizations(record)
    elif "orcid-id" in value:
        yield _found(record)
    elif "name" in value:
        yield _person(record.inside({"person": value}))
    else:
        raise InputError(
            "the part of a record names neither a person nor a work",
            advice="get the whole record (/record), which says whose it is",
        )
    yield from record.notes


def _orcid_of(record: Noted) -> str:
    """Return the iD of a record as printed: as an address, or from the path of the record or of the person."""
    known = record.object("orcid-identifier")
    printed = known.text("uri") or known.text("path")
    return printed or record.text("path").strip("/").split("/")[0] or record.text("person", "path")[1:20]


def _names(name: Noted, others: Noted) -> tuple[str, tuple[str, ...]]:
    """Return the name to be shown, which the person chose, and the other names."""
    credit = name.text("credit-name", "value")
    full = full_name(name.text("given-names", "value"), name.text("family-name", "value"))
    other = (o.text("content") for o in others.objects("other-name"))
    shown, *rest = [n for n in dict.fromkeys((credit, full, *other)) if n] or [""]
    return shown, tuple(rest)


def _person(record: Noted) -> ProfileRecord:
    person, activities = record.object("person"), record.object("activities-summary")
    name, others = _names(person.object("name"), person.object("other-names"))
    if not name:
        raise InputError("the record names nobody", where="person.name", advice="the name may be private")
    identifiers, pages = _external(person)
    orcid = _orcid_of(record)
    return ProfileRecord(
        record.place,
        "",
        name,
        description=squeeze(person.text("biography", "content")),
        affiliations=once(*(o.text("name") for o in _places(activities, EMPLOYED))),
        identifiers=once(record.iri("orcid", orcid, "orcid-identifier") if orcid else "", *identifiers),
        names=others,
        urls=once(
            *(web_address(u.text("url", "value")) for u in person.objects("researcher-urls", "researcher-url")), *pages
        ),
        given=person.text("name", "given-names", "value"),
        family=person.text("name", "family-name", "value"),
        alumni_of=once(*(o.text("name") for o in _places(activities, STUDIED))),
        subjects=tuple(Subject(word) for k in person.objects("keywords", "keyword") if (word := k.text("content"))),
    )


def _found(person: Noted) -> ProfileRecord:
    """Return the person of an entry of the expanded search."""
    full = full_name(person.text("given-names"), person.text("family-names"))
    names = once(person.text("credit-name"), full, *person.texts("other-name"))
    if not names:
        raise InputError("the entry names nobody", where="given-names", advice="the name may be private")
    return ProfileRecord(
        person.place,
        "",
        names[0],
        affiliations=once(*person.texts("institution-name")),
        identifiers=once(person.iri("orcid", person.text("orcid-id"), "orcid-id")),
        names=names[1:],
        given=person.text("given-names"),
        family=person.text("family-names"),
    )


def _external(person: Noted) -> tuple[list[str], list[str]]:
    """Return the IRIs of a person in other registries, and the pages of registries that are not known."""
    identifiers, pages = [], []
    for known in person.objects("external-identifiers", "external-identifier"):
        scheme, value = known.text("external-id-type"), known.text("external-id-value")
        if iri := known.iri(scheme, value, "external-id-value"):
            identifiers.append(iri)
        else:
            pages.append(web_address(known.text("external-id-url", "value")))
    return identifiers, pages


def _places(activities: Noted, sections: tuple[tuple[str, str], ...]) -> Iterator[Noted]:
    """Yield the organisations of sections: in groups (3.0) or without (2.1)."""
    for section, entry in sections:
        found = activities.object(section)
        for group in found.objects("affiliation-group"):
            for summary in group.objects("summaries"):
                yield summary.object(entry, "organization")
        for summary in found.objects(entry):
            yield summary.object("organization")


def _ror(organization: Noted) -> str:
    known = organization.object("disambiguated-organization")
    printed = known.text("disambiguated-organization-identifier")
    is_ror = known.text("disambiguation-source").upper() == "ROR"
    return known.ror(printed, "disambiguated-organization-identifier") if is_ror else ""


def _organizations(record: Noted) -> Iterator[tuple[str, str]]:
    for organization in _places(record.object("activities-summary"), (*EMPLOYED, *STUDIED)):
        if (name := organization.text("name")) and (ror := _ror(organization)):
            yield name, ror


def _work(work: Noted, claimed: Claimed | None) -> WorkRecord:
    titles = work.object("title")
    title = plain(titles.text("title", "value"))
    subtitle = plain(titles.text("subtitle", "value"))
    kind = work.text("type").lower().replace("_", "-")
    identifiers, venue, related, funding = _work_ids(work, kind)
    contributors = list(_contributors(work))
    authors = byline_of(m for m in contributors if m is None or m.role == "author")
    if claimed and claimed.owner:
        authors = _with_owner(authors, claimed.owner)
    if not (title or identifiers):
        raise InputError("the work has neither title nor identifier", where="title", advice="it may be private")
    published = work.object("publication-date")
    parts = [published.text(part, "value") for part in ("year", "month", "day")]
    return WorkRecord(
        work.place,
        "",
        title=title,
        abstract=plain(work.text("short-description")),
        date=work.inside({"date": parts}).date_parts("date")[0],
        date_printed="-".join(filter(None, parts)),
        genre=GENRES.get(kind, kind.replace("-", " ")),
        venue=plain(work.text("journal-title", "value")),
        byline=authors,
        identifiers=identifiers,
        alternative_titles=once(
            f"{title}: {subtitle}" if title and subtitle else subtitle,
            plain(titles.text("translated-title", "value")),
        ),
        contributors=tuple(m for m in contributors if m and m.role != "author"),
        venue_identifiers=venue,
        languages=once(work.text("language-code")),
        urls=once(web_address(work.text("url", "value"))),
        funding=funding,
        related=related,
        citation_key=work.text("put-code"),
    )


def _work_ids(
    work: Noted, kind: str
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Related, ...], tuple[Funding, ...]]:
    """Return identifiers of the work, of what it appeared in, its relations and its grants, by their relationship."""
    own, venue, related, funding = [], [], [], []
    for known in work.objects("external-ids", "external-id"):
        scheme = known.text("external-id-type").lower()
        value = known.text("external-id-normalized", "value") or known.text("external-id-value")
        relation = known.text("external-id-relationship").lower().replace("_", "-") or "self"
        page = web_address(known.text("external-id-url", "value"))
        own_isbn = scheme == "isbn" and relation == "self" and kind in WHOLE
        if scheme in ("issn", "isbn") and not own_isbn:
            venue.append(serial(scheme.upper(), value))
        elif relation == "funded-by":
            funding.append(Funding(award=value, award_url=page))
        else:
            iri = known.iri(scheme, value, "external-id-value")
            if relation != "self":
                related.append(Related(RELATIONS.get(relation, "related"), iri or page, value, relation))
            elif iri:
                own.append(iri)
            else:
                related.append(Related("same-as", page, value, scheme))
    return once(*own), once(*venue), tuple(related), tuple(funding)


def _contributors(work: Noted) -> Iterator[Mention | None]:
    """Yield contributors; one with a role of CRediT is an author, and has that role besides."""
    seen = set()
    for contributor in work.objects("contributors", "contributor"):
        name = contributor.text("credit-name", "value")
        known = contributor.object("contributor-orcid")
        orcid = known.orcid(known.text("uri") or known.text("path"), "path")
        role = contributor.text("contributor-attributes", "contributor-role").lower().replace("_", "-")
        if not name:
            contributor.note("the contributor has no name, and was left out", contributor.value, advice="give a name")
            yield None
            continue
        mention = Mention(name, kind=kind_of(name), orcid=orcid)
        if role not in AUTHORS:
            yield replace(mention, role=role.partition(CREDIT)[2].strip("/") or role)
        if (role in AUTHORS or CREDIT in role) and (name, orcid) not in seen:
            seen.add((name, orcid))
            yield mention


def _with_owner(authors: Byline | None, owner: Mention) -> Byline:
    """Return the author line with the person whose record it is, who says to be among them.

    One author of the same name, and no other, is that person; without one the person's place is not known.
    """
    if not authors:
        return Byline((owner,), complete=False)
    mentions = authors.mentions
    if any(m.orcid and owner.orcid and m.orcid[-19:] == owner.orcid[-19:] for m in mentions):
        return authors
    alike = [
        m for m in mentions if not m.orcid and any(compatible(m.name, name) for name in (owner.name, *owner.variants))
    ]
    if len(alike) == 1:
        found = replace(alike[0], orcid=owner.orcid)
        return replace(authors, mentions=tuple(found if m is alike[0] else m for m in mentions))
    return replace(authors, mentions=(*mentions, owner), complete=False)


def _grant(funding: Noted, claimed: Claimed) -> WorkRecord:
    title = plain(funding.text("title", "title", "value"))
    organization = funding.object("organization")
    numbers = [known.text("external-id-value") for known in funding.objects("external-ids", "external-id")]
    if not title and not numbers:
        raise InputError("the funding has neither title nor number", where="title", advice="it may be private")
    start = funding.object("start-date")
    parts = [start.text(part, "value") for part in ("year", "month", "day")]
    awards = once(*numbers) or ("",)
    return WorkRecord(
        funding.place,
        "",
        title=title,
        date=funding.inside({"date": parts}).date_parts("date")[0],
        date_printed="-".join(filter(None, parts)),
        genre=funding.text("type").lower().replace("_", " ") or "grant",
        contributors=(replace(claimed.owner, role="funded"),) if claimed.owner else (),
        urls=once(web_address(funding.text("url", "value"))),
        funding=tuple(Funding(organization.text("name"), _ror(organization), award, title) for award in awards),
        citation_key=funding.text("put-code"),
    )


FORMAT: Final = Format(
    "orcid-json",
    "ORCID records and works in JSON",
    recognise,
    read,
    specification="ORCID record 2.1 and 3.0, JSON",
    fields=FIELDS,
    aside=ASIDE,
)
