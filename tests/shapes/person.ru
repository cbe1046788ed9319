# Twins of shapes/person.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin person-name
# finds person-name <person/ada> schema:name MinCount Violation
DELETE { <person/ada> schema:name ?n ; foaf:name ?n } WHERE { <person/ada> schema:name ?n }

# twin person-name
# finds person-name <person/ada> schema:name MaxCount Violation
INSERT DATA { <person/ada> schema:name "Ada Moreno" ; foaf:name "Ada Moreno" . }

# twin person-name
# finds person-name <person/ada> schema:name Datatype Violation
DELETE { <person/ada> schema:name ?n ; foaf:name ?n } INSERT { <person/ada> schema:name "Ada Moréno"@es ; foaf:name "Ada Moréno"@es } WHERE { <person/ada> schema:name ?n }

# twin person-name-length
# finds person-name-length <person/ada> schema:name MinLength Warning
DELETE { <person/ada> schema:name ?n ; foaf:name ?n } INSERT { <person/ada> schema:name "M" ; foaf:name "M" } WHERE { <person/ada> schema:name ?n }

# twin person-name-capitals
# finds person-name-capitals <person/ada> schema:name Not Warning
DELETE { <person/ada> schema:name ?n ; foaf:name ?n } INSERT { <person/ada> schema:name "ADA MORÉNO" ; foaf:name "ADA MORÉNO" } WHERE { <person/ada> schema:name ?n }

# twin person-name-initial
# finds person-name-initial <person/ada> schema:name Not Info
DELETE { <person/ada> schema:name ?n ; foaf:name ?n } INSERT { <person/ada> schema:name "Moréno A." ; foaf:name "Moréno A." } WHERE { <person/ada> schema:name ?n }

# twin person-foaf-name
# finds person-foaf-name <person/ada> foaf:name Equals Violation
DELETE WHERE { <person/ada> foaf:name ?old }

# twin person-foaf-class
# finds person-foaf-class <person/ada> rdf:type HasValue Violation
DELETE DATA { <person/ada> a foaf:Person }

# twin person-work
# finds person-work <person/cy> foaf:made|(^schema:editor)|(^schema:contributor) MinCount Warning
INSERT DATA { <person/cy> a schema:Person, foaf:Person ; schema:name "Cy Orphan" ; foaf:name "Cy Orphan" ; prov:wasDerivedFrom <source/page> . }

# twin person-work-class
# finds person-work-class <person/ada> foaf:made Class Violation
# finds person-work-back <person/ada> ^foaf:maker Equals Violation
INSERT DATA { <person/ada> foaf:made <work/lost> . }

# twin person-work-back
# finds person-work-back <person/ada> ^foaf:maker Equals Violation
DELETE DATA { <person/ada> foaf:made <work/moons> }

# twin person-identifier-form
# finds person-identifier-form <person/ada> schema:sameAs NodeKind Violation
INSERT DATA { <person/ada> schema:sameAs "Ada" . }

# twin person-identifier-form
# finds person-identifier-form <person/ada> schema:sameAs Or Violation
DELETE { <person/ada> schema:sameAs <https://orcid.org/0000-0002-1825-0097> } INSERT { <person/ada> schema:sameAs <https://orcid.org/0000-0002-1825> } WHERE { <person/ada> schema:sameAs <https://orcid.org/0000-0002-1825-0097> }

# twin person-identifier-form
# finds person-identifier-form <person/ada> schema:sameAs Or Violation
DELETE { <person/ada> schema:sameAs <https://orcid.org/0000-0002-1825-0097> } INSERT { <person/ada> schema:sameAs <http://ORCID.org/0000-0002-1825-0097> } WHERE { <person/ada> schema:sameAs <https://orcid.org/0000-0002-1825-0097> }

# twin person-orcid-check-digit
# finds person-orcid-check-digit <person/ada> schema:sameAs SPARQL Violation
DELETE { <person/ada> schema:sameAs <https://orcid.org/0000-0002-1825-0097> } INSERT { <person/ada> schema:sameAs <https://orcid.org/0000-0002-1825-0098> } WHERE { <person/ada> schema:sameAs <https://orcid.org/0000-0002-1825-0097> }

# twin person-identifier-shared
# finds person-identifier-shared <person/ada> schema:sameAs/(^schema:sameAs) MaxCount Warning
# finds person-identifier-shared <person/bo> schema:sameAs/(^schema:sameAs) MaxCount Warning
INSERT DATA { <person/bo> schema:sameAs <https://orcid.org/0000-0002-1825-0097> . }

# twin person-namesake
# finds person-namesake <person/ada> schema:name/(^schema:name) MaxCount Info
# finds person-namesake <person/bo> schema:name/(^schema:name) MaxCount Info
DELETE { <person/bo> ?p "李 博" } INSERT { <person/bo> ?p "Ada Moréno" } WHERE { <person/bo> ?p "李 博" }

# twin person-affiliation
# finds person-affiliation <person/ada> schema:affiliation Class Violation
INSERT DATA { <person/ada> schema:affiliation <organization/lost> . }

# twin person-provenance
# finds person-provenance <person/ada> prov:wasDerivedFrom MinCount Violation
DELETE WHERE { <person/ada> prov:wasDerivedFrom ?old }

# twin person-provenance
# finds person-provenance <person/ada> prov:wasDerivedFrom Class Violation
INSERT DATA { <person/ada> prov:wasDerivedFrom <source/lost> . }

# twin person-name-characters
# finds person-name-characters <person/ada> schema:name Not Warning
DELETE { <person/ada> schema:name ?n ; foaf:name ?n } INSERT { <person/ada> schema:name "Ada Moréno1" ; foaf:name "Ada Moréno1" } WHERE { <person/ada> schema:name ?n }

# twin person-orcid-several
# finds person-orcid-several <person/ada> schema:sameAs QualifiedMaxCount Warning
INSERT DATA { <person/ada> schema:sameAs <https://orcid.org/0000-0001-5109-3700> . }

# twin person-orcid-printed
# finds person-orcid-printed <person/ada> (^kg:agent)/kg:orcidAsPrinted MaxCount Warning
INSERT DATA { <work/moons#author-2> kg:orcidAsPrinted "0000-0001-5109-3700" . }

# twin person-name-capitals
# finds person-name-capitals <person/ada> schema:name Not Warning
DELETE { <person/ada> schema:name ?n ; foaf:name ?n } INSERT { <person/ada> schema:name "ADA MORÉNO" ; foaf:name "ADA MORÉNO" ; schema:alternateName "Ada Moréno" } WHERE { <person/ada> schema:name ?n }
