"""What becomes of each attribute of a record in RDF: the second half of "source field to RDF".

The first half is the ``fields`` of each format (`kg.sources.formats.Format`). A test fills each attribute, maps it, and
compares the properties that appear with those declared here. Knows names alone; the mapping itself is `kg.rdf.mapping`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Rdf:
    """Where an attribute goes: properties with the node they belong to, and what a reader should know beside.

    ``terms`` are pairs of a node ("work", "authorship", "person", …) and a property with its prefix.
    """

    terms: tuple[tuple[str, str], ...]
    note: str = ""

    @property
    def short(self) -> str:
        """The first properties alone, for tables in which the same attribute stands often."""
        terms = [f"{node} `{term}`" for node, term in self.terms[:2]]
        return ", ".join(terms) + (", …" if len(self.terms) > 2 else "") or self.note

    def __str__(self) -> str:
        by_node: dict[str, list[str]] = {}
        for node, term in self.terms:
            by_node.setdefault(node, []).append(f"`{term}`")
        said = "; ".join(f"{node} {', '.join(terms)}" for node, terms in by_node.items())
        return f"{said} ({self.note})" if said and self.note else said or self.note


def _of(node: str, *terms: str, note: str = "") -> Rdf:
    return Rdf(tuple((node, term) for term in terms), note)


_SIGNED: Final = Rdf(
    (("work", "schema:author"), ("work", "foaf:maker"), ("work", "kg:authorship"), ("work", "kg:authorListComplete"),
     ("authorship", "kg:agent"), ("authorship", "kg:nameAsPrinted"), ("person", "foaf:made")),
)  # fmt: skip
_NAME: Final = Rdf(
    (("authorship", "kg:nameAsPrinted"), ("person", "schema:name"), ("person", "foaf:name")),
)

ATTRIBUTES: Final[Mapping[str, Rdf]] = {
    "title": _of("work", "schema:name"),
    "alternative_titles": _of("work", "schema:alternateName"),
    "abstract": _of("work", "schema:abstract", note="and what it names: licences, works, links, repositories"),
    "date": _of("work", "schema:datePublished"),
    "genre": _of("work", "schema:genre", "dcterms:type", note="`dcterms:type` where COAR has the type"),
    "awards": _of("work", "schema:award"),
    "byline": _SIGNED,
    "byline.complete": _of("work", "kg:authorListComplete"),
    "byline.mentions": _SIGNED,
    "byline.mentions.name": _NAME,
    "byline.mentions.given": Rdf(_NAME.terms, "as part of the name"),
    "byline.mentions.family": Rdf(_NAME.terms, "as part of the name"),
    "byline.mentions.position": _of("authorship", "schema:position"),
    "byline.mentions.kind": _of("person", "rdf:type", note="`schema:Person` or `kg:Group`"),
    "byline.mentions.affiliations": _of("authorship", "kg:affiliationAsPrinted", "schema:affiliation"),
    "byline.mentions.orcid": Rdf((("authorship", "kg:orcidAsPrinted"), ("person", "schema:sameAs"))),
    "byline.mentions.identifiers": Rdf((("authorship", "kg:identifiedAs"), ("person", "schema:sameAs"))),
    "byline.mentions.variants": _of("authorship", "schema:alternateName"),
    "contributors": Rdf(
        (("work", "schema:contributor"), ("work", "kg:contribution"), ("contribution", "kg:agent"),
         ("contribution", "schema:roleName"), ("contribution", "kg:nameAsPrinted")),
        "editors with `schema:editor`",
    ),
    "contributors.role": _of("contribution", "schema:roleName"),
    "contributors.identifiers": Rdf((("contribution", "kg:identifiedAs"), ("person", "schema:sameAs"))),
    "citation_key": _of("record", "kg:citationKey"),
    "code_badge": _of("work", "kg:codeAvailable"),
    "event": _of("work", "kg:event"),
    "funding": Rdf((("work", "schema:funding"), ("grant", "rdf:type"))),
    "funding.award": _of("grant", "schema:identifier"),
    "funding.award_title": _of("grant", "schema:name"),
    "funding.award_url": _of("grant", "schema:url"),
    "funding.funder": _of("grant", "schema:funder"),
    "funding.funder_iri": _of("grant", "rdfs:seeAlso"),
    "identifiers": _of("work", "schema:sameAs"),
    "issue": _of("work", "schema:issueNumber"),
    "languages": _of("work", "schema:inLanguage"),
    "licenses": _of("work", "schema:license", "dcterms:rights", note="IRIs and words"),
    "notes": _of("work", "skos:note"),
    "observed": Rdf(
        (("observation", "schema:observationAbout"), ("observation", "schema:measuredProperty"),
         ("observation", "schema:value"), ("observation", "kg:valueAsPrinted"),
         ("observation", "prov:hadPrimarySource")),
    ),
    "organizations": Rdf((("work", "schema:sourceOrganization"), ("record", "kg:keywordAsPrinted"))),
    "pages": _of("work", "schema:pagination"),
    "people.name": _of("person", "schema:name", "foaf:name"),
    "people.names": _of("person", "schema:alternateName"),
    "people.given": _of("person", "schema:givenName"),
    "people.family": _of("person", "schema:familyName"),
    "people.description": _of("person", "schema:description"),
    "people.affiliations": _of("person", "schema:affiliation"),
    "people.alumni_of": _of("person", "schema:alumniOf"),
    "people.identifiers": _of("person", "schema:sameAs"),
    "people.distinct_from": _of("person", "owl:differentFrom"),
    "people.identified_only": Rdf((), "no statement: it says when a name may be taken for the person"),
    "people.observed": Rdf(
        (("observation", "schema:observationAbout"), ("observation", "schema:measuredProperty"),
         ("observation", "schema:value"), ("observation", "kg:valueAsPrinted"),
         ("observation", "prov:hadPrimarySource")),
    ),
    "people.subjects": _of("person", "schema:knowsAbout"),
    "people.urls": _of("person", "schema:url"),
    "publisher": _of("work", "schema:publisher"),
    "related": Rdf(
        (("work", "schema:citation"), ("work", "dcterms:isVersionOf"), ("work", "dcterms:isPartOf"),
         ("work", "dcterms:relation"), ("work", "schema:itemReviewed"), ("work", "schema:translationOfWork"),
         ("work", "schema:sameAs"), ("work", "kg:citesAsPrinted"), ("work", "kg:relatedAsPrinted"),
         ("record", "kg:relationAsPrinted")),
        "by the kind of the relation; `kg:…AsPrinted` where the other work has no IRI",
    ),
    "retracted": _of("work", "schema:creativeWorkStatus"),
    "subjects": _of("work", "schema:keywords", "dcterms:subject", note="words and IRIs"),
    "topics": Rdf((("work", "schema:about"), ("record", "kg:topicAsPrinted"))),
    "urls": _of("work", "schema:url"),
    "venue": Rdf((("work", "schema:isPartOf"), ("record", "kg:venueAsPrinted"))),
    "venue_identifiers": _of("venue", "schema:issn", "schema:isbn", "schema:sameAs"),
    "version": _of("work", "schema:version"),
    "volume": _of("work", "schema:volumeNumber"),
}  # fmt: skip
"""Attribute of a record, as the tables of the formats name it -> RDF."""
