"""What becomes of DataCite's fields and words: tables without code.

Specification: DataCite Metadata Schema 4.0 to 4.6, in the JSON of the REST API (kernel-4 names in camel case).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

GENRES: Final[Mapping[str, str]] = {
    "BookChapter": "book chapter",
    "ConferencePaper": "conference paper",
    "ConferenceProceeding": "conference proceedings",
    "Dissertation": "thesis",
    "JournalArticle": "journal article",
    "PeerReview": "peer review",
}
"""Values of resourceTypeGeneral -> the genre of a record; others stand as words ("interactive resource")."""

RELATIONS: Final[Mapping[str, str]] = {
    "Cites": "cites",
    "References": "cites",
    "HasVersion": "version-of",
    "IsVersionOf": "version-of",
    "IsNewVersionOf": "version-of",
    "IsPreviousVersionOf": "version-of",
    "IsVariantFormOf": "version-of",
    "IsOriginalFormOf": "version-of",
    "IsPartOf": "part-of",
    "IsPublishedIn": "part-of",
    "IsSupplementTo": "supplement-to",
    "Reviews": "review-of",
    "IsTranslationOf": "translation-of",
    "IsIdenticalTo": "same-as",
}
"""Values of relationType -> kinds of Related; all others are ``related``, with their own word."""

RELATIONSHIPS: Final[Mapping[str, str]] = {
    "references": "cites",
    "citations": "related",
    "parts": "related",
    "partOf": "part-of",
    "versions": "version-of",
    "versionOf": "version-of",
}
"""Relationships that the REST API adds to a DOI -> kinds of Related."""

FIELDS: Final[Mapping[str, str]] = {
    "id": "identifiers",
    "doi": "identifiers",
    "identifiers": "identifiers",
    "alternateIdentifiers": "identifiers",
    "types.resourceTypeGeneral": "genre",
    "types.resourceType": "genre",
    "types.schemaOrg": "genre",
    "titles.title": "title",
    "titles.titleType": "alternative_titles",
    "creators.creator": "byline.mentions",
    "creators.name": "byline.mentions.name",
    "creators.givenName": "byline.mentions.given",
    "creators.familyName": "byline.mentions.family",
    "creators.nameType": "byline.mentions.kind",
    "creators.type": "byline.mentions.kind",
    "creators.id": "byline.mentions.orcid",
    "creators.nameIdentifiers": "byline.mentions.identifiers",
    "creators.affiliation": "byline.mentions.affiliations",
    "contributors": "contributors",
    "publisher": "publisher",
    "publicationYear": "date",
    "publication_year": "date",
    "dates": "date",
    "published": "date",
    "container.title": "venue",
    "container.identifier": "venue_identifiers",
    "container.volume": "volume",
    "container.issue": "issue",
    "container.firstPage": "pages",
    "container.lastPage": "pages",
    "relatedItems": "related",
    "relatedIdentifiers": "related",
    "relationships": "related",
    "subjects": "subjects",
    "subjects.subjectScheme": "topics",
    "language": "languages",
    "version": "version",
    "rightsList": "licenses",
    "rights_list": "licenses",
    "descriptions": "abstract",
    "fundingReferences": "funding",
    "url": "urls",
    "citationCount": "observed",
}

ASIDE: Final = (
    "agency", "attributes", "citationsOverTime", "container.identifierType", "container.type", "contentUrl", "created",
    "downloadCount", "downloadsOverTime", "formats", "geoLocations", "included", "isActive", "metadataVersion",
    "partCount", "partOfCount", "prefix", "reason", "referenceCount", "registered", "schemaVersion", "schema_version",
    "sizes", "source", "state", "suffix", "titles.lang", "type", "types.bibtex", "types.citeproc", "types.ris",
    "updated", "versionCount", "versionOfCount", "viewCount", "viewsOverTime", "xml",
)  # fmt: skip

_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def words(term: str, joint: str = " ") -> str:
    """Return a term in camel case as words in small letters.

    >>> words("HostingInstitution", "-"), words("InteractiveResource")
    ('hosting-institution', 'interactive resource')
    """
    return _HUMP.sub(joint, term).lower()
