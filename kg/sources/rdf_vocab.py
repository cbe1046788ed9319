"""What the vocabularies of scholarly metadata call things, by meaning: one table a meaning, the preferred term first.

Knows schema.org, FOAF, Dublin Core, BIBO, SPAR (FaBiO, PRO, DataCite, CiTO), PRISM, SemOpenAlex, VIVO with vCard, and
the own terms. A term is written as a CURIE; ``curie`` turns IRIs of data into them and folds what has several
namespaces (schema.org with http and https). Does not know what becomes of the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NAMESPACES: Final[Mapping[str, str]] = {
    "schema": "http://schema.org/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "bibo": "http://purl.org/ontology/bibo/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "dcmitype": "http://purl.org/dc/dcmitype/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "void": "http://rdfs.org/ns/void#",
    "sh": "http://www.w3.org/ns/shacl#",
    "prov": "http://www.w3.org/ns/prov#",
    "doap": "http://usefulinc.com/ns/doap#",
    "prism": "http://prismstandard.org/namespaces/basic/2.0/",
    "fabio": "http://purl.org/spar/fabio/",
    "frbr": "http://purl.org/vocab/frbr/core#",
    "pro": "http://purl.org/spar/pro/",
    "datacite": "http://purl.org/spar/datacite/",
    "literal": "http://www.essepuntato.it/2010/06/literalreification/",
    "cito": "http://purl.org/spar/cito/",
    "oco": "https://w3id.org/oc/ontology/",
    "soa": "https://semopenalex.org/property/",
    "soac": "https://semopenalex.org/class/",
    "dbo": "https://dbpedia.org/ontology/",
    "org": "http://www.w3.org/ns/org#",
    "vivo": "http://vivoweb.org/ontology/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "obo": "http://purl.obolibrary.org/obo/",
    "kg": "https://w3id.org/kg/ns#",
}

_SAME: Final = {
    "https://schema.org/": "schema",
    "http://www.schema.org/": "schema",
    "https://semopenalex.org/ontology/": "soa",
    "http://dbpedia.org/ontology/": "dbo",
}
_PREFIX_OF: Final = {iri: prefix for prefix, iri in NAMESPACES.items()} | _SAME

# -- things -----------------------------------------------------------------------------------------------------------

WORK_CLASSES: Final[Mapping[str, str]] = {
    "schema:CreativeWork": "",
    "schema:Article": "",
    "schema:ScholarlyArticle": "",
    "schema:MedicalScholarlyArticle": "",
    "schema:NewsArticle": "newspaper article",
    "schema:BlogPosting": "blog post",
    "schema:TechArticle": "technical article",
    "schema:Report": "report",
    "schema:Book": "book",
    "schema:Chapter": "book chapter",
    "schema:Thesis": "thesis",
    "schema:Dataset": "dataset",
    "schema:SoftwareSourceCode": "software",
    "schema:SoftwareApplication": "software",
    "schema:Review": "review",
    "schema:PresentationDigitalDocument": "presentation",
    "schema:DigitalDocument": "",
    "schema:AnalysisNewsArticle": "newspaper article",
    "schema:AskPublicNewsArticle": "newspaper article",
    "schema:BackgroundNewsArticle": "newspaper article",
    "schema:OpinionNewsArticle": "newspaper article",
    "schema:ReportageNewsArticle": "newspaper article",
    "schema:ReviewNewsArticle": "newspaper article",
    "schema:APIReference": "technical article",
    "schema:WebApplication": "software",
    "schema:MobileApplication": "software",
    "schema:LearningResource": "learning resource",
    "schema:Poster": "poster",
    "schema:Map": "map",
    "schema:Manuscript": "manuscript",
    "dcterms:BibliographicResource": "",
    "dcmitype:Text": "",
    "dcmitype:Dataset": "dataset",
    "dcmitype:Software": "software",
    "dcat:Dataset": "dataset",
    "foaf:Document": "",
    "soac:Work": "",
    "bibo:Document": "",
    "bibo:Article": "",
    "bibo:AcademicArticle": "journal article",
    "bibo:Book": "book",
    "bibo:EditedBook": "book",
    "bibo:Chapter": "book chapter",
    "bibo:BookSection": "book chapter",
    "bibo:Thesis": "thesis",
    "bibo:Report": "report",
    "bibo:Proceedings": "conference proceedings",
    "bibo:Manuscript": "manuscript",
    "bibo:Manual": "manual",
    "bibo:Patent": "patent",
    "bibo:Standard": "standard",
    "bibo:Slideshow": "presentation",
    "bibo:AudioDocument": "sound recording",
    "bibo:AudioVisualDocument": "video recording",
    "vivo:ConferencePaper": "conference paper",
    "vivo:ConferencePoster": "poster",
    "vivo:WorkingPaper": "working paper",
    "vivo:Review": "review",
    "vivo:BlogPosting": "blog post",
    "vivo:Presentation": "talk",
    "vivo:InvitedTalk": "talk",
    "fabio:Expression": "",
    "fabio:Work": "",
    "fabio:Article": "",
    "fabio:JournalArticle": "journal article",
    "fabio:ReviewArticle": "review",
    "fabio:ProceedingsPaper": "conference paper",
    "fabio:ConferencePaper": "conference paper",
    "fabio:AcademicProceedings": "conference proceedings",
    "fabio:Book": "book",
    "fabio:ReferenceBook": "reference work",
    "fabio:BookChapter": "book chapter",
    "fabio:ReferenceEntry": "reference entry",
    "fabio:ExpressionCollection": "",
    "fabio:ReportDocument": "report",
    "fabio:Report": "report",
    "fabio:Thesis": "thesis",
    "fabio:DoctoralThesis": "thesis",
    "fabio:MastersThesis": "thesis",
    "fabio:Preprint": "preprint",
    "fabio:DataFile": "dataset",
    "fabio:Dataset": "dataset",
    "fabio:ComputerProgram": "software",
    "fabio:WebContent": "web page",
    "fabio:SpecificationDocument": "standard",
    "fabio:PeerReview": "review",
}
"""Classes of works -> the genre of a record; an empty one where the class says nothing about it."""

SIGNED_CLASSES: Final[Mapping[str, str]] = dict.fromkeys(
    "schema:MediaObject schema:File schema:TextObject schema:3DModel schema:MusicVideoObject schema:Audiobook "
    "schema:TextDigitalDocument schema:NoteDigitalDocument schema:SpreadsheetDigitalDocument schema:SatiricalArticle "
    "schema:AdvertiserContentArticle schema:SocialMediaPosting schema:DiscussionForumPosting schema:LiveBlogPosting "
    "schema:ArchiveComponent schema:Atlas schema:Clip schema:Episode schema:PodcastEpisode schema:RadioEpisode "
    "schema:TVEpisode schema:Movie schema:MusicAlbum schema:MusicComposition schema:MusicRecording schema:SheetMusic "
    "schema:Course schema:Quiz schema:Syllabus schema:Guide schema:HowTo schema:Recipe schema:Legislation "
    "schema:ComicStory schema:ShortStory schema:Play schema:Game schema:VideoGame schema:Drawing schema:Painting "
    "schema:Photograph schema:Sculpture schema:VisualArtwork schema:RepositoryCollection schema:RepositoryObject "
    "schema:ComputationalWorkflow schema:OperatingSystem schema:RuntimePlatform schema:DataFeed schema:ClaimReview "
    "schema:CriticReview schema:MediaReview schema:UserReview schema:Recommendation dcterms:Standard "
    "dcmitype:InteractiveResource bibo:Bill bibo:Brief bibo:Code bibo:CollectedDocument bibo:DocumentPart bibo:Excerpt "
    "bibo:Film bibo:LegalCaseDocument bibo:LegalDecision bibo:LegalDocument bibo:Legislation bibo:Letter bibo:Map "
    "bibo:MultiVolumeBook bibo:Note bibo:PersonalCommunicationDocument bibo:Quote bibo:ReferenceSource bibo:Slide "
    "bibo:Specification bibo:Statute vivo:Abstract vivo:CaseStudy vivo:Catalog vivo:Database vivo:Dataset "
    "vivo:EditorialArticle vivo:NewsRelease vivo:ResearchProposal vivo:Score vivo:Screenplay vivo:Speech "
    "vivo:Translation vivo:Video".split(),
    "",
) | {
    "schema:VideoObject": "video recording",
    "schema:AudioObject": "sound recording",
    "schema:ImageObject": "image",
    "schema:Collection": "collection",
    "dcmitype:MovingImage": "video recording",
    "dcmitype:Sound": "sound recording",
    "dcmitype:StillImage": "image",
    "dcmitype:Image": "image",
    "dcmitype:Collection": "collection",
}
"""Classes of works that count only with a title and somebody who signed them, as things of no class -> genre."""

CLOSED: Final = frozenset(
    "schema dcterms dcmitype bibo foaf rdf rdfs owl skos sh dcat void prov doap org vcard vivo soac".split()
)
"""Vocabularies of whose classes the works are named here: a thing of another of their classes is no work."""

ANYTHING: Final = frozenset(
    "schema:Thing owl:Thing owl:NamedIndividual rdfs:Resource prov:Entity dcat:Resource".split()
)
"""Classes that say nothing."""

PERSON_CLASSES: Final = frozenset(
    "schema:Person foaf:Person soac:Author vivo:FacultyMember vivo:EmeritusFaculty vivo:EmeritusProfessor vivo:Postdoc "
    "vivo:Student vivo:GraduateStudent vivo:UndergraduateStudent vivo:NonFacultyAcademic vivo:NonAcademic "
    "vivo:Librarian".split()
)
ROLE_CLASSES: Final = frozenset({"schema:Role", "schema:OrganizationRole", "schema:PerformanceRole"})
GROUP_CLASSES: Final = frozenset({"kg:Group", "foaf:Group"})
AGENT_CLASSES: Final = frozenset({"foaf:Agent"})
ORGANIZATION_CLASSES: Final = frozenset(
    "schema:Organization schema:CollegeOrUniversity schema:EducationalOrganization schema:ResearchOrganization "
    "schema:GovernmentOrganization schema:NGO schema:Corporation schema:Project schema:ResearchProject "
    "schema:FundingAgency foaf:Organization soac:Institution vivo:University vivo:College vivo:AcademicDepartment "
    "vivo:ResearchOrganization vivo:GovernmentAgency vivo:FundingOrganization vivo:Publisher vivo:Committee".split()
)

AGENTS: Final = PERSON_CLASSES | GROUP_CLASSES | AGENT_CLASSES | ORGANIZATION_CLASSES
RECORD_CLASSES: Final = frozenset(WORK_CLASSES) | AGENTS
"""Classes of nodes that may be records, or organisations that have a ROR id."""

ISSUE_CLASSES: Final = frozenset({"schema:PublicationIssue", "bibo:Issue", "fabio:JournalIssue"})
NOT_WORKS: Final = frozenset(
    "kg:Venue kg:Source kg:Record schema:Periodical schema:PublicationIssue schema:PublicationVolume schema:WebSite "
    "schema:WebPage schema:ProfilePage schema:CollectionPage schema:Blog schema:DataCatalog schema:DataDownload "
    "schema:ItemList schema:Event schema:Grant schema:MonetaryGrant schema:CreativeWorkSeries schema:BookSeries "
    "schema:Comment schema:DefinedTermSet schema:WebPageElement bibo:Image bibo:Webpage bibo:Website dcat:Catalog "
    "foaf:PersonalProfileDocument foaf:Image fabio:Journal fabio:JournalIssue fabio:JournalVolume fabio:BookSeries "
    "fabio:Series bibo:Journal bibo:Periodical bibo:Magazine bibo:Newspaper bibo:Issue bibo:Series bibo:Collection "
    "soac:Source skos:Concept rdfs:Class rdf:Property owl:Class owl:ObjectProperty owl:DatatypeProperty "
    "owl:AnnotationProperty owl:Ontology void:Dataset".split()
)
"""Classes of what works appear in, of pages and terms: a thing of one of them is no work, whatever else it is.

Of ``CLOSED`` vocabularies those are named that come with a class of works, such as the class above them.
"""

# -- what is said of works --------------------------------------------------------------------------------------------

TITLE: Final = ("schema:name", "schema:headline", "dcterms:title", "dc:title", "rdfs:label", "foaf:name")
OTHER_TITLE: Final = (
    "schema:alternateName", "schema:alternativeHeadline", "dcterms:alternative", "bibo:shortTitle",
    "dbo:alternativeName",
)  # fmt: skip
ABSTRACT: Final = (
    "schema:abstract", "dcterms:abstract", "bibo:abstract", "schema:description", "dcterms:description",
    "dc:description",
)  # fmt: skip
DATE: Final = (
    "schema:datePublished", "dcterms:issued", "prism:publicationDate", "dcterms:date", "dc:date", "vivo:dateTimeValue",
    "fabio:hasPublicationYear", "schema:copyrightYear", "schema:dateCreated", "dcterms:created",
)  # fmt: skip
AUTHOR: Final = ("schema:author", "schema:creator", "dcterms:creator", "foaf:maker", "dc:creator", "bibo:author")
AUTHOR_LIST: Final = ("bibo:authorList",)
CONTRIBUTOR: Final[Mapping[str, str]] = {
    "schema:editor": "editor",
    "bibo:editor": "editor",
    "bibo:editorList": "editor",
    "schema:translator": "translator",
    "bibo:translator": "translator",
    "schema:illustrator": "illustrator",
    "schema:maintainer": "maintainer",
    "schema:contributor": "contributor",
    "dcterms:contributor": "contributor",
    "dc:contributor": "contributor",
}
IDENTIFIER: Final[Mapping[str, str]] = {
    "bibo:doi": "doi",
    "datacite:doi": "doi",
    "prism:doi": "doi",
    "bibo:pmid": "pmid",
    "fabio:hasPubMedId": "pmid",
    "vivo:pmcid": "pmcid",
    "bibo:isbn": "isbn",
    "bibo:isbn10": "isbn",
    "bibo:isbn13": "isbn",
    "schema:isbn": "isbn",
    "prism:isbn": "isbn",
    "bibo:handle": "handle",
    "dbo:orcidId": "orcid",
    "vivo:orcidId": "orcid",
    "soa:ror": "ror",
}
"""Properties with one identifier of a known scheme."""
ANY_IDENTIFIER: Final = ("schema:identifier", "dcterms:identifier", "dc:identifier", "datacite:hasIdentifier")
SAME_AS: Final = ("schema:sameAs", "owl:sameAs")
SERIAL: Final[Mapping[str, str]] = {
    "schema:issn": "ISSN", "bibo:issn": "ISSN", "bibo:eissn": "ISSN", "prism:issn": "ISSN", "prism:eIssn": "ISSN",
    "fabio:hasIssnL": "ISSN", "schema:isbn": "ISBN", "bibo:isbn": "ISBN", "bibo:isbn10": "ISBN", "bibo:isbn13": "ISBN",
}  # fmt: skip
PART_OF: Final = (
    "schema:isPartOf",
    "dcterms:isPartOf",
    "frbr:partOf",
    "vivo:hasPublicationVenue",
    "schema:includedInDataCatalog",
)
VOLUME: Final = ("schema:volumeNumber", "bibo:volume", "soa:hasVolume", "prism:volume", "fabio:hasSequenceIdentifier")
ISSUE: Final = ("schema:issueNumber", "bibo:issue", "soa:hasIssue", "prism:number")
PAGES: Final = ("schema:pagination", "bibo:pages", "prism:pageRange")
FIRST_PAGE: Final = ("schema:pageStart", "bibo:pageStart", "prism:startingPage")
LAST_PAGE: Final = ("schema:pageEnd", "bibo:pageEnd", "prism:endingPage")
PUBLISHER: Final = ("schema:publisher", "dcterms:publisher", "dc:publisher", "vivo:publisher")
LANGUAGE: Final = ("schema:inLanguage", "dcterms:language", "dc:language")
VERSION: Final = ("schema:version", "schema:softwareVersion", "bibo:edition")
LINK: Final = (
    "schema:url", "schema:contentUrl", "schema:codeRepository", "foaf:homepage", "foaf:page", "bibo:uri",
    "fabio:hasURL", "soa:pdfUrl", "schema:mainEntityOfPage",
)  # fmt: skip
LICENSE: Final = ("schema:license", "dcterms:license", "dcterms:rights", "dc:rights")
CONFORMS: Final = ("dcterms:conformsTo", "schema:conformsTo")
SUBJECT: Final = (
    "schema:about", "schema:keywords", "dcterms:subject", "dc:subject", "soa:hasConcept", "vivo:hasSubjectArea",
    "schema:knowsAbout", "vivo:hasResearchArea", "foaf:topic_interest",
)  # fmt: skip
ORGANIZATION: Final = ("schema:sourceOrganization",)
FUNDER: Final = ("schema:funder", "schema:funding", "schema:sponsor")
AWARD: Final = ("schema:award",)
GENRE: Final = ("schema:genre",)
NOTE: Final = ("schema:additionalType", "bibo:status", "schema:creditText", "skos:note")
STATUS: Final = ("schema:creativeWorkStatus",)
EVENT: Final = ("kg:event", "schema:recordedAt", "bibo:presentedAt", "obo:BFO_0000050")
RELATION: Final[Mapping[str, str]] = {
    "schema:citation": "cites",
    "cito:cites": "cites",
    "bibo:cites": "cites",
    "dcterms:references": "cites",
    "schema:isBasedOn": "version-of",
    "schema:exampleOfWork": "version-of",
    "dcterms:isVersionOf": "version-of",
    "schema:translationOfWork": "translation-of",
    "bibo:translationOf": "translation-of",
    "schema:itemReviewed": "review-of",
    "bibo:reviewOf": "review-of",
    "soa:hasRelatedWork": "related",
    "dcterms:relation": "related",
    "kg:citesAsPrinted": "cites",
    "kg:relatedAsPrinted": "related",
}
BESIDE: Final = (
    "schema:image", "schema:logo", "schema:photo", "schema:thumbnail", "schema:primaryImageOfPage", "schema:encoding",
    "schema:associatedMedia", "schema:distribution", "dcat:distribution", "foaf:img", "foaf:depiction", "foaf:logo",
    "foaf:thumbnail",
)  # fmt: skip
"""Links to pictures and files of a thing: no works of their own, whoever signed them, unless of a class of works."""

INSIDE: Final = ("frbr:embodiment", "soa:hasPrimaryLocation", "soa:hasLocation")
"""Links to parts of a description that stand on nodes of their own: pages on a manifestation, addresses on a place."""

# -- what is said of agents -------------------------------------------------------------------------------------------

NAME: Final = (
    "schema:name", "foaf:name", "skos:prefLabel", "vcard:fn", "dcterms:title", "dc:title", "rdfs:label",
    "schema:legalName",
)  # fmt: skip
OTHER_NAME: Final = ("schema:alternateName", "foaf:nick", "skos:altLabel", "dbo:alternativeName")
GIVEN: Final = ("schema:givenName", "foaf:givenName", "foaf:firstName", "foaf:givenname", "vcard:givenName")
MIDDLE: Final = ("schema:additionalName", "vivo:middleName")
FAMILY: Final = (
    "schema:familyName", "foaf:familyName", "foaf:lastName", "foaf:surname", "foaf:family_name", "vcard:familyName",
)  # fmt: skip
DESCRIPTION: Final = ("schema:description", "vivo:overview", "dcterms:description", "schema:disambiguatingDescription")
AFFILIATION: Final = ("schema:affiliation", "schema:worksFor", "schema:memberOf")
MEMBERSHIP: Final = ("org:memberOf",)
ALUMNI: Final = ("schema:alumniOf",)
DISTINCT: Final = ("owl:differentFrom",)
MADE: Final = ("foaf:made", "foaf:publications")

# -- nodes between --------------------------------------------------------------------------------------------------

BETWEEN: Final = tuple(
    "rdf:type rdf:first rdf:rest rdf:li kg:authorship kg:contribution kg:agent kg:nameAsPrinted "
    "kg:affiliationAsPrinted kg:orcidAsPrinted kg:identifiedAs rdfs:seeAlso kg:authorListComplete kg:codeAvailable "
    "kg:yearFromCapture kg:keywordAsPrinted kg:citationKey schema:position schema:roleName schema:mentions "
    "schema:propertyID schema:value schema:itemListElement pro:isDocumentContextFor pro:withRole pro:isHeldBy "
    "oco:hasNext soa:hasAuthorPosition soa:hasAuthor soa:position soa:crossrefType soa:isRetracted soa:hasSource "
    "vivo:relatedBy vivo:relates vivo:rank vivo:dateTime vivo:dateTimePrecision vivo:publicationVenueFor "
    "obo:ARG_2000028 obo:BFO_0000055 obo:RO_0000052 vcard:hasName vcard:hasURL vcard:url literal:hasLiteralValue "
    "datacite:usesIdentifierScheme skos:notation skos:inScheme".split()
)

KNOWN: Final = frozenset(
    (
        *TITLE, *OTHER_TITLE, *ABSTRACT, *DATE, *AUTHOR, *AUTHOR_LIST, *CONTRIBUTOR, *IDENTIFIER, *ANY_IDENTIFIER,
        *SAME_AS, *SERIAL, *PART_OF, *VOLUME, *ISSUE, *PAGES, *FIRST_PAGE, *LAST_PAGE, *PUBLISHER, *LANGUAGE, *VERSION,
        *LINK, *LICENSE, *SUBJECT, *ORGANIZATION, *FUNDER, *AWARD, *GENRE, *NOTE, *STATUS, *EVENT, *RELATION, *INSIDE,
        *NAME, *OTHER_NAME, *GIVEN, *MIDDLE, *FAMILY, *DESCRIPTION, *AFFILIATION, *MEMBERSHIP, *ALUMNI, *DISTINCT,
        *BESIDE, *CONFORMS, *MADE, *BETWEEN,
    )
)  # fmt: skip
"""Every property that is read; statements with others are passed over."""

REFERRING: Final = frozenset(
    (*PART_OF, *RELATION, *LICENSE, "schema:mentions", "schema:about", "schema:mainEntityOfPage")
)
"""Properties whose value is named by a work, but need not be a work that the file describes."""

SIGNING: Final = frozenset((*AUTHOR, *CONTRIBUTOR, "kg:agent", "soa:hasAuthor", "rdf:first", "rdf:li"))
"""Properties whose value signs works or had another part in them; lists of other things do no harm."""

BACKWARDS: Final = frozenset((*MADE, "vivo:relates", "vivo:publicationVenueFor", "pro:isHeldBy"))
"""Properties that are also followed from their value to their subject."""


def curie(iri: str) -> str:
    """Return the CURIE of a term of a known vocabulary, the IRI itself for any other.

    >>> curie("https://schema.org/name"), curie("http://example.org/x")
    ('schema:name', 'http://example.org/x')
    """
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _PREFIX_OF.get(iri[:cut])
    return f"{prefix}:{iri[cut:]}" if prefix else iri
