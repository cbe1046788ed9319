"""Crossref XML: answers to queries (UNIXREF and UNIXSD), and deposits.

Specification: UNIXREF 1.1 and the query output schema 3.0, and the deposit schemas 4.3.0 to 5.4.0, which share their
elements. Maps journal articles, conference papers, books and their chapters, posted content, dissertations, reports,
standards, data sets, peer reviews and components. XML and JSON are two forms of one record: elements become the work of
the REST API, and what that means is known to ``kg.sources.crossref_json``. Abstracts of further kinds become notes, and
parts with DOIs of their own related things; a part that is deposited by itself is a work. Leaves aside how the deposit
was made and checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from lxml import etree

from kg.errors import InputError
from kg.model.records import Funding, Place, Related, SourceReading, WorkRecord
from kg.sources.crossref_fields import ROLES
from kg.sources.crossref_json import understood
from kg.sources.crossref_parts import (
    abstracts,
    article_number,
    components,
    dates,
    hyphenated,
    institution,
    pages,
    people,
    programs,
    references,
    titles,
    updates,
)
from kg.sources.elements import attribute, child, children, local, text, texts, words
from kg.sources.formats import Format, Item, Piece, gather
from kg.sources.notes import Notes
from kg.sources.opening import Opened
from kg.sources.registries import doi_iri
from kg.sources.xml_stream import named, xml_pieces, xml_root

HOLDERS: Final[Mapping[str, str]] = {
    "journal": "journal_article",
    "conference": "conference_paper",
    "book": "content_item",
    "report-paper": "content_item",
    "standard": "content_item",
    "database": "dataset",
}
"""Elements in which others stand -> the works in them."""

SINGLE: Final = ("posted_content", "dissertation", "peer_review", "sa_component", "pending_publication")

TYPES: Final[Mapping[str, str]] = {
    "journal_article": "journal-article",
    "conference_paper": "proceedings-article",
    "dataset": "dataset",
    "posted_content": "posted-content",
    "dissertation": "dissertation",
    "peer_review": "peer-review",
    "sa_component": "component",
    "pending_publication": "journal-article",
    "conference": "proceedings",
    "journal": "journal",
    "report-paper": "report",
    "standard": "standard",
    "database": "database",
    "edited_book": "edited-book",
    "monograph": "monograph",
    "reference": "reference-book",
    "chapter": "book-chapter",
    "section": "book-section",
    "part": "book-part",
    "track": "book-track",
    "reference_entry": "reference-entry",
}
"""Elements, types of books and types of their parts -> types of the REST API."""

FIELDS: Final[Mapping[str, str]] = {
    "doi_data/doi": "identifiers",
    "doi_data/resource": "urls",
    "(element)": "genre",
    "book@book_type": "genre",
    "content_item@component_type": "genre",
    "posted_content@type": "genre",
    "titles/title": "title",
    "titles/subtitle": "alternative_titles",
    "titles/original_language_title": "alternative_titles",
    "abstract": "abstract",
    "abstract@abstract-type": "notes",
    "contributors/person_name": "byline.mentions",
    "contributors/person_name/given_name": "byline.mentions.given",
    "contributors/person_name/surname": "byline.mentions.family",
    "contributors/person_name/suffix": "byline.mentions.name",
    "contributors/person_name/ORCID": "byline.mentions.orcid",
    "contributors/person_name/affiliation": "byline.mentions.affiliations",
    "contributors/person_name/affiliations/institution": "byline.mentions.affiliations",
    "institution/institution_id": "organizations",
    "contributors/organization": "byline.mentions.name",
    **{f"contributors[{role}]": "contributors" for role in ROLES},
    "institution": "contributors",
    "publication_date": "date",
    "posted_date": "date",
    "approval_date": "date",
    "review_date": "date",
    "journal_metadata/full_title": "venue",
    "journal_metadata/issn": "venue_identifiers",
    "journal_issue/journal_volume/volume": "volume",
    "journal_issue/issue": "issue",
    "journal_issue/titles": "related",
    "event_metadata/conference_name": "event",
    "proceedings_metadata/proceedings_title": "venue",
    "book_metadata/titles": "venue",
    "series_metadata/titles": "related",
    "isbn": "venue_identifiers",
    "edition_number": "version",
    "version_info/version": "version",
    "publisher/publisher_name": "publisher",
    "crm-item[publisher-name]": "publisher",
    "crm-item[citedby-count]": "observed",
    "crm-item[relation]": "related",
    "group_title": "venue",
    "@language": "languages",
    "pages": "pages",
    "publisher_item/item_number": "pages",
    "program/license_ref": "licenses",
    "program/assertion[funder_name]": "funding.funder",
    "program/assertion[funder_identifier]": "funding.funder_iri",
    "program/assertion[award_number]": "funding.award",
    "program/related_item": "related",
    "crossmark/updates/update": "related",
    "citation_list/citation": "related",
    "component_list/component": "related",
    "sa_component@parent_doi": "related",
    "sa_component/component_list/component/description": "abstract",
}

ASIDE: Final = (
    "head", "crm-item", "archive_locations", "doi_data/collection", "doi_data/timestamp", "crossmark/crossmark_policy",
    "crossmark/crossmark_domains", "crossmark/custom_metadata/assertion", "acceptance_date", "contributors/anonymous",
    "person_name/alt-name", "institution_place", "institution_acronym", "conference_location", "conference_date",
    "conference_acronym", "degree", "abbrev_title", "special_numbering", "noisbn", "program/free_to_read", "grant",
)  # fmt: skip

_ROOTS: Final = ("crossref_result", "doi_records", "doi_batch", "crossref")


def recognise(beginning: str) -> float:
    """Return how sure it is that a text is Crossref XML: by its root element and Crossref's namespaces or elements."""
    name = xml_root(beginning)[0].rpartition(":")[2]
    if name not in _ROOTS:
        return 0.0
    return 0.97 if "crossref.org/" in beginning or "<crossref" in beginning else 0.0


def read(opened: Opened) -> SourceReading:
    """Read answers record by record, deposits work by work."""
    root = xml_root(opened.beginning.text)[0].rpartition(":")[2]
    wrapping = {"crossref_result": "query", "doi_records": "doi_record"}.get(root)
    tags = (wrapping,) if wrapping else (*HOLDERS, *dict.fromkeys(HOLDERS.values()), *SINGLE)
    pieces = xml_pieces(opened, tuple(f"{{*}}{tag}" for tag in tags), () if wrapping else tuple(HOLDERS))
    return gather(opened, named(pieces, _name), _works, title="Crossref works")


def _name(element: etree._Element) -> str:
    """Return the DOI that a record is about."""
    if local(element) == "query":
        return text(element, "doi")
    found = next(element.iter("{*}doi_data"), None)
    return "" if found is None else text(found, "doi")


def _works(piece: Piece, place: Place) -> Iterator[Item]:
    element: etree._Element = piece.value
    if local(element) not in ("query", "doi_record"):
        yield from _deposited(element, piece, place)
        return
    if said := next((words(e) for name in ("msg", "error") for e in element.iter(f"{{*}}{name}")), ""):
        raise InputError(f"Crossref has no record: {said}", where="doi", advice="check the DOI, and ask again")
    holder = next((e for e in element.iter() if local(e) in HOLDERS or local(e) in SINGLE), None)
    if holder is None:
        raise InputError("the record holds no work of a kind that is read", advice="grants and funders are not works")
    items = _items(holder)
    if not items:
        yield from _work(holder, None, element, piece, place)
    for item in items:
        yield from _work(holder, item, element, piece, place)


def _items(holder: etree._Element) -> list[etree._Element]:
    """Return the works that stand in an element: articles, chapters, …, or the parts of a work deposited later."""
    if local(holder) == "sa_component":
        return children(holder, "component_list", "component")
    return children(holder, HOLDERS[local(holder)]) if local(holder) in HOLDERS else []


def _deposited(element: etree._Element, piece: Piece, place: Place) -> Iterator[Item]:
    """Yield a work of a deposit; what holds works is one itself where it has a DOI of its own."""
    name = local(element)
    holder = element.getparent()
    if name in HOLDERS:
        own = _own(element)
        if own is not None and child(own, "doi_data") is not None:
            yield from _work(element, None, None, piece, place)
    elif items := _items(element):  # components
        for item in items:
            yield from _work(element, item, None, piece, replace(place, item=text(item, "doi_data", "doi")))
    elif name in SINGLE or holder is None:
        yield from _work(element, None, None, piece, place)
    else:
        yield from _work(holder, element, None, piece, place)


def _own(holder: etree._Element) -> etree._Element | None:
    """Return the element that says what a holder is itself: an issue with a DOI, or its metadata."""
    if local(holder) in SINGLE:
        return holder
    issue = child(holder, "journal_issue")
    if issue is not None and child(issue, "doi_data") is not None:
        return issue
    return next(
        (part for part in holder if local(part).endswith("_metadata") and local(part) != "event_metadata"), None
    )


def _work(
    holder: etree._Element, item: etree._Element | None, query: etree._Element | None, piece: Piece, place: Place
) -> Iterator[Item]:
    own = item if item is not None else _own(holder)
    if own is None:
        raise InputError("the record has no metadata", where=local(holder), advice="get it again")
    abstract, others = abstracts(own)
    value = {**value_of(holder, item, own), "abstract": abstract}
    if query is not None:
        _with_answer(value, query)
    notes = Notes(place)
    parts = [
        Related("related", notes.iri(doi_iri, doi, "component_list"), title or doi, "hasComponent")
        for doi, title in components(own)
    ]
    for found in understood(Piece(value, piece.line, piece.last_line, piece.item, piece.raw), place):
        if isinstance(found, WorkRecord):
            yield replace(
                found,
                notes=(*found.notes, *others),
                related=(*found.related, *parts),
                funding=_once(found.funding),
            )
        else:
            yield found
    yield from notes.problems


def _with_answer(value: dict[str, Any], query: etree._Element) -> None:
    """Add what Crossref itself says in the answer to a query: citations, relations claimed by others, the publisher."""
    for item in children(query, "crm-item"):
        name, said = attribute(item, "name"), words(item)
        if name == "citedby-count" and said.isdecimal() and len(said) < 10:
            value["is-referenced-by-count"] = int(said)
        elif name == "publisher-name":
            value["publisher"] = value["publisher"] or said
        elif name == "relation":
            claims = value["relation"].setdefault(hyphenated(attribute(item, "claim")), [])
            claim = {"id": said, "id-type": attribute(item, "type")}
            if claim not in claims:
                claims.append(claim)


def _once(funding: tuple[Funding, ...]) -> tuple[Funding, ...]:
    """Return funding without what is said again with less: a work and its Crossmark data name the same funders."""
    kept = tuple(dict.fromkeys(funding))
    known = {one.funder for one in kept if one.funder_iri or one.award}
    return tuple(one for one in kept if one.funder_iri or one.award or one.funder not in known)


def value_of(holder: etree._Element, item: etree._Element | None, own: etree._Element) -> dict[str, Any]:
    """Return a work as the REST API has it. ``own`` is the element of the work itself, ``holder`` what it stands in."""
    kind = local(holder)
    meta = next(
        (part for part in holder if local(part).endswith("_metadata") and local(part) != "event_metadata"), None
    )
    issue = child(holder, "journal_issue")
    series = None if meta is None else child(meta, "series_metadata")
    if series is None and meta is not None:
        series = child(meta, "set_metadata")
    where = [e for e in (own, meta, issue, series) if e is not None]
    named_in = _named_in(kind, item, meta, issue, series)
    value = {
        "type": _type(holder, item),
        "subtype": attribute(holder, "type").replace("_", "-") if kind == "posted_content" else "",
        **titles(own),
        "DOI": text(own, "doi_data", "doi"),
        "resource": {"primary": {"URL": text(own, "doi_data", "resource")}},
        **people([own]),
        **dates(own, *([issue, meta] if item is not None else [meta])),
        **programs(own),
        "container-title": named_in,
        "group-title": list(texts(own, "group_title")),
        "ISSN": list(dict.fromkeys(n for e in where for n in texts(e, "issn"))),
        "ISBN": list(dict.fromkeys(n for e in where for n in texts(e, "isbn"))),
        "event": {"name": text(holder, "event_metadata", "conference_name")},
        "volume": _of(where, ("journal_volume", "volume"), ("volume",)),
        "issue": _of(where, ("issue",)),
        "page": pages(own),
        "article-number": article_number(own),
        "publisher": _of(where, ("publisher", "publisher_name")),
        "institution": [institution(e) for e in (*children(own, "institution"), *children(own, "institutions", "*"))],
        "standards-body": [{"name": name} for name in texts(own, "standards_body", "standards_body_name")],
        "language": attribute(own, "language") or next(filter(None, (attribute(e, "language") for e in where)), ""),
        "version": {"version": text(own, "version_info", "version")},
        "edition-number": _of(where, ("edition_number",)),
        "update-to": updates(own),
        "reference": references(own),
    }
    if item is not None and kind == "sa_component":
        relation = hyphenated(attribute(item, "parent_relation")) or "is-part-of"
        if whole := attribute(holder, "parent_doi"):
            value["relation"].setdefault(relation, []).append({"id": whole, "id-type": "doi"})
        value["description"] = text(item, "description")
    if not value["title"]:
        value["title"] = list(
            texts(own, "proceedings_title") or (texts(meta, "full_title") if meta is not None else ())
        )
    if item is not None and kind in ("book", "conference", "report-paper"):
        # Who edited the book or the proceedings is said of its parts too; who wrote it is not.
        for role, found in people([meta, holder], but="author").items():
            value.setdefault(role, found)
    elif item is None and kind == "conference":
        for role, found in people([holder]).items():
            value.setdefault(role, found)
    return value


def _type(holder: etree._Element, item: etree._Element | None) -> str:
    if item is not None:
        kind = attribute(item, "component_type") or local(item)
        return TYPES.get(kind, kind.replace("_", "-"))
    kind = attribute(holder, "book_type") or local(holder)
    if kind == "journal" and (own := _own(holder)) is not None and local(own) == "journal_issue":
        return "journal-issue"
    return TYPES.get(kind, kind.replace("_", "-"))


def _named_in(
    kind: str,
    item: etree._Element | None,
    meta: etree._Element | None,
    issue: etree._Element | None,
    series: etree._Element | None,
) -> list[str]:
    """Return the titles of what a work appeared in, the nearest first."""
    found: list[str] = []
    if item is not None and meta is not None:
        found += texts(meta, "full_title") or texts(meta, "proceedings_title") or texts(meta, "titles", "title")
    if issue is not None and item is not None:
        found += texts(issue, "titles", "title")
    if kind == "journal" and item is None and meta is not None:
        found += texts(meta, "full_title")
    if series is not None:
        found += texts(series, "titles", "title")
    return found


def _of(elements: list[etree._Element], *paths: tuple[str, ...]) -> str:
    """Return the text at the first of some paths, in the first of some elements, that has one."""
    return next((found for element in elements for path in paths if (found := text(element, *path))), "")


FORMAT: Final = Format(
    "crossref-xml",
    "Crossref records in XML",
    recognise,
    read,
    specification="UNIXREF 1.1, query output 3.0 (UNIXSD), deposit 4.3.0 to 5.4.0",
    fields=FIELDS,
    aside=ASIDE,
)
