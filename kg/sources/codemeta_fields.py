"""The fields of CodeMeta: where each goes, which are left aside, and how their values are taken out of JSON-LD.

Knows the names of fields, with or without a prefix, and the objects that JSON-LD puts around lists and plain values.
Does not know what becomes of the values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from kg.sources.noted import Noted

ROLES: Final = (
    "contributor",
    "maintainer",
    "editor",
    "copyrightHolder",
    "producer",
    "provider",
    "sponsor",
    "uploadedBy",
)

RELATIONS: Final[Mapping[str, str]] = {
    "citation": "cites",
    "referencePublication": "related",
    "relatedPublications": "related",
    "softwarePaperCitationIdentifiers": "related",
    "isPartOf": "part-of",
    "hasPart": "related",
    "isBasedOn": "related",
    "isSourceCodeOf": "related",
    "supportingData": "related",
    "sameAs": "same-as",
}
"""Fields that name other things -> kinds of Related, with the field's own name as the relation."""

FIELDS: Final[Mapping[str, str]] = {
    "@id": "identifiers",
    "@type": "genre",
    "identifier": "identifiers",
    "name": "title",
    "title": "title",
    "alternateName": "alternative_titles",
    "description": "abstract",
    "author.@id": "byline.mentions.orcid",
    "author.@type": "byline.mentions.kind",
    "author.name": "byline.mentions.name",
    "author.givenName": "byline.mentions.given",
    "author.familyName": "byline.mentions.family",
    "author.affiliation": "byline.mentions.affiliations",
    "author.identifier": "byline.mentions.orcid",
    "author.sameAs": "byline.mentions.identifiers",
    "author.alternateName": "byline.mentions.variants",
    "author.roleName": "contributors.role",
    "author.author": "contributors",
    "creator": "byline.mentions",
    "agents": "byline.mentions",
    "agents.role": "contributors.role",
    **dict.fromkeys(ROLES, "contributors"),
    "codeRepository": "urls",
    "url": "urls",
    "relatedLink": "urls",
    "downloadUrl": "urls",
    "downloadLink": "urls",
    "readme": "urls",
    "license": "licenses",
    "licenseId": "licenses",
    "version": "version",
    "softwareVersion": "version",
    "datePublished": "date",
    "dateCreated": "date",
    "keywords": "subjects",
    "tags": "subjects",
    "programmingLanguage": "subjects",
    "applicationCategory": "subjects",
    "publisher": "publisher",
    "funding": "funding",
    "funding.identifier": "funding.award",
    "funding.name": "funding.award_title",
    "funding.url": "funding.award_url",
    "funding.funder": "funding.funder",
    "funder": "funding.funder",
    "funder.@id": "funding.funder_iri",
    "inLanguage": "languages",
    "relationship": "related",
    **dict.fromkeys(RELATIONS, "related"),
}

ASIDE: Final = (
    "@context", "agents.email", "agents.isMaintainer", "agents.isRightsHolder", "agents.mustBeCited",
    "applicationSubCategory", "author.email", "author.endDate", "author.startDate", "author.url", "buildInstructions",
    "contIntegration", "continuousIntegration", "controlledTem", "controlledTerm", "copyrightYear", "dateModified",
    "depends", "developmentStatus", "embargoDate", "embargoEndDate", "fileFormat", "fileSize", "hasSourceCode",
    "installUrl", "isAccessibleForFree", "isAutomatedBuild", "issueTracker", "memoryRequirements", "operatingSystem",
    "permissions", "position", "processorRequirements", "releaseNotes", "review", "reviewAspect", "reviewBody",
    "runtimePlatform", "softwareHelp", "softwareRequirements", "softwareSuggestions", "storageRequirements",
    "targetProduct", "zippedCode",
)  # fmt: skip

_PREFIX: Final = re.compile(r"^(?:schema:|codemeta:|https?://schema\.org/|https?://codemeta\.github\.io/terms/)")
_DEPTH: Final = 8
# {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.…"}
VALUED: Final = ("value", "@id", "url", "identifier", "name")


def compacted(value: Any, depth: int = _DEPTH) -> Any:
    """Return JSON-LD with bare names of fields, without its objects for lists and for plain values."""
    if isinstance(value, list):
        return [compacted(inner, depth - 1) for inner in value] if depth else value
    if not isinstance(value, dict) or not depth:
        return value
    for wrapper in ("@value", "@list", "@set"):
        if wrapper in value:
            return compacted(value[wrapper], depth - 1)
    named: dict[str, Any] = {}
    for key, inner in value.items():
        bare = _PREFIX.sub("", key)
        named.setdefault({"id": "@id", "type": "@type"}.get(bare, bare), compacted(inner, depth - 1))
    return named


def word(work: Noted, key: str, *names: str) -> str:
    """Return the first text of a field of which a record holds one; others are noted."""
    found = words(work, key, *names)
    if len(found) > 1:
        work.note("there is room for one value, and the others were left out", work.value[key], key)
    return found[0] if found else ""


def words(work: Noted, key: str, *names: str) -> list[str]:
    """Return the texts of a field: texts as they are, of things their names (or what is asked for first)."""
    found = []
    for value in work.items(key):
        if isinstance(value, dict):
            thing = work.inside(value, key)
            found.append(next((t for name in names or ("name", "@id", "url") if (t := thing.first(name))), ""))
        else:
            found += work.inside({key: value}).texts(key)
    return [_PREFIX.sub("", text) if key == "@type" else text for text in found if text]
