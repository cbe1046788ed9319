# Twins of shapes/work.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin work-title
# finds work-title <work/tides> schema:name MinCount Warning
DELETE WHERE { <work/tides> schema:name ?old }

# twin work-title-single
# finds work-title-single <work/tides> schema:name MaxCount Violation
INSERT DATA { <work/tides> schema:name "On the Tides" . }

# twin work-title-single
# finds work-title-single <work/tides> schema:name Datatype Violation
DELETE { <work/tides> schema:name ?old } INSERT { <work/tides> schema:name "On Tides"@en } WHERE { <work/tides> schema:name ?old }

# twin work-title-length
# finds work-title-length <work/tides> schema:name MinLength Warning
DELETE { <work/tides> schema:name ?old } INSERT { <work/tides> schema:name "On" } WHERE { <work/tides> schema:name ?old }

# twin work-title-capitals
# finds work-title-capitals <work/tides> schema:name Not Warning
DELETE { <work/tides> schema:name ?old } INSERT { <work/tides> schema:name "ON TIDES AND OTHER WATERS" } WHERE { <work/tides> schema:name ?old }

# twin work-title-markup
# finds work-title-markup <work/tides> schema:name Not Warning
DELETE { <work/tides> schema:name ?old } INSERT { <work/tides> schema:name "On <i>Tides</i>" } WHERE { <work/tides> schema:name ?old }

# twin work-title-shared
# finds work-title-shared <work/tides> schema:name/(^schema:name) QualifiedMaxCount Info
# finds work-title-shared <work/moons> schema:name/(^schema:name) QualifiedMaxCount Info
DELETE { <work/moons> schema:name ?old } INSERT { <work/moons> schema:name "On Tides" } WHERE { <work/moons> schema:name ?old }

# twin work-date
# finds work-date <work/tides> schema:datePublished MinCount Warning
DELETE WHERE { <work/tides> schema:datePublished ?old }

# twin work-date-form
# finds work-date-form <work/tides> schema:datePublished MaxCount Violation
INSERT DATA { <work/tides> schema:datePublished "2022-01-01"^^xsd:date . }

# twin work-date-form
# finds work-date-form <work/tides> schema:datePublished Or Violation
# finds work-date-day <work/tides> schema:datePublished Datatype Info
DELETE { <work/tides> schema:datePublished ?old } INSERT { <work/tides> schema:datePublished "2021-10-15" } WHERE { <work/tides> schema:datePublished ?old }

# twin work-date-form
# finds work-date-form <work/tides> schema:datePublished Or Violation
# finds work-date-day <work/tides> schema:datePublished Datatype Info
DELETE { <work/tides> schema:datePublished ?old } INSERT { <work/tides> schema:datePublished "2021-13-45"^^xsd:date } WHERE { <work/tides> schema:datePublished ?old }

# twin work-date-plausible
# finds work-date-plausible <work/tides> schema:datePublished Pattern Warning
DELETE { <work/tides> schema:datePublished ?old } INSERT { <work/tides> schema:datePublished "0202-10-15"^^xsd:date } WHERE { <work/tides> schema:datePublished ?old }

# twin work-date-day
# finds work-date-day <work/tides> schema:datePublished Datatype Info
DELETE { <work/tides> schema:datePublished ?old } INSERT { <work/tides> schema:datePublished "2022"^^xsd:gYear } WHERE { <work/tides> schema:datePublished ?old }

# twin work-date-day
# finds work-date-day <work/tides> schema:datePublished Datatype Info
DELETE { <work/tides> schema:datePublished ?old } INSERT { <work/tides> schema:datePublished "2022-11"^^xsd:gYearMonth } WHERE { <work/tides> schema:datePublished ?old }

# twin work-year-from-capture
# finds work-year-from-capture <work/tides> kg:yearFromCapture Not Info
INSERT DATA { <work/tides> kg:yearFromCapture true . }

# twin work-year-from-capture-form
# finds work-year-from-capture-form <work/tides> kg:yearFromCapture Datatype Violation
DELETE WHERE { <work/tides> kg:yearFromCapture ?old } ;
INSERT DATA { <work/tides> kg:yearFromCapture "yes" . }

# twin work-year-from-capture-form
# finds work-year-from-capture-form <work/tides> kg:yearFromCapture MaxCount Violation
# finds work-year-from-capture <work/tides> kg:yearFromCapture Not Info
INSERT DATA { <work/tides> kg:yearFromCapture true, false . }

# twin work-author-list-form
# finds work-author-list-form <work/tides> kg:authorListComplete Datatype Violation
DELETE WHERE { <work/tides> kg:authorListComplete ?old } ;
INSERT DATA { <work/tides> kg:authorListComplete "yes" . }

# twin work-author-list-form
# finds work-author-list-form <work/tides> kg:authorListComplete MaxCount Violation
# finds work-author-list-complete <work/tides> kg:authorListComplete Not Info
INSERT DATA { <work/tides> kg:authorListComplete true, false . }

# twin work-code-form
# finds work-code-form <work/tides> kg:codeAvailable Datatype Violation
DELETE WHERE { <work/tides> kg:codeAvailable ?old } ;
INSERT DATA { <work/tides> kg:codeAvailable "yes" . }

# twin work-code-form
# finds work-code-form <work/tides> kg:codeAvailable MaxCount Violation
INSERT DATA { <work/tides> kg:codeAvailable true, false . }

# twin work-abstract
# finds work-abstract <work/tides> schema:abstract MinCount Info
DELETE WHERE { <work/tides> schema:abstract ?old }

# twin work-abstract-single
# finds work-abstract-single <work/tides> schema:abstract MaxCount Violation
INSERT DATA { <work/tides> schema:abstract "Another abstract that is long enough to be one of its own." . }

# twin work-abstract-length
# finds work-abstract-length <work/tides> schema:abstract MinLength Warning
DELETE { <work/tides> schema:abstract ?old } INSERT { <work/tides> schema:abstract "Abstract" } WHERE { <work/tides> schema:abstract ?old }

# twin work-topic
# finds work-topic <work/tides> schema:about MinCount Info
DELETE DATA { <work/tides> schema:about <topic/ao> }

# twin work-topic-class
# finds work-topic-class <work/tides> schema:about Class Violation
INSERT DATA { <work/tides> schema:about <topic/lost> . }

# twin work-author
# finds work-author <work/moons> schema:author|schema:editor|schema:contributor MinCount Warning
DELETE { <work/moons> schema:author ?agent ; foaf:maker ?agent ; kg:authorship ?node . ?agent foaf:made <work/moons> . ?node ?p ?o } WHERE { <work/moons> kg:authorship ?node . ?node kg:agent ?agent . ?node ?p ?o } ;
DELETE DATA { <group/harbour> foaf:made <work/moons> } ; INSERT DATA { <group/harbour> foaf:made <work/tides> . <work/tides> schema:author <group/harbour> ; foaf:maker <group/harbour> ; kg:authorship <work/tides#author-3> . <work/tides#author-3> a kg:Authorship ; kg:agent <group/harbour> ; schema:position 3 ; kg:nameAsPrinted "HARBOUR" ; prov:wasDerivedFrom <source/page> }

# twin work-author-class
# finds work-author-class <work/tides> schema:author Or Violation
# finds authorship-agent-class <work/tides#author-3> kg:agent Or Violation
INSERT DATA { <work/tides> schema:author <organization/tidelab> ; foaf:maker <organization/tidelab> ; kg:authorship <work/tides#author-3> . <work/tides#author-3> a kg:Authorship ; kg:agent <organization/tidelab> ; schema:position 3 ; kg:nameAsPrinted "Tide Lab" ; prov:wasDerivedFrom <source/page> . }

# twin work-author-flat
# finds work-author-flat <work/moons> kg:authorship/kg:agent Equals Violation
# finds person-work-back <person/bo> ^foaf:maker Equals Violation
DELETE DATA { <person/bo> foaf:made <work/moons> } ; INSERT DATA { <work/moons> schema:author <person/bo> ; foaf:maker <person/bo> }

# twin work-maker
# finds work-maker <work/moons> foaf:maker Equals Violation
DELETE DATA { <work/moons> foaf:maker <person/ada> . <person/ada> foaf:made <work/moons> }

# twin work-authorship-class
# finds work-authorship-class <work/tides> kg:authorship Class Violation
DELETE DATA { <work/tides#author-2> a kg:Authorship }

# twin work-author-position
# finds work-author-position <work/tides> kg:authorship SPARQL Violation
DELETE { <work/tides#author-2> schema:position ?old } INSERT { <work/tides#author-2> schema:position 1 } WHERE { <work/tides#author-2> schema:position ?old }

# twin work-author-twice
# finds work-author-twice <work/tides> kg:authorship SPARQL Warning
INSERT DATA { <work/tides> kg:authorship <work/tides#author-3> . <work/tides#author-3> a kg:Authorship ; kg:agent <person/ada> ; schema:position 3 ; kg:nameAsPrinted "Ada Moréno" ; prov:wasDerivedFrom <source/page> . }

# twin work-author-gap
# finds work-author-gap <work/tides> kg:authorship SPARQL Warning
DELETE { <work/tides#author-2> schema:position ?old } INSERT { <work/tides#author-2> schema:position 4 } WHERE { <work/tides#author-2> schema:position ?old }

# twin work-author-order
# finds work-author-order <work/tides> kg:authorship SPARQL Warning
# finds authorship-position-known <work/tides#author-2> schema:position MinCount Info
DELETE WHERE { <work/tides#author-2> schema:position ?old }

# twin work-author-list-complete
# finds work-author-list-complete <work/tides> kg:authorListComplete Not Info
DELETE { <work/tides> kg:authorListComplete ?old } INSERT { <work/tides> kg:authorListComplete false } WHERE { <work/tides> kg:authorListComplete ?old }

# twin work-author-list-stated
# finds work-author-list-stated <work/moons> kg:authorListComplete|schema:editor|schema:contributor MinCount Info
DELETE WHERE { <work/moons> kg:authorListComplete ?old }

# twin work-code-link
# finds work-code-link <work/moons> kg:codeAvailable SPARQL Info
INSERT DATA { <work/moons> kg:codeAvailable true . }

# twin work-type
# finds work-type <work/tides> dcterms:type NodeKind Violation
DELETE { <work/tides> dcterms:type ?old } INSERT { <work/tides> dcterms:type "preprint" } WHERE { <work/tides> dcterms:type ?old }

# twin work-venue
# finds work-venue <work/tides> schema:isPartOf Class Violation
INSERT DATA { <work/tides> schema:isPartOf <venue/lost> . }

# twin work-organization
# finds work-organization <work/tides> schema:sourceOrganization Class Violation
INSERT DATA { <work/tides> schema:sourceOrganization <organization/lost> . }

# twin work-software
# finds work-software <work/tides> schema:mentions Class Violation
INSERT DATA { <work/tides> schema:mentions <software/lost> . }

# twin work-link-form
# finds work-link-form <work/tides> rdfs:seeAlso NodeKind Violation
INSERT DATA { <work/tides> rdfs:seeAlso "example.org" . }

# twin work-citation-form
# finds work-citation-form <work/tides> schema:citation NodeKind Violation
INSERT DATA { <work/tides> schema:citation "arXiv:2002.11803" . }

# twin work-citation-other
# finds work-citation-other <work/tides> schema:citation Disjoint Warning
INSERT DATA { <work/tides> schema:citation <https://doi.org/10.1234/tides.1> . }

# twin work-funding-class
# finds work-funding-class <work/tides> schema:funding Class Violation
INSERT DATA { <work/tides> schema:funding <work/tides#grant-lost> . }

# twin work-funding-twice
# finds work-funding-twice <work/tides> schema:funding SPARQL Info
INSERT DATA { <work/tides> schema:funding <work/tides#grant-2> . <work/tides#grant-2> a schema:Grant ; schema:identifier "TIDE-2020/017" ; schema:funder <group/harbour> . }

# twin work-version-form
# finds work-version-form <work/tides> schema:version Datatype Violation
DELETE { <work/tides> schema:version ?old } INSERT { <work/tides> schema:version 2 } WHERE { <work/tides> schema:version ?old }

# twin work-version-form
# finds work-version-form <work/tides> schema:version MinLength Violation
DELETE { <work/tides> schema:version ?old } INSERT { <work/tides> schema:version "" } WHERE { <work/tides> schema:version ?old }

# twin work-version-single
# finds work-version-single <work/tides> schema:version MaxCount Info
INSERT DATA { <work/tides> schema:version "3" . }

# twin work-version-of-form
# finds work-version-of-form <work/tides> dcterms:isVersionOf NodeKind Violation
INSERT DATA { <work/tides> dcterms:isVersionOf "10.1234/tides.0" . }

# twin work-version-of-joined
# finds work-version-of-joined <work/tides> dcterms:isVersionOf Disjoint Info
INSERT DATA { <work/tides> dcterms:isVersionOf <https://arxiv.org/abs/2110.01234> . }

# twin work-version-of-apart
# finds work-version-of-apart <work/tides> dcterms:isVersionOf SPARQL Info
INSERT DATA { <work/moons> schema:sameAs <https://doi.org/10.1234/tides.0> . }

# twin work-version-of-each-other
# finds work-version-of-each-other <work/tides> dcterms:isVersionOf SPARQL Warning
# finds work-version-of-each-other <work/moons> dcterms:isVersionOf SPARQL Warning
# finds work-version-of-apart <work/tides> dcterms:isVersionOf SPARQL Info
# finds work-version-of-apart <work/moons> dcterms:isVersionOf SPARQL Info
INSERT DATA { <work/moons> schema:sameAs <https://doi.org/10.1234/tides.0> ; dcterms:isVersionOf <https://doi.org/10.1234/tides.1> . }

# twin work-relation-form
# finds work-relation-form <work/tides> dcterms:relation|dcterms:isPartOf|schema:itemReviewed|schema:translationOfWork NodeKind Violation
INSERT DATA { <work/tides> schema:itemReviewed "On Waves" . }

# twin work-license-form
# finds work-license-form <work/tides> kg:releasedUnder NodeKind Violation
DELETE { <work/tides> kg:releasedUnder ?old } INSERT { <work/tides> kg:releasedUnder "CC BY 4.0" } WHERE { <work/tides> kg:releasedUnder ?old }

# twin work-license-named
# finds work-license-named <work/tides> kg:licenseStatement SPARQL Info
DELETE WHERE { <work/tides> kg:releasedUnder ?old }

# twin work-identifier-form
# finds work-identifier-form <work/tides> schema:sameAs NodeKind Violation
INSERT DATA { <work/tides> schema:sameAs "10.1234/tides.1" . }

# twin work-identifier-form
# finds work-identifier-form <work/tides> schema:sameAs Or Violation
INSERT DATA { <work/tides> schema:sameAs <https://doi.org/10.1234/TIDES.1> . }

# twin work-identifier-form
# finds work-identifier-form <work/tides> schema:sameAs Or Violation
INSERT DATA { <work/tides> schema:sameAs <http://arxiv.org/abs/2110.01234> . }

# twin work-identifier-shared
# finds work-identifier-shared <work/tides> schema:sameAs/(^schema:sameAs) MaxCount Warning
# finds work-identifier-shared <work/moons> schema:sameAs/(^schema:sameAs) MaxCount Warning
INSERT DATA { <work/moons> schema:sameAs <https://doi.org/10.1234/tides.1> . }

# twin work-disagreement-class
# finds work-disagreement-class <work/tides> kg:disagreement Class Violation
INSERT DATA { <work/tides> kg:disagreement <work/tides#disagreement-name> . }

# twin work-foaf-class
# finds work-foaf-class <work/tides> rdf:type HasValue Violation
DELETE DATA { <work/tides> a foaf:Document }

# twin work-provenance
# finds work-provenance <work/tides> prov:wasDerivedFrom MinCount Violation
DELETE WHERE { <work/tides> prov:wasDerivedFrom ?old }

# twin work-provenance
# finds work-provenance <work/tides> prov:wasDerivedFrom Class Violation
INSERT DATA { <work/tides> prov:wasDerivedFrom <source/lost> . }

# twin work-date-capture
# finds work-date-capture <work/tides> schema:datePublished SPARQL Warning
DELETE { <work/tides> schema:datePublished ?old } INSERT { <work/tides> schema:datePublished "2031-10-15"^^xsd:date } WHERE { <work/tides> schema:datePublished ?old }

# twin work-title-words
# finds work-title-words <work/tides> schema:name Not Warning
DELETE { <work/tides> schema:name ?old } INSERT { <work/tides> schema:name "Untitled" } WHERE { <work/tides> schema:name ?old }
