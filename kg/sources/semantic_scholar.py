"""Semantic Scholar: papers and authors of the Academic Graph API and of its data sets.

Specification: Semantic Scholar Academic Graph API v1 (papers, authors, search and batch results) and Datasets API
(papers, authors and abstracts, one a line, with the same fields in small letters). Maps papers with ordered authors and
their ids, identifiers, venues, abstracts, fields of study, dates, open access licences, references and citations;
authors become people. A ``null`` in a batch stands for an id that was not found, and is noted. Leaves aside embeddings,
summaries made by models and counts other than citations.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from kg.errors import InputError
from kg.model.records import Mention, Observed, Place, ProfileRecord, Related, SourceReading, Subject, WorkRecord
from kg.sources.bibliographic import byline_of, kind_of
from kg.sources.fields import once
from kg.sources.formats import Format, Item, Piece, gather, problem
from kg.sources.markup import plain
from kg.sources.noted import Noted
from kg.sources.opening import Opened
from kg.sources.pieces import json_pieces
from kg.sources.registries import serial
from kg.sources.schemes import web_address

GENRES: Final[Mapping[str, str]] = {
    "JournalArticle": "journal article",
    "Conference": "conference paper",
    "BookSection": "book chapter",
    "Dataset": "dataset",
    "Book": "book",
}
"""Publication types -> the genre of a record; only the first that is known counts, others are subjects."""

FIELDS: Final[Mapping[str, str]] = {
    "paperId": "identifiers",
    "corpusId": "identifiers",
    "externalIds": "identifiers",
    "url": "urls",
    "title": "title",
    "abstract": "abstract",
    "venue": "venue",
    "publicationVenue.name": "venue",
    "publicationVenue.issn": "venue_identifiers",
    "publicationVenue.alternate_issns": "venue_identifiers",
    "journal.name": "venue",
    "journal.volume": "volume",
    "journal.pages": "pages",
    "year": "date",
    "publicationDate": "date",
    "publicationTypes": "genre",
    "fieldsOfStudy": "subjects",
    "s2FieldsOfStudy": "subjects",
    "citationCount": "observed",
    "openAccessPdf.url": "urls",
    "openAccessPdf.license": "licenses",
    "openaccessinfo.license": "licenses",
    "openaccessinfo.url": "urls",
    "authors.name": "byline.mentions.name",
    "authors.authorId": "byline.mentions.identifiers",
    "authors.externalIds": "byline.mentions.orcid",
    "authors.affiliations": "byline.mentions.affiliations",
    "authors.aliases": "byline.mentions.variants",
    "references": "related",
    "citations": "related",
    "name": "people.name",
    "aliases": "people.names",
    "authorId": "people.identifiers",
    "affiliations": "people.affiliations",
    "homepage": "people.urls",
    "paperCount": "people.observed",
    "hIndex": "people.observed",
}

ASIDE: Final = (
    "authors.citationCount", "authors.hIndex", "authors.homepage", "authors.paperCount", "authors.url",
    "citationStyles", "contexts", "contextsWithIntent", "embedding", "influentialCitationCount", "intents",
    "isInfluential", "isOpenAccess", "matchScore", "openaccessinfo.disclaimer", "openaccessinfo.externalIds",
    "openaccessinfo.status", "openAccessPdf.disclaimer", "openAccessPdf.status", "papers",
    "publicationVenue.alternate_names", "publicationVenue.alternate_urls", "publicationVenue.id",
    "publicationVenue.type", "publicationVenue.url", "publicationVenueId", "referenceCount", "textAvailability",
    "tldr", "updated",
)  # fmt: skip

_BYLINE: Final = 500
"""Authors of a paper that the API gives at most."""

# The data sets have the API's names in small letters.
_NAMES: Final = {name.lower(): name for path in (*FIELDS, *ASIDE) for name in path.split(".")}
_SIGNS: Final = (
    '"paperid"', '"corpusid"', '"externalids"', '"authorid"', '"citationcount"', '"s2fieldsofstudy"', '"hindex"',
    '"influentialcitationcount"', '"papercount"',
)  # fmt: skip
_IDENTIFIED: Final = re.compile(r'"paperid"\s*:\s*"[0-9a-f]{40}"|"authorid"\s*:\s*"\d{1,12}"')
_SCHEMES: Final = (
    ("DOI", "doi"), ("ArXiv", "arxiv"), ("PubMed", "pmid"), ("PubMedCentral", "pmcid"), ("ACL", "acl"),
    ("DBLP", "dblp"), ("CorpusId", "corpusid"),
)  # fmt: skip


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is Semantic Scholar JSON, by its names of fields in either spelling."""
    if beginning[:1] not in ("[", "{") or '"@context"' in beginning:
        return 0.0
    small = beginning.lower()
    signs = sum(sign in small for sign in _SIGNS)
    if signs > 1:
        return min(0.94, 0.3 + 0.25 * signs)
    return 0.6 if _IDENTIFIED.search(small) else 0.0


def read(opened: Opened) -> SourceReading:
    """Read a page of results, a batch, one paper or author, or one a line."""
    return gather(
        opened,
        json_pieces(opened, "/data", "/recommendedPapers"),
        _understood,
        title="Semantic Scholar papers and authors",
    )


def _understood(piece: Piece, place: Place) -> Iterator[Item]:
    if piece.value is None and piece.item:
        unknown = InputError("Semantic Scholar found nothing for an id", advice="check the id that was asked for here")
        yield problem(place, unknown, text="null")
        return
    if not isinstance(piece.value, dict):
        raise InputError("the record is not an object", advice="a paper or author is a JSON object")
    value = _named(piece.value)
    for key in ("citedPaper", "citingPaper"):  # an entry of a list of references or citations
        if isinstance(value.get(key), dict):
            value = _named(value[key])
    record = Noted(value, place)
    if "authorId" in value or "name" in value:
        yield _person(record)
    else:
        yield _paper(record)
    yield from record.notes


def _named(value: Any, depth: int = 4) -> Any:
    """Return a record with the API's names of fields, also where they are in small letters."""
    if isinstance(value, dict) and depth:
        return {_NAMES.get(key.lower(), key): _named(inner, depth - 1) for key, inner in value.items()}
    if isinstance(value, list) and depth:
        return [_named(inner, depth - 1) for inner in value]
    return value


def _paper(paper: Noted) -> WorkRecord:
    title, identifiers = plain(paper.text("title")), _identifiers(paper)
    authors = byline_of(_authors(paper))
    if authors and len(authors.mentions) == _BYLINE:
        authors = replace(authors, complete=False)
    if not (title or identifiers):
        raise InputError("the record has neither title nor identifier", advice="ask for the paper's fields by name")
    journal, venue = paper.object("journal"), paper.object("publicationVenue")
    names = once(*map(plain, (venue.text("name"), journal.text("name"), paper.text("venue")))) or ("",)
    count = paper.number("citationCount")
    access = [paper.object("openAccessPdf"), paper.object("openaccessinfo")]
    kinds = once(*paper.texts("publicationTypes"))
    kind = next((kind for kind in kinds if kind in GENRES), next(iter(kinds), ""))
    return WorkRecord(
        paper.place,
        "",
        title=title,
        abstract=plain(paper.text("abstract")),
        date=paper.date("publicationDate") or paper.date("year"),
        date_printed=paper.text("publicationDate") or paper.text("year"),
        genre=GENRES.get(kind) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower(),
        venue=names[0],
        byline=authors,
        identifiers=identifiers,
        observed=() if count is None else (Observed("citationCount", count, str(count), paper.place.line),),
        venue_identifiers=once(*(serial("ISSN", n) for n in (*venue.texts("issn"), *venue.texts("alternate_issns")))),
        volume=journal.text("volume"),
        pages=journal.text("pages"),
        urls=once(web_address(paper.text("url")), *(web_address(a.text("url")) for a in access)),
        licenses=once(*(a.text("license") for a in access)),
        subjects=(
            *_subjects(paper),
            *(Subject(other, scheme="Semantic Scholar publication types") for other in kinds if other != kind),
        ),
        related=(*(Related("part-of", printed=name) for name in names[1:]), *_related(paper)),
    )


def _identifiers(paper: Noted) -> tuple[str, ...]:
    known = {scheme.lower(): value for scheme, value in paper.object("externalIds").value.items()}
    ids = paper.inside(known, "externalIds")
    own = paper.iri("s2", paper.text("paperId"), "paperId")
    corpus = paper.iri("CorpusID", paper.text("corpusId"), "corpusId")
    return once(own, corpus, *(ids.iri(scheme, ids.text(name.lower()), name) for name, scheme in _SCHEMES))


def _authors(paper: Noted) -> Iterator[Mention | None]:
    for author in paper.objects("authors"):
        if not (name := plain(author.text("name"))):
            author.note("the author has no name, and was left out", author.value, advice="give a name")
            yield None
            continue
        yield Mention(
            name,
            kind=kind_of(name),
            affiliations=once(*map(plain, author.texts("affiliations"))),
            orcid=author.orcid(_first_id(author, "orcid"), "externalIds"),
            variants=tuple(form for form in once(*map(plain, author.texts("aliases"))) if form != name),
            identifiers=once(author.iri("s2author", author.text("authorId"), "authorId"), _dblp(author)),
        )


def _first_id(agent: Noted, scheme: str) -> str:
    for name, value in agent.object("externalIds").value.items():
        if name.lower() == scheme:
            return next((one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)), "")
    return ""


def _dblp(agent: Noted) -> str:
    """Return the address of an author in dblp; Semantic Scholar gives a name or a key of dblp's."""
    known = _first_id(agent, "dblp")
    return web_address(f"https://dblp.org/pid/{known}") if "/" in known else ""


def _subjects(paper: Noted) -> Iterator[Subject]:
    names = [*paper.texts("fieldsOfStudy"), *(field.text("category") for field in paper.objects("s2FieldsOfStudy"))]
    yield from (Subject(name, scheme="Semantic Scholar") for name in once(*names))


def _related(paper: Noted) -> Iterator[Related]:
    for key, kind, word in (("references", "cites", ""), ("citations", "related", "cited by")):
        for other in paper.objects(key):
            ids, title = _identifiers(other), plain(other.text("title"))
            if ids or title:
                yield Related(kind, ids[0] if ids else "", title, word)


def _person(author: Noted) -> ProfileRecord:
    name, *others = [*once(plain(author.text("name")), *map(plain, author.texts("aliases"))), ""]
    if not name:
        raise InputError("the author has no name", where="name", advice="ask for the author's fields by name")
    orcid = _first_id(author, "orcid")
    figures = (("workCount", "paperCount"), ("citationCount", "citationCount"), ("hIndex", "hIndex"))
    return ProfileRecord(
        author.place,
        "",
        name,
        affiliations=once(*map(plain, author.texts("affiliations"))),
        identifiers=once(
            author.iri("s2author", author.text("authorId"), "authorId"),
            author.iri("orcid", orcid, "externalIds") if orcid else "",
            _dblp(author),
        ),
        observed=tuple(
            Observed(measure, count, str(count), author.place.line)
            for measure, field in figures
            if (count := author.number(field)) is not None
        ),
        names=once(*others),
        urls=once(web_address(author.text("homepage")), web_address(author.text("url"))),
    )


FORMAT: Final = Format(
    "semantic-scholar",
    "Semantic Scholar papers and authors",
    recognise,
    read,
    specification="Semantic Scholar Academic Graph API v1; Datasets API",
    fields=FIELDS,
    aside=ASIDE,
)
