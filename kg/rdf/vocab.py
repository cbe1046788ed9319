"""The terms this package writes, as constants. A test compares the own ones with ``ontology/kg.ttl``.

Knows IRIs of classes and properties and the prefixes they are shown with. Knows nothing of the data.
The reason for each borrowed term stands in ``ontology/README.md``.
"""

from __future__ import annotations

import re
from typing import Final

from pyoxigraph import NamedNode

PREFIXES: Final[dict[str, str]] = {
    "kg": "https://w3id.org/kg/ns#",
    "schema": "http://schema.org/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "bibo": "http://purl.org/ontology/bibo/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _term(curie: str) -> NamedNode:
    prefix, _, local = curie.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


RDF_TYPE: Final = _term("rdf:type")
RDF_FIRST: Final = _term("rdf:first")
RDF_REST: Final = _term("rdf:rest")
RDF_NIL: Final = _term("rdf:nil")
RDFS_LABEL: Final = _term("rdfs:label")
RDFS_COMMENT: Final = _term("rdfs:comment")
RDFS_SEE_ALSO: Final = _term("rdfs:seeAlso")

XSD_STRING: Final = _term("xsd:string")
XSD_INTEGER: Final = _term("xsd:integer")
XSD_DECIMAL: Final = _term("xsd:decimal")
XSD_BOOLEAN: Final = _term("xsd:boolean")
XSD_DATE: Final = _term("xsd:date")
XSD_GYEAR: Final = _term("xsd:gYear")
XSD_GYEAR_MONTH: Final = _term("xsd:gYearMonth")
XSD_GMONTH_DAY: Final = _term("xsd:gMonthDay")

# schema.org classes
PERSON: Final = _term("schema:Person")
ORGANIZATION: Final = _term("schema:Organization")
SCHOLARLY_ARTICLE: Final = _term("schema:ScholarlyArticle")
SOFTWARE_SOURCE_CODE: Final = _term("schema:SoftwareSourceCode")
OBSERVATION: Final = _term("schema:Observation")
WEB_PAGE: Final = _term("schema:WebPage")
PROFILE_PAGE: Final = _term("schema:ProfilePage")
COLLECTION_PAGE: Final = _term("schema:CollectionPage")
CREATIVE_WORK: Final = _term("schema:CreativeWork")
ACTION: Final = _term("schema:Action")
DIGITAL_DOCUMENT: Final = _term("schema:DigitalDocument")
GRANT: Final = _term("schema:Grant")

# schema.org properties
NAME: Final = _term("schema:name")
ALTERNATE_NAME: Final = _term("schema:alternateName")
DESCRIPTION: Final = _term("schema:description")
ABSTRACT: Final = _term("schema:abstract")
DATE_PUBLISHED: Final = _term("schema:datePublished")
ABOUT: Final = _term("schema:about")
AUTHOR: Final = _term("schema:author")
POSITION: Final = _term("schema:position")
IS_PART_OF: Final = _term("schema:isPartOf")
AFFILIATION: Final = _term("schema:affiliation")
SOURCE_ORGANIZATION: Final = _term("schema:sourceOrganization")
MENTIONS: Final = _term("schema:mentions")
CITATION: Final = _term("schema:citation")
SAME_AS: Final = _term("schema:sameAs")
URL: Final = _term("schema:url")
GENRE: Final = _term("schema:genre")
CODE_REPOSITORY: Final = _term("schema:codeRepository")
MAIN_ENTITY: Final = _term("schema:mainEntity")
POTENTIAL_ACTION: Final = _term("schema:potentialAction")
OBSERVATION_ABOUT: Final = _term("schema:observationAbout")
OBSERVATION_DATE: Final = _term("schema:observationDate")
MEASURED_PROPERTY: Final = _term("schema:measuredProperty")
VALUE: Final = _term("schema:value")
UNIT_TEXT: Final = _term("schema:unitText")
SHA256: Final = _term("schema:sha256")
VOLUME_NUMBER: Final = _term("schema:volumeNumber")
ISSUE_NUMBER: Final = _term("schema:issueNumber")
PAGINATION: Final = _term("schema:pagination")
IN_LANGUAGE: Final = _term("schema:inLanguage")
VERSION: Final = _term("schema:version")
PUBLISHER: Final = _term("schema:publisher")
LICENSE: Final = _term("schema:license")
KEYWORDS: Final = _term("schema:keywords")
FUNDING: Final = _term("schema:funding")
FUNDER: Final = _term("schema:funder")
IDENTIFIER: Final = _term("schema:identifier")
EDITOR: Final = _term("schema:editor")
CONTRIBUTOR: Final = _term("schema:contributor")
ROLE_NAME: Final = _term("schema:roleName")
CREATIVE_WORK_STATUS: Final = _term("schema:creativeWorkStatus")
AWARD: Final = _term("schema:award")
GIVEN_NAME: Final = _term("schema:givenName")
FAMILY_NAME: Final = _term("schema:familyName")
ALUMNI_OF: Final = _term("schema:alumniOf")
KNOWS_ABOUT: Final = _term("schema:knowsAbout")
ISSN: Final = _term("schema:issn")
ISBN: Final = _term("schema:isbn")
ITEM_REVIEWED: Final = _term("schema:itemReviewed")
TRANSLATION_OF_WORK: Final = _term("schema:translationOfWork")

# FOAF, Dublin Core, PROV, SKOS, BIBO
FOAF_PERSON: Final = _term("foaf:Person")
FOAF_AGENT: Final = _term("foaf:Agent")
FOAF_GROUP: Final = _term("foaf:Group")
FOAF_ORGANIZATION: Final = _term("foaf:Organization")
FOAF_DOCUMENT: Final = _term("foaf:Document")
FOAF_NAME: Final = _term("foaf:name")
FOAF_MADE: Final = _term("foaf:made")
FOAF_MAKER: Final = _term("foaf:maker")
FOAF_PAGE: Final = _term("foaf:page")
FOAF_PRIMARY_TOPIC: Final = _term("foaf:primaryTopic")
DCT_TYPE: Final = _term("dcterms:type")
DCT_RIGHTS: Final = _term("dcterms:rights")
DCT_SUBJECT: Final = _term("dcterms:subject")
DCT_RELATION: Final = _term("dcterms:relation")
DCT_IS_PART_OF: Final = _term("dcterms:isPartOf")
DCT_IS_VERSION_OF: Final = _term("dcterms:isVersionOf")
DCT_IS_REPLACED_BY: Final = _term("dcterms:isReplacedBy")
PROV_ENTITY: Final = _term("prov:Entity")
PROV_ACTIVITY: Final = _term("prov:Activity")
PROV_USED: Final = _term("prov:used")
PROV_ENDED_AT_TIME: Final = _term("prov:endedAtTime")
PROV_WAS_DERIVED_FROM: Final = _term("prov:wasDerivedFrom")
PROV_HAD_PRIMARY_SOURCE: Final = _term("prov:hadPrimarySource")
OWL_DIFFERENT_FROM: Final = _term("owl:differentFrom")
SKOS_NOTE: Final = _term("skos:note")
SKOS_CONCEPT: Final = _term("skos:Concept")
SKOS_CONCEPT_SCHEME: Final = _term("skos:ConceptScheme")
SKOS_PREF_LABEL: Final = _term("skos:prefLabel")
SKOS_NOTATION: Final = _term("skos:notation")
SKOS_IN_SCHEME: Final = _term("skos:inScheme")
SKOS_BROADER: Final = _term("skos:broader")
BIBO_AUTHOR_LIST: Final = _term("bibo:authorList")

# Own classes
KG_AUTHORSHIP: Final = _term("kg:Authorship")
KG_CONTRIBUTION: Final = _term("kg:Contribution")
KG_GROUP: Final = _term("kg:Group")
KG_VENUE: Final = _term("kg:Venue")
KG_SOURCE: Final = _term("kg:Source")
KG_RECORD: Final = _term("kg:Record")
KG_MENTION: Final = _term("kg:Mention")
KG_JOIN: Final = _term("kg:Join")
KG_SEPARATION: Final = _term("kg:Separation")
KG_DECISION: Final = _term("kg:Decision")
KG_DISAGREEMENT: Final = _term("kg:Disagreement")
KG_CLAIM: Final = _term("kg:Claim")
KG_UNREAD_LINE: Final = _term("kg:UnreadLine")

# Own properties
KG_AUTHORSHIP_OF: Final = _term("kg:authorship")
KG_CONTRIBUTION_TO: Final = _term("kg:contribution")
KG_AGENT: Final = _term("kg:agent")
KG_NAME_AS_PRINTED: Final = _term("kg:nameAsPrinted")
KG_AFFILIATION_AS_PRINTED: Final = _term("kg:affiliationAsPrinted")
KG_ORCID_AS_PRINTED: Final = _term("kg:orcidAsPrinted")
KG_IDENTIFIED_AS: Final = _term("kg:identifiedAs")
KG_AUTHOR_LIST_COMPLETE: Final = _term("kg:authorListComplete")
KG_CODE_AVAILABLE: Final = _term("kg:codeAvailable")
KG_LICENSE_STATEMENT: Final = _term("kg:licenseStatement")
KG_RELEASED_UNDER: Final = _term("kg:releasedUnder")
KG_YEAR_FROM_CAPTURE: Final = _term("kg:yearFromCapture")
KG_VALUE_AS_PRINTED: Final = _term("kg:valueAsPrinted")
KG_FILE: Final = _term("kg:file")
KG_LAYOUT: Final = _term("kg:layout")
KG_CAPTURED: Final = _term("kg:captured")
KG_SITE: Final = _term("kg:site")
KG_SUBJECT_EVIDENCE: Final = _term("kg:subjectEvidence")
KG_LINE: Final = _term("kg:line")
KG_LAST_LINE: Final = _term("kg:lastLine")
KG_SNIPPET: Final = _term("kg:snippet")
KG_CITATION_KEY: Final = _term("kg:citationKey")
KG_RELATION_AS_PRINTED: Final = _term("kg:relationAsPrinted")
KG_ITEM: Final = _term("kg:item")
KG_EVENT: Final = _term("kg:event")
KG_VENUE_AS_PRINTED: Final = _term("kg:venueAsPrinted")
KG_CITES_AS_PRINTED: Final = _term("kg:citesAsPrinted")
KG_RELATED_AS_PRINTED: Final = _term("kg:relatedAsPrinted")
KG_IN_RECORD: Final = _term("kg:inRecord")
KG_REFERS_TO: Final = _term("kg:refersTo")
KG_JOINS: Final = _term("kg:joins")
KG_SEPARATES: Final = _term("kg:separates")
KG_COMPARES: Final = _term("kg:compares")
KG_DECIDED_BY: Final = _term("kg:decidedBy")
KG_DECIDED_VALUE: Final = _term("kg:decidedValue")
KG_FAULT: Final = _term("kg:fault")
KG_RULE: Final = _term("kg:rule")
KG_WEIGHT: Final = _term("kg:weight")
KG_HAS_DISAGREEMENT: Final = _term("kg:disagreement")
KG_ON_PROPERTY: Final = _term("kg:onProperty")
KG_CHOSEN_VALUE: Final = _term("kg:chosenValue")
KG_HAS_CLAIM: Final = _term("kg:claim")
KG_CLAIMED_VALUE: Final = _term("kg:claimedValue")
KG_DATE_AS_PRINTED: Final = _term("kg:dateAsPrinted")
KG_BYLINE_AS_PRINTED: Final = _term("kg:bylineAsPrinted")
KG_KEYWORD_AS_PRINTED: Final = _term("kg:keywordAsPrinted")
KG_TOPIC_AS_PRINTED: Final = _term("kg:topicAsPrinted")
KG_POSSIBLE_READING: Final = _term("kg:possibleReading")
KG_READING_DOUBT: Final = _term("kg:readingDoubt")
KG_REPAIR: Final = _term("kg:repair")
KG_REMOVAL: Final = _term("kg:removal")
KG_ADDITION: Final = _term("kg:addition")

EVIDENCE: Final[tuple[str, ...]] = (
    "evidence",
    "nameEvidence",
    "coAuthorEvidence",
    "topicEvidence",
    "venueEvidence",
    "affiliationEvidence",
    "yearEvidence",
    "sizeEvidence",
    "citationEvidence",
    "identifierEvidence",
)
"""Local names, in the ``kg:`` namespace, of the properties that tell what each kind of evidence adds."""

OBSERVABLES: Final[tuple[str, ...]] = (
    "trustScore",
    "trustBand",
    "verificationLevel",
    "claimStatus",
    "collaborationStatus",
    "profileRole",
    "affiliationStatus",
    "followerCount",
    "workCount",
    "listedWorkCount",
    "topicCount",
    "closeCollaboratorCount",
    "primaryCategory",
    "hIndex",
    "paperCount",
    "citationCount",
    "novelty",
    "aiScore",
    "workScore",
)
"""Local names, in the ``kg:`` namespace, of the properties that sites measure or state about people and works."""

METRICS: Final[tuple[str, ...]] = (
    "statementsInGraph",
    "worksInGraph",
    "personsInGraph",
    "groupsInGraph",
    "sourcesInGraph",
    "disagreementsInGraph",
    "dateDisagreementsInGraph",
    "unreadLinesInGraph",
    "shareOfWorksWithTitle",
    "shareOfWorksWithDate",
    "shareOfWorksWithDayPreciseDate",
    "shareOfWorksWithAbstract",
    "shareOfWorksWithAuthor",
    "shareOfWorksWithCompleteAuthorList",
    "shareOfWorksWithTopic",
    "shareOfWorksWithIdentifier",
    "shareOfWorksInSeveralSources",
    "shareOfPersonsWithWork",
    "shareOfPersonsWithIdentifier",
    "shareOfPersonsWithAffiliation",
    "shareOfThingsWithProvenance",
    "focusNodesChecked",
    "findingsOfShape",
    "findingsOfSource",
)
"""Local names, in the ``kg:`` namespace, of the quality metrics (dqv:Metric) a build measures."""


def kg_term(local: str) -> NamedNode:
    """Return the own term with this local name, such as an observable."""
    return NamedNode(PREFIXES["kg"] + local)


def short(iri: str) -> str:
    """Write an IRI with one of the usual prefixes, or whole where none fits.

    >>> short("http://schema.org/name")
    'schema:name'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[\w.-]*", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
