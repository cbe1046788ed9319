"""BibTeX and biblatex: bibliographies as LaTeX keeps them.

Specification: BibTeX 0.99d (Oren Patashnik, "BibTeXing", 1988) and biblatex 3.20's data model; dblp's, JabRef's,
Zotero's and Web of Science's additions where they state something. Maps titles, people in all roles, dates, identifiers
(DOI, arXiv and other eprints, dblp), what a work appeared in, also what it inherits by ``crossref``, abstract,
keywords, funding, licence and links. Leaves aside what only styles or sorts a citation, and what reference managers
note for themselves; a field that is neither is noted once a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from kg.errors import InputError
from kg.model.records import Place, Related, SourceReading, Subject, WorkRecord
from kg.sources.bibliographic import registered_iri
from kg.sources.bibtex_blocks import Entry, bibtex_pieces
from kg.sources.bibtex_dates import read_date
from kg.sources.bibtex_fields import (
    FUNDING,
    FUNDING_TEXTS,
    LINKS,
    ROLES,
    SCHEMES,
    Fields,
    authors,
    contributors,
    funding,
    identifiers,
    record_iri,
)
from kg.sources.fields import once
from kg.sources.formats import Format, Item, Piece, gather, problem
from kg.sources.latex import decoded_address
from kg.sources.notes import Unknown
from kg.sources.opening import Opened
from kg.sources.registries import isbn_iri, numbers_of, of_container, serial
from kg.sources.work_addresses import web_address

GENRES: Final[Mapping[str, str]] = {
    "article": "journal article",
    "inproceedings": "conference paper",
    "conference": "conference paper",
    "incollection": "book chapter",
    "inbook": "book chapter",
    "suppbook": "book chapter",
    "suppcollection": "book chapter",
    "inreference": "reference entry",
    "book": "book",
    "mvbook": "book",
    "bookinbook": "book",
    "collection": "book",
    "mvcollection": "book",
    "reference": "reference work",
    "mvreference": "reference work",
    "proceedings": "conference proceedings",
    "mvproceedings": "conference proceedings",
    "phdthesis": "thesis",
    "mastersthesis": "thesis",
    "thesis": "thesis",
    "techreport": "technical report",
    "report": "report",
    "online": "web page",
    "electronic": "web page",
    "www": "web page",
    "unpublished": "unpublished work",
    "misc": "",
    **{kind: kind for kind in ("booklet", "periodical", "manual", "dataset", "software", "review", "patent")},
}
"""Types of entries -> the genre of a record; other types stand as they are."""

FIELDS: Final[Mapping[str, str]] = {
    "(key)": "citation_key",
    "(type)": "genre",
    "title": "title",
    "subtitle": "title",
    "shorttitle": "alternative_titles",
    "origtitle": "alternative_titles",
    "author": "byline",
    "author+an:orcid": "byline.mentions.orcid",
    "orcid-numbers": "byline.mentions.orcid",
    "author+an": "byline.mentions.orcid",
    **dict.fromkeys(ROLES, "contributors"),
    **dict.fromkeys((f"{role}type" for role in ROLES), "contributors"),
    "date": "date",
    "year": "date",
    "month": "date",
    "day": "date",
    "eprint": "identifiers",
    "eprinttype": "identifiers",
    "archiveprefix": "identifiers",
    **dict.fromkeys(SCHEMES, "identifiers"),
    "biburl": "identifiers",
    "primaryclass": "topics",
    "eprintclass": "topics",
    "booktitle": "venue",
    "journal": "venue",
    "journaltitle": "venue",
    "journalsubtitle": "venue",
    "booksubtitle": "venue",
    "issn": "venue_identifiers",
    "eissn": "venue_identifiers",
    "isbn": "venue_identifiers",
    "eisbn": "venue_identifiers",
    "maintitle": "related",
    "series": "related",
    "crossref": "related",
    "related": "related",
    "relatedtype": "related",
    "eventtitle": "event",
    "volume": "volume",
    "number": "issue",
    "issue": "issue",
    "pages": "pages",
    "eid": "pages",
    "articleno": "pages",
    "article-number": "pages",
    "art_number": "pages",
    "reportnumber": "issue",
    "publisher": "publisher",
    "school": "organizations",
    "institution": "organizations",
    "organization": "organizations",
    "affiliations": "organizations",
    "language": "languages",
    "langid": "languages",
    "version": "version",
    "edition": "version",
    **dict.fromkeys(LINKS, "urls"),
    "license": "licenses",
    "copyright": "licenses",
    "rights": "licenses",
    "keywords": "subjects",
    "keyword": "subjects",
    "author_keywords": "subjects",
    "keywords-plus": "subjects",
    "research-areas": "subjects",
    **dict.fromkeys(FUNDING, "funding"),
    "abstract": "abstract",
    "note": "notes",
    "comments": "notes",
    "addendum": "notes",
    "titleaddon": "notes",
    "pubstate": "notes",
    **dict.fromkeys(FUNDING_TEXTS, "notes"),
}

ASIDE: Final = (
    *"address location venue eventdate eventtitleaddon chapter type key timestamp bibsource file annote annotation "
    "urldate urlday shortauthor shorteditor sortname sortkey sorttitle sortyear presort affiliation numpages pagetotal "
    "pagination bookpagination volumes part owner groups xref shorthand shortjournal shortseries label options ids "
    "indextitle hyphenation gender langidopts library origdate origlanguage origlocation origpublisher "
    "entryset entrysubtype execute relatedstring".split(),
    # What reference managers and registries write for themselves.
    *"__* added-at interhash intrahash date-added date-modified creationdate modificationdate read priority rating "
    "ranking readstatus printed relevance qualityassured review comment comment-* citationkey bibtexkey mendeley-* "
    "bdsk-* hal_id local-url remote-url citeulike-* posted-at localfile lccn issn-l acmid issue_date month_numeric "
    "adsnote slaccitation mrclass mrreviewer msc2010 msc2020 fjournal cdrom hal_version description custom* "
    "accession-number alternate-journal source document_type abbrev_source_title journal-iso coden page_count "
    "correspondence_address* publication_stage open_access cited_by sponsors conference_code chemicals_cas tradenames "
    "manufacturers molecular_seqnumbers references da times-cited usage-count-* doc-delivery-number oa esi-* "
    "number-of-cited-references cited-references web-of-science-* researcherid-numbers author-email early-access-date "
    "meeting special-issue supplement part-number book-author book-group-author jstor googlebooks".split(),
)  # fmt: skip

_RELATIONS: Final = {
    "translationof": "translation-of", "reviewof": "review-of", "multivolume": "part-of", "origpubas": "version-of",
    "reprintof": "version-of", "reprintas": "version-of", "reprintfrom": "version-of", "origpubin": "version-of",
}  # fmt: skip
_WHOLE: Final = frozenset(
    kind for kind, genre in GENRES.items() if genre in ("book", "conference proceedings", "reference work")
)
_START: Final = re.compile(
    r"^@(\w+)[ \t]*(?:[{(][ \t]*[^\s,{}()=\"]*[ \t]*(?:,|$)|\{[^,{}\n]+,\s*[\w:+-]+\s*=)", re.MULTILINE
)
_OTHER: Final = re.compile(r"^@(?:string|preamble|comment)[ \t]*[{(]", re.MULTILINE | re.IGNORECASE)
_RANGE: Final = re.compile(r"\s*[-\u2010-\u2015]+\s*")
_WITHDRAWN: Final = re.compile(r"\b(?:withdrawn|retracted)\b", re.IGNORECASE)


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is BibTeX: entries at the beginning of lines."""
    if beginning[:1] in "<[{":
        return 0.0
    if any(match[1].lower() in GENRES for match in _START.finditer(beginning)):
        return 0.95
    return 0.6 if _START.search(beginning) or _OTHER.search(beginning) else 0.0


def read(opened: Opened) -> SourceReading:
    """Read all entries of a file, in a stream."""
    unknown = Unknown(FIELDS, ASIDE)

    def items(piece: Piece, place: Place) -> Iterable[Item]:
        fields = Fields(piece.value)
        yield _work(piece.value, fields, place)
        yield from (problem(place, remark) for remark in (*fields.remarks, *unknown.among(piece.value.fields)))

    return gather(opened, bibtex_pieces(opened), items, title="BibTeX bibliography")


def _work(entry: Entry, fields: Fields, place: Place) -> WorkRecord:
    title = _joined(fields.text("title"), fields.text("subtitle"))
    byline, others = authors(fields), tuple(contributors(fields))
    iris = tuple(dict.fromkeys(filter(None, identifiers(fields))))
    if not (title or byline or others or iris):
        raise InputError("the entry has neither title nor people nor identifier", advice="it names no work")
    date, printed, wrong = read_date(*(fields.text(name) for name in ("date", "year", "month", "day")))
    fields.remarks.extend(wrong)
    isbns = _numbers(fields, "ISBN", "isbn", "eisbn")
    if isbns and not of_container("ISBN", GENRES.get(entry.kind, "")):
        iris += tuple(filter(None, (fields.tried("isbn", isbn_iri, number) for number in isbns)))
        isbns = []
    venue = _joined(fields.text("journal", "journaltitle", "booktitle"), fields.text("journalsubtitle", "booksubtitle"))
    if entry.kind in _WHOLE and venue == title:  # given for the sake of entries that inherit it
        venue = ""
    notes = fields.texts("note", "comments", "addendum", "titleaddon", "pubstate", *FUNDING_TEXTS)
    return WorkRecord(
        place,
        "",
        title=title,
        abstract=fields.text("abstract"),
        date=date,
        date_printed=printed,
        genre=_genre(entry.kind, venue, iris),
        venue=venue,
        topics=tuple(fields.text("primaryclass", "eprintclass").split()),
        byline=byline,
        organizations=once(*fields.texts("school", "institution", "organization"), *fields.parts("affiliations")),
        identifiers=iris,
        alternative_titles=tuple(name for name in fields.texts("shorttitle", "origtitle") if name != title),
        contributors=others,
        venue_identifiers=(
            *(serial("ISSN", number) for number in _numbers(fields, "ISSN", "issn", "eissn")),
            *(serial("ISBN", number) for number in isbns),
        ),
        event=fields.text("eventtitle"),
        volume=fields.text("volume"),
        issue=fields.text("number", "issue", "reportnumber"),
        pages=_RANGE.sub("-", fields.text("pages", "eid", "articleno", "article-number", "art_number")),
        publisher=fields.text("publisher"),
        languages=once(*fields.text("language", "langid").split(" and ")),
        version=fields.text("version", "edition"),
        urls=tuple(
            dict.fromkeys(filter(None, (web_address(a) for a in fields.links if registered_iri(a) not in iris)))
        ),
        licenses=fields.texts("license", "copyright", "rights"),
        subjects=tuple(_subjects(fields)),
        funding=tuple(funding(fields)),
        related=tuple(_related(entry, fields)),
        retracted=next((note for note in notes if _WITHDRAWN.search(note)), ""),
        notes=notes,
        citation_key=entry.key,
    )


def _numbers(fields: Fields, kind: str, *names: str) -> list[str]:
    """Return the ISSNs or ISBNs of fields, each once."""
    texts = [text for name in names if (text := fields.address(name))]
    return list(dict.fromkeys(number for text in texts for number in numbers_of(kind, text)))


def _joined(title: str, subtitle: str) -> str:
    if not (title and subtitle):
        return title or subtitle
    return f"{title} {subtitle}" if title[-1] in ".:?!" else f"{title}: {subtitle}"


def _genre(kind: str, venue: str, iris: tuple[str, ...]) -> str:
    """Return the genre; an article that appeared nowhere but on arXiv is a preprint."""
    if kind in ("article", "misc", "unpublished", "online") and any("//arxiv.org/" in iri for iri in iris):
        place = venue.lower()
        if not place or place.startswith("arxiv") or place in ("corr", "computing research repository"):
            return "preprint"
    return GENRES.get(kind, kind)


def _subjects(fields: Fields) -> Iterator[Subject]:
    for printed in fields.texts("keywords", "keyword", "author_keywords", "keywords-plus", "research-areas"):
        for name in printed.split(";" if ";" in printed else ","):
            if name.strip():
                yield Subject(name.strip())


def _related(entry: Entry, fields: Fields) -> Iterator[Related]:
    yield from (Related("part-of", printed=whole) for whole in fields.texts("maintitle", "series"))
    if parent := entry.parent:
        doi = registered_iri(decoded_address(parent.get("doi", "")))
        yield Related(
            "part-of", doi or record_iri(parent, entry.fields.get("crossref", "")), fields.text("booktitle", "journal")
        )
    kind = _RELATIONS.get(entry.fields.get("relatedtype", ""), "related")
    yield from (Related(kind, printed=key.strip()) for key in entry.fields.get("related", "").split(",") if key.strip())


FORMAT: Final = Format(
    "bibtex",
    "BibTeX or biblatex entries",
    recognise,
    read,
    specification="BibTeX 0.99d, biblatex 3.20",
    fields=FIELDS,
    aside=ASIDE,
)
