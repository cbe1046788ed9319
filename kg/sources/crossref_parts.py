"""Parts of Crossref's XML as the REST API's JSON has them: people, dates, funding, licences, relations, references.

Knows the elements that all kinds of works share (``contributors``, ``publication_date``, ``program``, references),
and what the API makes of them. Does not know which kind of work they belong to.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lxml import etree

from kg.model.text import squeeze
from kg.sources.elements import attribute, child, children, local, text, texts, words

_CITED: Final[Mapping[str, str]] = {
    "doi": "DOI",
    "unstructured_citation": "unstructured",
    "author": "author",
    "cYear": "year",
    "article_title": "article-title",
    "series_title": "series-title",
    "volume_title": "volume-title",
    "journal_title": "journal-title",
    "edition_number": "edition",
    "volume": "volume",
    "issue": "issue",
    "first_page": "first-page",
    "elocation_id": "first-page",
    "std_designator": "standard-designator",
    "standards_body": "standards-body",
    "component_number": "component",
    "isbn": "ISBN",
    "issn": "ISSN",
}
"""Elements of a citation -> fields of a reference."""

_DATES: Final = ("publication_date", "posted_date", "approval_date", "review_date", "creation_date")
_MEDIA: Final = {"print": "published-print", "online": "published-online"}
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HEADING: Final = re.compile(r"(?:abstract|summary)[\s.:]*", re.IGNORECASE)


def titles(element: etree._Element | None) -> dict[str, list[str]]:
    """Return title, subtitle and original title of an element with ``titles``."""
    if element is None:
        return {"title": [], "subtitle": [], "original-title": []}
    return {
        "title": list(texts(element, "titles", "title")),
        "subtitle": list(texts(element, "titles", "subtitle")),
        "original-title": list(texts(element, "titles", "original_language_title")),
    }


def people(elements: Iterable[etree._Element | None], *, but: str = "") -> dict[str, list[dict[str, Any]]]:
    """Return people and groups by their role, in order; ``but`` is a role that is passed over."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for element in elements:
        if element is None:
            continue
        for person in (*children(element, "contributors", "*"), *children(element, "person_name")):
            role = attribute(person, "contributor_role") or "author"
            kind = local(person)
            if role == but or kind not in ("person_name", "organization"):  # "anonymous" names nobody
                continue
            found[role].append({"name": words(person)} if kind == "organization" else _person(person))
    return dict(found)


def _person(person: etree._Element) -> dict[str, Any]:
    affiliations: list[dict[str, Any]] = [{"name": name} for name in texts(person, "affiliation")]
    affiliations += (institution(place) for place in children(person, "affiliations", "institution"))
    return {
        "given": text(person, "given_name"),
        "family": text(person, "surname"),
        "suffix": text(person, "suffix"),
        "ORCID": text(person, "ORCID"),
        "affiliation": affiliations,
    }


def institution(element: etree._Element) -> dict[str, Any]:
    """Return an institution with its departments and identifiers."""
    return {
        "name": text(element, "institution_name"),
        "department": list(texts(element, "institution_department")),
        "id": [
            {"id": words(known), "id-type": attribute(known, "type").upper()}
            for known in children(element, "institution_id")
        ],
    }


def dates(*elements: etree._Element | None) -> dict[str, Any]:
    """Return the dates of the first element that has any: by medium, and the earliest as the date of issue."""
    for element in elements:
        if element is None:
            continue
        places = [child(element, "database_date"), element]
        found = [
            (attribute(date, "media_type"), _parts(date))
            for place in places
            if place is not None
            for name in _DATES
            for date in children(place, name)
        ]
        if not found:
            continue
        said = {_MEDIA.get(medium, "published-other"): {"date-parts": [parts]} for medium, parts in reversed(found)}
        # Of one year, a day says more than the year alone, which comes first only by its shortness.
        earliest = min(
            (parts for _, parts in found), key=lambda parts: [f"{part:>04}" for part in (*parts, "99", "99")]
        )
        return said | {"issued": {"date-parts": [earliest]}}
    return {}


def _parts(date: etree._Element) -> list[int | str]:
    parts: list[int | str] = []
    for name in ("year", "month", "day"):
        printed = text(date, name)
        if not printed or (name == "month" and printed.isdecimal() and int(printed) > 12):  # seasons and quarters
            break
        parts.append(int(printed) if printed.isdecimal() and len(printed) < 5 else printed)
    return parts


def programs(element: etree._Element) -> dict[str, Any]:
    """Return funding, licences, relations and trials, which stand in the work or in its Crossmark data."""
    found = [*children(element, "program"), *children(element, "crossmark", "custom_metadata", "program")]
    relations: dict[str, list[dict[str, str]]] = defaultdict(list)
    funders: list[dict[str, Any]] = []
    licences: list[dict[str, str]] = []
    trials: list[dict[str, str]] = []
    for program in found:
        for item in children(program, "related_item"):
            for relation in item:
                if local(relation).endswith("_work_relation"):
                    relations[hyphenated(attribute(relation, "relationship-type"))].append(
                        {"id": words(relation), "id-type": attribute(relation, "identifier-type")}
                    )
        groups = [a for a in children(program, "assertion") if attribute(a, "name") == "fundgroup"]
        funders += (funder for group in groups or [program] for funder in _funders(group))
        licences += (
            {"URL": words(terms), "content-version": attribute(terms, "applies_to")}
            for terms in children(program, "license_ref")
        )
        trials += (
            {"clinical-trial-number": text(trial, "trial_doc") or words(trial), "type": attribute(trial, "type")}
            for trial in (*children(program, "clinical-trial-number"), *children(program, "related_trial"))
        )
    return {
        "relation": dict(relations),
        "funder": _once(funders),
        "license": _once(licences),
        "clinical-trial-number": _once(trials),
    }


def hyphenated(relation: str) -> str:
    """Return a type of relation as the API writes it.

    >>> hyphenated("isSupplementedBy")
    'is-supplemented-by'
    """
    return _HUMP.sub("-", relation).lower()


def _once(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return objects without repetitions: a work and its Crossmark data say the same."""
    return [one for index, one in enumerate(found) if one not in found[:index]]


def _funders(group: etree._Element) -> Iterator[dict[str, Any]]:
    """Yield the funders of a group with its awards. Identifiers stand within the name or beside it."""
    awards = [words(a) for a in children(group, "assertion") if attribute(a, "name") == "award_number"]
    names = [a for a in children(group, "assertion") if attribute(a, "name") == "funder_name"]
    for name in names or ([group] if awards or _known(group, "ror") else []):
        registry = _known(name, "funder_identifier") or (_known(group, "funder_identifier") if len(names) < 2 else "")
        ror = _known(name, "ror") or (_known(group, "ror") if len(names) < 2 else "")
        yield {
            "name": squeeze(name.text or "") if names else "",
            "DOI": registry,
            "id": [{"id": ror, "id-type": "ROR"}] if ror else [],
            "award": awards,
        }


def _known(element: etree._Element, name: str) -> str:
    return next((words(a) for a in children(element, "assertion") if attribute(a, "name") == name), "")


def updates(element: etree._Element) -> list[dict[str, Any]]:
    """Return the works that this one corrects, retracts, …"""
    return [
        {"DOI": words(update), "type": attribute(update, "type"), "label": attribute(update, "label")}
        for update in children(element, "crossmark", "updates", "update")
    ]


def references(element: etree._Element) -> list[dict[str, str]]:
    """Return the cited works."""
    found = []
    for citation in children(element, "citation_list", "citation"):
        said = {_CITED[name]: _printed(part) for part in citation if (name := local(part)) in _CITED}
        found.append({key: value for key, value in said.items() if value})
    return [reference for reference in found if reference]


def _printed(part: etree._Element) -> str:
    """Return a part of a citation; of a standards body its name without its acronym."""
    return text(part, "standards_body_name") or words(part)


def abstracts(element: etree._Element) -> tuple[str, list[str]]:
    """Return the abstract, and those of other kinds ("Executive summary: …").

    A heading that says "Abstract" is no part of it.
    """
    main: list[str] = []
    others: list[str] = []
    for abstract in children(element, "abstract"):
        first = child(abstract, "title")
        if first is not None and _HEADING.fullmatch(words(first)) and not (abstract.text or "").strip():
            abstract.remove(first)
        kind = attribute(abstract, "abstract-type").replace("-", " ").capitalize()
        if said := words(abstract):
            (others if kind else main).append(f"{kind}: {said}" if kind else said)
    if not main and others:
        return others[0].partition(": ")[2], others[1:]
    return (main[0] if main else ""), [*main[1:], *others]


def components(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield DOI and title (without the legend below it) of the parts that have a DOI of their own, such as figures."""
    for component in children(element, "component_list", "component"):
        if doi := text(component, "doi_data", "doi"):
            yield doi, text(component, "titles", "title") or text(component, "titles", "subtitle")


def pages(element: etree._Element) -> str:
    """Return first and last page, and other pages behind a comma."""
    span = "-".join(filter(None, (text(element, "pages", "first_page"), text(element, "pages", "last_page"))))
    return ", ".join(filter(None, (span, text(element, "pages", "other_pages"))))


def article_number(element: etree._Element) -> str:
    """Return the number that stands in the place of pages."""
    numbers = children(element, "publisher_item", "item_number")
    return next(
        (words(n) for n in numbers if attribute(n, "item_number_type") in ("", "article_number", "article-number")), ""
    )
