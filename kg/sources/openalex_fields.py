"""What becomes of OpenAlex's fields and words: tables without code.

Specification: OpenAlex API, entities works, authors, institutions, sources, funders and publishers (2025-11 to 2026-07,
with the names of 2022 to 2024: ``host_venue``, ``grants``, ``last_known_institution``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

GENRES: Final[Mapping[str, str]] = {
    "book-chapter": "book chapter",
    "dissertation": "thesis",
    "peer-review": "peer review",
}
"""OpenAlex types -> the genre of a record; other types stand as they are, with spaces for hyphens."""

_AUTHORSHIP: Final[Mapping[str, str]] = {
    "authorships": "byline.mentions",
    "is_authors_truncated": "byline.complete",
    "authors_count": "byline.complete",
    "authorships.raw_author_name": "byline.mentions.name",
    "authorships.author.display_name": "byline.mentions.variants",
    "authorships.author.id": "byline.mentions.identifiers",
    "authorships.author.orcid": "byline.mentions.orcid",
    "authorships.raw_orcid": "byline.mentions.orcid",
    "authorships.raw_affiliation_strings": "byline.mentions.affiliations",
    "authorships.raw_affiliation_string": "byline.mentions.affiliations",
    "authorships.affiliations.raw_affiliation_string": "byline.mentions.affiliations",
    "authorships.institutions.display_name": "byline.mentions.affiliations",
    "authorships.institutions.ror": "organizations",
}

WORK: Final[Mapping[str, str]] = {
    "id": "identifiers",
    "doi": "identifiers",
    "ids.doi": "identifiers",
    "ids.pmid": "identifiers",
    "ids.pmcid": "identifiers",
    "title": "title",
    "display_name": "title",
    "publication_date": "date",
    "publication_year": "date",
    "type": "genre",
    "language": "languages",
    **_AUTHORSHIP,
    "primary_location.source.display_name": "venue",
    "primary_location.raw_source_name": "venue",
    "primary_location.source.id": "venue_identifiers",
    "primary_location.source.issn": "venue_identifiers",
    "primary_location.source.issn_l": "venue_identifiers",
    "primary_location.source.host_organization_name": "publisher",
    "primary_location.landing_page_url": "urls",
    "primary_location.pdf_url": "urls",
    "primary_location.license": "licenses",
    "primary_location.version": "version",
    "locations.landing_page_url": "urls",
    "locations.pdf_url": "urls",
    "locations.license": "licenses",
    "host_venue": "venue",
    "biblio.volume": "volume",
    "biblio.issue": "issue",
    "biblio.first_page": "pages",
    "biblio.last_page": "pages",
    "abstract_inverted_index": "abstract",
    "topics": "subjects",
    "keywords": "subjects",
    "concepts": "subjects",
    "mesh": "subjects",
    "sustainable_development_goals": "subjects",
    "awards": "funding",
    "funders": "funding",
    "grants": "funding",
    "referenced_works": "related",
    "cited_by_count": "observed",
    "is_retracted": "retracted",
}

PROFILE: Final[Mapping[str, str]] = {
    "orcid": "people.identifiers",
    "ids.orcid": "people.identifiers",
    "ids.wikidata": "people.identifiers",
    "ids.grid": "people.identifiers",
    "ids.crossref": "people.identifiers",
    "ids.wikipedia": "people.urls",
    "ror": "organizations",
    "display_name_alternatives": "people.names",
    "alternate_titles": "people.names",
    "display_name_acronyms": "people.names",
    "international.display_name": "people.names",
    "affiliations.institution.display_name": "people.affiliations",
    "affiliations.institution.ror": "organizations",
    "last_known_institutions.display_name": "people.affiliations",
    "last_known_institutions.ror": "organizations",
    "last_known_institution.display_name": "people.affiliations",
    "ids.ror": "people.identifiers",
    "homepage_url": "people.urls",
    "description": "people.description",
    "works_count": "people.observed",
    "summary_stats.h_index": "people.observed",
    "topics": "people.subjects",
    "x_concepts": "people.subjects",
}

VENUE: Final[Mapping[str, str]] = {
    "issn": "venue_identifiers",
    "issn_l": "venue_identifiers",
    "host_organization_name": "publisher",
    "abbreviated_title": "alternative_titles",
}

FIELDS: Final[Mapping[str, str]] = {**PROFILE, **VENUE, **WORK}

ASIDE: Final = (
    "apc_list", "apc_paid", "apc_prices", "apc_usd", "associated_institutions",
    "affiliations.institution.country_code", "affiliations.institution.id", "affiliations.institution.lineage",
    "affiliations.institution.type", "affiliations.years", "authorships.affiliations.institution_ids",
    "authorships.author_position", "authorships.countries", "authorships.institutions.country_code",
    "authorships.institutions.id", "authorships.institutions.lineage", "authorships.institutions.type",
    "authorships.is_corresponding", "best_oa_location", "block_key", "citation_normalized_percentile",
    "cited_by_api_url", "cited_by_percentile_year", "content_urls", "corresponding_author_ids",
    "corresponding_institution_ids", "countries_distinct_count", "counts_by_year", "country_code", "country_codes",
    "created_date", "fulltext_origin", "fwci", "geo", "has_content", "has_fulltext", "host_organization",
    "host_organization_lineage", "host_organization_lineage_names", "ids.fatcat", "ids.issn", "ids.issn_l",
    "ids.mag", "ids.openalex", "ids.scopus", "ids.twitter", "image_thumbnail_url", "image_url", "indexed_in",
    "institution_assertions", "institutions", "institutions_distinct_count", "is_core", "is_high_oa_rate",
    "is_in_doaj", "is_oa", "is_ojs", "is_paratext", "is_super_system", "is_xpac", "lineage",
    "last_known_institution.country_code", "last_known_institution.id", "last_known_institution.lineage",
    "last_known_institution.ror", "last_known_institution.type", "last_known_institutions.country_code",
    "last_known_institutions.id", "last_known_institutions.lineage", "last_known_institutions.type", "locations.id",
    "locations.is_accepted", "locations.is_oa", "locations.is_published", "locations.license_id",
    "locations.raw_source_name", "locations.raw_type", "locations.source", "locations.version", "locations_count",
    "longest_name", "ngrams_url", "open_access", "parent_publisher", "parsed_longest_name", "primary_location.id",
    "primary_location.is_accepted", "primary_location.is_oa", "primary_location.is_published",
    "primary_location.license_id", "primary_location.raw_type", "primary_location.source.host_organization",
    "primary_location.source.host_organization_lineage", "primary_location.source.host_organization_lineage_names",
    "primary_location.source.is_core", "primary_location.source.is_in_doaj", "primary_location.source.is_oa",
    "primary_location.source.type", "primary_topic", "referenced_works_count", "related_works", "relevance_score",
    "repositories", "roles", "score", "societies", "summary_stats.2yr_mean_citedness", "summary_stats.i10_index",
    "topic_share", "topics_count", "type_crossref", "type_id", "updated_date", "works_api_url",
)  # fmt: skip
"""Counts that OpenAlex computes, what it says twice, and ids that no registry resolves any more."""
