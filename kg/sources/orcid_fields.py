"""What becomes of ORCID's fields and words: tables without code.

Specification: ORCID record, versions 2.1 and 3.0, in the JSON of the public API.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GENRES: Final[Mapping[str, str]] = {
    "book-chapter": "book chapter",
    "conference-paper": "conference paper",
    "data-set": "dataset",
    "dissertation": "thesis",
    "dissertation-thesis": "thesis",
    "journal-article": "journal article",
    "supervised-student-publication": "thesis",
    "working-paper": "preprint",
}
"""ORCID work types -> the genre of a record; other types stand as they are, with spaces for hyphens."""

WHOLE: Final = frozenset({"book", "dissertation", "dissertation-thesis", "edited-book", "manual", "report"})
"""Work types whose ISBN is their own, where it is said to be; that of any other is the ISBN of what it appeared in."""

AUTHORS: Final = frozenset({"", "author", "co-author", "co-inventor", "inventor", "principal-investigator"})
"""Contributor roles that make an author; all others are roles of their own, CRediT's beside that of author."""

CREDIT: Final = "credit.niso.org/contributor-roles/"

EMPLOYED: Final = (
    ("employments", "employment-summary"),
    ("invited-positions", "invited-position-summary"),
    ("memberships", "membership-summary"),
    ("services", "service-summary"),
)
STUDIED: Final = (("educations", "education-summary"), ("qualifications", "qualification-summary"))
"""Sections of affiliations and the name of an entry in each."""

RELATIONS: Final[Mapping[str, str]] = {"part-of": "part-of", "version-of": "version-of"}

FIELDS: Final[Mapping[str, str]] = {
    "orcid-identifier": "people.identifiers",
    "person.name.credit-name": "people.name",
    "person.name.given-names": "people.given",
    "person.name.family-name": "people.family",
    "person.other-names": "people.names",
    "person.biography": "people.description",
    "person.researcher-urls": "people.urls",
    "person.keywords": "people.subjects",
    "person.external-identifiers": "people.identifiers",
    **{f"activities-summary.{section}": "people.affiliations" for section, _ in EMPLOYED},
    **{f"activities-summary.{section}": "people.alumni_of" for section, _ in STUDIED},
    "activities-summary.works": "byline.mentions",
    "activities-summary.fundings": "funding",
    "title.title": "title",
    "title.subtitle": "alternative_titles",
    "title.translated-title": "alternative_titles",
    "journal-title": "venue",
    "short-description": "abstract",
    "type": "genre",
    "publication-date": "date",
    "external-ids": "identifiers",
    "url": "urls",
    "contributors.contributor.credit-name": "byline.mentions.name",
    "contributors.contributor.contributor-orcid": "byline.mentions.orcid",
    "contributors.contributor.contributor-attributes.contributor-role": "contributors.role",
    "language-code": "languages",
    "put-code": "citation_key",
    "orcid-id": "people.identifiers",
    "given-names": "people.given",
    "family-names": "people.family",
    "credit-name": "people.name",
    "other-name": "people.names",
    "institution-name": "people.affiliations",
}

ASIDE: Final = (
    "activities-summary.distinctions", "activities-summary.last-modified-date", "activities-summary.path",
    "activities-summary.peer-reviews", "activities-summary.research-resources", "citation", "client-id",
    "contributors.contributor.contributor-attributes.contributor-sequence",
    "contributors.contributor.contributor-email", "country", "created-date", "display-index", "email", "history",
    "last-modified-date", "path", "person.addresses", "person.emails", "person.last-modified-date",
    "person.name.created-date", "person.name.last-modified-date", "person.name.path", "person.name.source",
    "person.name.visibility", "person.path", "preferences", "source", "visibility",
)  # fmt: skip
"""Addresses of people (mail, country), what was changed when and by whom, and activities that are no works."""
