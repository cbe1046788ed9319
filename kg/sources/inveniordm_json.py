"""InvenioRDM JSON: records of Zenodo and other repositories that run InvenioRDM, in its own and in Zenodo's older form.

Specification: InvenioRDM metadata reference (records API, v12) and the Zenodo REST API (legacy serialisation, deposit
metadata). Maps titles, creators and contributors with roles, identifiers and affiliations, descriptions, dates,
subjects, rights, relations, the concept that joins the versions, references, funding, and the journal, book, meeting
or thesis of a record. An ISSN, and the ISBN of a section or paper, is that of what the work appeared in. Leaves aside
files, access, statistics and the workings of the repository.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from kg.errors import InputError
from kg.model.names import looks_like_group
from kg.model.printed_names import read_name
from kg.model.records import Funding, Mention, Place, Related, SourceReading, Subject, WorkRecord
from kg.sources.bibliographic import byline_of, full_name, kind_of
from kg.sources.datacite_fields import RELATIONS as DATACITE_RELATIONS
from kg.sources.datacite_fields import words
from kg.sources.fields import once
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces
from kg.sources.registries import of_container, serial
from kg.sources.schemes import web_address

GENRES: Final[Mapping[str, str]] = {
    "publication-article": "journal article",
    "publication-book": "book",
    "publication-conferencepaper": "conference paper",
    "publication-conferenceproceeding": "conference proceedings",
    "publication-dissertation": "thesis",
    "publication-preprint": "preprint",
    "publication-report": "report",
    "publication-section": "book chapter",
    "publication-thesis": "thesis",
    "publication-workingpaper": "preprint",
}
"""Resource types with their subtype -> the genre of a record; others stand as they are, the subtype alone."""

RELATIONS: Final[Mapping[str, str]] = {relation.lower(): kind for relation, kind in DATACITE_RELATIONS.items()}
"""Relations are DataCite's, in small letters."""

FIELDS: Final[Mapping[str, str]] = {
    "doi": "identifiers",
    "pids": "identifiers",
    "conceptdoi": "related",
    "parent.pids": "related",
    "links.self_html": "urls",
    "metadata.doi": "identifiers",
    "metadata.title": "title",
    "metadata.additional_titles": "alternative_titles",
    "metadata.description": "abstract",
    "metadata.additional_descriptions": "notes",
    "metadata.notes": "notes",
    "metadata.method": "notes",
    "metadata.creators.name": "byline.mentions.name",
    "metadata.creators.orcid": "byline.mentions.orcid",
    "metadata.creators.gnd": "byline.mentions.identifiers",
    "metadata.creators.affiliation": "byline.mentions.affiliations",
    "metadata.creators.person_or_org.name": "byline.mentions.name",
    "metadata.creators.person_or_org.given_name": "byline.mentions.given",
    "metadata.creators.person_or_org.family_name": "byline.mentions.family",
    "metadata.creators.person_or_org.type": "byline.mentions.kind",
    "metadata.creators.person_or_org.identifiers": "byline.mentions.identifiers",
    "metadata.creators.affiliations": "byline.mentions.affiliations",
    "metadata.contributors": "contributors",
    "metadata.thesis.supervisors": "contributors",
    "metadata.thesis.university": "contributors",
    "metadata.publication_date": "date",
    "metadata.resource_type": "genre",
    "metadata.upload_type": "genre",
    "metadata.publication_type": "genre",
    "metadata.image_type": "genre",
    "metadata.publisher": "publisher",
    "metadata.imprint.publisher": "publisher",
    "metadata.imprint.isbn": "venue_identifiers",
    "metadata.journal.title": "venue",
    "metadata.journal.volume": "volume",
    "metadata.journal.issue": "issue",
    "metadata.journal.pages": "pages",
    "metadata.part_of.title": "venue",
    "metadata.part_of.pages": "pages",
    "metadata.meeting.title": "event",
    "metadata.meeting.url": "urls",
    "custom_fields.journal:journal": "venue",
    "custom_fields.imprint:imprint": "venue",
    "custom_fields.meeting:meeting": "event",
    "custom_fields.thesis:university": "contributors",
    "custom_fields.code:codeRepository": "urls",
    "metadata.version": "version",
    "metadata.language": "languages",
    "metadata.languages": "languages",
    "metadata.keywords": "subjects",
    "metadata.subjects": "subjects",
    "metadata.license": "licenses",
    "metadata.rights": "licenses",
    "metadata.related_identifiers": "related",
    "metadata.identifiers": "identifiers",
    "metadata.alternate_identifiers": "identifiers",
    "metadata.references": "related",
    "metadata.grants": "funding",
    "metadata.funding": "funding",
}

ASIDE: Final = (
    "access", "conceptrecid", "created", "custom_fields.code:developmentStatus",
    "custom_fields.code:programmingLanguage", "deletion_status", "doi_url", "expanded", "files", "id", "is_draft",
    "is_published", "links.archive", "links.badge", "links.bucket", "links.conceptbadge", "links.conceptdoi",
    "links.doi", "links.files", "links.html", "links.latest", "links.latest_html", "links.parent", "links.parent_doi",
    "links.parent_html", "links.self", "links.self_doi", "links.self_iiif_manifest", "links.versions", "media_files",
    "metadata.access_conditions", "metadata.access_right", "metadata.access_right_category", "metadata.communities",
    "metadata.custom", "metadata.dates", "metadata.embargo_date", "metadata.formats", "metadata.imprint.place",
    "metadata.locations", "metadata.meeting.acronym", "metadata.meeting.dates", "metadata.meeting.place",
    "metadata.meeting.session", "metadata.meeting.session_part", "metadata.prereserve_doi", "metadata.relations",
    "metadata.sizes", "modified", "owner", "owners", "parent.access", "parent.communities", "parent.id", "recid",
    "record_id", "revision", "revision_id", "state", "stats", "status", "submitted", "swh", "title", "ui", "updated",
    "versions",
)  # fmt: skip

_SIGNS: Final = (
    '"conceptdoi"', '"conceptrecid"', '"person_or_org"', '"access_right"', '"revision_id"', '"additional_titles"',
    '"custom_fields"', '"is_published"', '"upload_type"', '"zenodo',
)  # fmt: skip


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is a record of InvenioRDM, by its envelope and its own names of fields."""
    if beginning[:1] not in ("[", "{") or '"metadata"' not in beginning:
        return 0.0
    signs = sum(sign in beginning for sign in _SIGNS)
    return min(0.93, 0.4 + 0.2 * signs) if signs and ('"creators"' in beginning or '"title"' in beginning) else 0.0


def read(opened: Opened) -> SourceReading:
    """Read the hits of a search, one record, or one record a line."""
    return gather(opened, json_pieces(opened, "/hits/hits"), _work, title="InvenioRDM records")


def _work(piece: Piece, place: Place) -> Iterator[Item]:
    if not isinstance(piece.value, dict):
        raise InputError("the record is not an object", advice="a record of InvenioRDM is a JSON object")
    record = Noted(piece.value, place)
    work, custom = record.object("metadata"), record.object("custom_fields")
    title = plain(work.text("title"))
    genre = _genre(work)
    identifiers, others, serials = _identifiers(record, work, genre)
    authors = byline_of(_agent(a, "author") for a in work.objects("creators"))
    if not (title or identifiers or authors):
        raise InputError(
            "the record has neither title nor DOI nor creator", where="metadata", advice="it names no work"
        )
    journal = work.object("journal") if work.object("journal").value else custom.object("journal:journal")
    book = custom.object("imprint:imprint")
    venue = plain(journal.text("title") or book.text("title") or work.text("part_of", "title"))
    meeting = work.object("meeting") if work.object("meeting").value else custom.object("meeting:meeting")
    yield WorkRecord(
        place,
        "",
        title=title,
        abstract=plain(work.text("description")),
        date=work.date("publication_date"),
        date_printed=work.text("publication_date"),
        genre=genre,
        venue=venue,
        byline=authors,
        identifiers=identifiers,
        alternative_titles=once(*(plain(t.text("title")) for t in work.objects("additional_titles"))),
        contributors=tuple(_contributors(work, custom)),
        venue_identifiers=once(
            *(serial("ISSN", n) for n in journal.texts("issn")),
            *(serial("ISBN", n) for n in (book.text("isbn"), work.text("imprint", "isbn")) if n),
            *(s.printed for s in serials if venue),
        ),
        event=plain(meeting.text("title")),
        volume=journal.text("volume"),
        issue=journal.text("issue"),
        pages=journal.text("pages") or book.text("pages") or work.text("part_of", "pages"),
        publisher=plain(work.text("publisher") or work.text("imprint", "publisher")),
        languages=once(work.text("language"), *(one.text("id") for one in work.objects("languages"))),
        version=work.text("version"),
        urls=once(
            web_address(record.text("links", "self_html")),
            web_address(meeting.text("url")),
            web_address(custom.text("code:codeRepository")),
        ),
        licenses=once(*_licenses(work)),
        subjects=tuple(_subjects(work)),
        funding=tuple(_funding(work)),
        related=(*others, *(() if venue else serials), *_versions(record), *_related(work)),
        notes=once(*_notes(work)),
    )
    yield from _organizations(work)
    yield from record.notes


def _genre(work: Noted) -> str:
    kind = work.object("resource_type") if isinstance(work.at("resource_type"), dict) else Noted({}, work.place)
    general = kind.text("type") or work.text("upload_type")
    special = kind.text("subtype") or work.text("publication_type") or work.text("image_type")
    whole = kind.text("id") or "-".join(once(general, special))
    return GENRES.get(whole, whole.rpartition("-")[2].replace("_", " "))


def _agent(agent: Noted, role: str) -> Mention | None:
    """Return a creator or contributor: Zenodo's "Family, Given", or InvenioRDM's person or organisation."""
    inner = agent.object("person_or_org")
    own = inner if inner.value else agent
    printed, given, family = (plain(own.text(key)) for key in ("name", "given_name", "family_name"))
    if not (name := full_name(given, family) or printed):
        agent.note("the entry has no name, and was left out", agent.value, advice="give a name")
        return None
    group = own.text("type") == "organizational" or (not given and (looks_like_group(name) or kind_of(name) == "group"))
    if not (given or family or group) and "," in printed:
        parts = read_name(printed)
        name, given, family = parts.name, parts.given, parts.family
    ids = [(i.text("scheme"), i.text("identifier"), i) for i in own.objects("identifiers")]
    printed_orcid = own.text("orcid") or next((value for scheme, value, _ in ids if scheme == "orcid"), "")
    iris = [i.iri(scheme, value, "identifier") for scheme, value, i in ids if scheme != "orcid"]
    return Mention(
        name,
        kind="group" if group else "person",
        affiliations=once(*(name for name, _ in _affiliations(agent))),
        orcid=own.orcid(printed_orcid, "orcid"),
        given=given,
        family=family,
        identifiers=once(own.iri("gnd", own.text("gnd"), "gnd"), *iris),
        role=role,
    )


def _affiliations(agent: Noted) -> Iterator[tuple[str, str]]:
    yield from ((plain(text), "") for text in agent.texts("affiliation"))
    for place in agent.objects("affiliations"):
        known = place.text("id")  # the id in the repository's vocabulary, which is the ROR id
        known = known if known.startswith("0") and len(known) == 9 else ""
        yield plain(place.text("name")) or known, place.ror(known, "id")


def _organizations(work: Noted) -> Iterator[tuple[str, str]]:
    for key in ("creators", "contributors"):
        for agent in work.objects(key):
            yield from (pair for pair in _affiliations(agent) if all(pair))
    for funding in work.objects("funding"):
        funder = funding.object("funder")
        if (name := plain(funder.text("name"))) and (ror := _funder(funder)).startswith("https://ror.org/"):
            yield name, ror


def _contributors(work: Noted, custom: Noted) -> Iterator[Mention]:
    for contributor in work.objects("contributors"):
        told = contributor.text("type") or contributor.text("role", "id") or "contributor"
        if mention := _agent(contributor, words(told, "-")):
            yield mention
    for supervisor in work.objects("thesis", "supervisors"):
        if mention := _agent(supervisor, "supervisor"):
            yield mention
    if university := plain(work.text("thesis", "university") or custom.text("thesis:university")):
        yield Mention(university, kind="group", role="institution")


def _identifiers(record: Noted, work: Noted, genre: str) -> tuple[tuple[str, ...], list[Related], list[Related]]:
    """Return the IRIs of the work, its other identifiers, and ISSN and ISBN that are those of what it appeared in.

    Pages and local ids are no identity.
    """
    iris = [owner.iri("doi", owner.text("doi"), "doi") for owner in (record, work)]
    pids = record.object("pids")
    iris += [pids.iri(scheme, pids.text(scheme, "identifier"), scheme) for scheme in pids.value if scheme != "oai"]
    others, serials = [], []
    for known in (*work.objects("identifiers"), *work.objects("alternate_identifiers")):
        scheme, printed = known.text("scheme"), known.text("identifier")
        iri = known.iri(scheme, printed, "identifier")
        if scheme == "url" or not iri:
            others.append(Related("same-as", iri, printed, scheme))
        elif kind := of_container(scheme, genre):
            serials.append(Related("part-of", iri, serial(kind, printed)))
        else:
            iris.append(iri)
    return once(*iris), others, serials


def _versions(record: Noted) -> Iterator[Related]:
    """Yield the concept, which has a DOI of its own and stands for all versions."""
    parent = record.object("parent", "pids").text("doi", "identifier")
    for doi in once(record.text("conceptdoi"), parent):
        yield Related("version-of", record.iri("doi", doi, "conceptdoi"), doi, "isVersionOf")


def _licenses(work: Noted) -> Iterator[str]:
    for key in ("license", "rights"):
        for terms in work.items(key):
            if isinstance(terms, dict):
                found = work.inside(terms, key)
                titles = found.at("title")
                words_of = (
                    next((t for t in titles.values() if isinstance(t, str)), "") if isinstance(titles, dict) else ""
                )
                yield web_address(found.text("link")) or found.text("id") or words_of
            elif isinstance(terms, str):
                yield terms.strip()


def _subjects(work: Noted) -> Iterator[Subject]:
    yield from (Subject(word) for word in work.texts("keywords"))
    for subject in work.objects("subjects"):
        if name := subject.text("term") or subject.text("subject"):
            known = subject.text("identifier") or subject.text("id")
            yield Subject(name, web_address(known), subject.text("scheme"))


def _funding(work: Noted) -> Iterator[Funding]:
    for grant in work.objects("grants"):  # Zenodo
        funder = grant.object("funder")
        known = funder.text("doi")
        iri = funder.iri("Crossref Funder ID", known, "doi") if known else ""
        yield Funding(plain(funder.text("name")), iri, grant.text("code") or grant.text("id"), grant.text("title"))
    for funding in work.objects("funding"):
        funder, award = funding.object("funder"), funding.object("award")
        number = award.text("number") or award.text("id")
        pages = (
            one.iri(one.text("scheme"), one.text("identifier"), "identifier") for one in award.objects("identifiers")
        )
        yield Funding(
            plain(funder.text("name")), _funder(funder), number, _translated(award), next(filter(None, pages), "")
        )


def _translated(owner: Noted) -> str:
    """Return the first of the titles that are given by language."""
    titles = owner.at("title")
    return next((t for t in titles.values() if isinstance(t, str)), "") if isinstance(titles, dict) else ""


def _funder(funder: Noted) -> str:
    known = funder.text("id")
    return funder.ror(known, "id") if known.startswith("0") and len(known) == 9 else ""


def _related(work: Noted) -> Iterator[Related]:
    for related in work.objects("related_identifiers"):
        printed = related.text("identifier")
        relation = related.text("relation") or related.text("relation_type", "id")
        if printed:
            iri = related.iri(related.text("scheme"), printed, "identifier")
            yield Related(RELATIONS.get(relation.lower(), "related"), iri, printed, relation)
    for reference in work.items("references"):
        if isinstance(reference, dict):
            found = work.inside(reference, "references")
            iri = found.iri(found.text("scheme"), found.text("identifier"), "identifier")
            yield Related("cites", iri, found.text("reference"))
        elif isinstance(reference, str) and reference.strip():
            yield Related("cites", printed=plain(reference))


def _notes(work: Noted) -> Iterator[str]:
    yield plain(work.text("notes"))
    yield plain(work.text("method"))
    for description in work.objects("additional_descriptions"):
        kind = description.text("type", "id")
        text = plain(description.text("description"))
        yield f"{words(kind).replace('-', ' ').capitalize()}: {text}" if kind and text else text


FORMAT: Final = Format(
    "inveniordm-json",
    "records of Zenodo and other InvenioRDM repositories",
    recognise,
    read,
    specification="InvenioRDM records API v12; Zenodo REST API",
    fields=FIELDS,
    aside=ASIDE,
)
