"""What becomes of Crossref's fields and words: tables without code.

Specification: Crossref REST API, format of works, message version 1.0.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GENRES: Final[Mapping[str, str]] = {
    "journal-article": "journal article",
    "proceedings-article": "conference paper",
    "proceedings": "conference proceedings",
    "posted-content": "preprint",
    "book-chapter": "book chapter",
    "book-section": "book chapter",
    "book-part": "book chapter",
    "reference-entry": "book chapter",
    "monograph": "book",
    "edited-book": "book",
    "reference-book": "book",
    "dissertation": "thesis",
    "peer-review": "review",
}
"""Crossref types -> the genre of a record; other types stand as they are, with spaces for hyphens."""

ROLES: Final = (
    "editor", "chair", "translator", "reviewer", "review-assistant", "stats-reviewer", "reviewer-external", "reader",
)  # fmt: skip

RELATIONS: Final[Mapping[str, str]] = {
    "has-preprint": "version-of",
    "is-preprint-of": "version-of",
    "has-manuscript": "version-of",
    "is-manuscript-of": "version-of",
    "has-version": "version-of",
    "is-version-of": "version-of",
    "new_version": "version-of",
    "new-version": "version-of",
    "is-part-of": "part-of",
    "is-component-of": "part-of",
    "is-supplement-to": "supplement-to",
    "is-review-of": "review-of",
    "is-translation-of": "translation-of",
    "is-same-as": "same-as",
    "is-identical-to": "same-as",
    "references": "cites",
    "cites": "cites",
}
"""Crossref relation types -> kinds of Related; all others are ``related``, with their own word."""

DATES: Final = ("issued", "published", "published-print", "published-online", "published-other", "posted", "approved")
"""Dates of publication, in the order in which the first that is filled is taken."""

FIELDS: Final[Mapping[str, str]] = {
    "DOI": "identifiers",
    "type": "genre",
    "subtype": "genre",
    "title": "title",
    "subtitle": "alternative_titles",
    "original-title": "alternative_titles",
    "short-title": "alternative_titles",
    "abstract": "abstract",
    "description": "abstract",
    "author": "byline.mentions",
    "author.given": "byline.mentions.given",
    "author.family": "byline.mentions.family",
    "author.suffix": "byline.mentions.name",
    "author.name": "byline.mentions.name",
    "author.ORCID": "byline.mentions.orcid",
    "author.affiliation.name": "byline.mentions.affiliations",
    "author.affiliation.department": "byline.mentions.affiliations",
    "author.affiliation.id": "organizations",
    **dict.fromkeys(ROLES, "contributors"),
    "institution.name": "contributors",
    "institution.id": "contributors.identifiers",
    "standards-body": "contributors",
    **dict.fromkeys(DATES, "date"),
    "URL": "identifiers",
    "resource.primary.URL": "urls",
    "container-title": "venue",
    "short-container-title": "venue",
    "group-title": "venue",
    "ISSN": "venue_identifiers",
    "ISBN": "venue_identifiers",
    "event.name": "event",
    "volume": "volume",
    "issue": "issue",
    "journal-issue.issue": "issue",
    "page": "pages",
    "article-number": "pages",
    "publisher": "publisher",
    "language": "languages",
    "version": "version",
    "edition-number": "version",
    "license.URL": "licenses",
    "subject": "subjects",
    "funder.name": "funding.funder",
    "funder.DOI": "funding.funder_iri",
    "funder.id": "funding.funder_iri",
    "funder.award": "funding.award",
    "funder.award-info": "funding.award",
    "reference": "related",
    "relation": "related",
    "update-to": "related",
    "updated-by": "related",
    "updated-by.type": "retracted",
    "clinical-trial-number": "related",
    "is-referenced-by-count": "observed",
    "award": "funding.award",
    "project.project-title": "title",
    "project.project-description": "abstract",
    "project.investigator": "contributors",
    "project.lead-investigator": "contributors",
    "project.co-lead-investigator": "contributors",
    "project.funding.funder": "funding",
    "project.award-start": "date",
}

ASIDE: Final = (
    "accepted", "alternative-id", "archive", "assertion", "author.affiliation.acronym", "author.affiliation.place",
    "author.authenticated-orcid", "author.prefix", "author.role", "author.sequence", "award-start", "aliases",
    "content-created", "content-domain", "content-updated", "created", "degree", "deposited", "event.acronym",
    "event.end", "event.location", "event.number", "event.sponsor", "event.start", "event.theme",
    "free-to-read", "funder.doi-asserted-by", "indexed", "institution.acronym", "institution.place",
    "institution.department", "isbn-type", "issn-type", "journal-issue.published-online",
    "journal-issue.published-print", "license.content-version", "license.delay-in-days", "license.start", "link",
    "member", "prefix", "project.award-amount", "project.award-end", "project.award-planned-end",
    "project.funding.award-amount", "project.funding.scheme", "project.funding.type", "publisher-location",
    "reference-count", "references-count", "review", "score", "source", "special_numbering", "status",
    "update-policy",
)  # fmt: skip
