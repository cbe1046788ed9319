# Twins of shapes/source.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin source-name
# finds source-name <source/page> schema:name MinCount Violation
DELETE WHERE { <source/page> schema:name ?old }

# twin source-file
# finds source-file <source/page> kg:file MinCount Warning
DELETE WHERE { <source/page> kg:file ?old }

# twin source-layout
# finds source-layout <source/page> kg:layout MinCount Warning
DELETE WHERE { <source/page> kg:layout ?old }

# twin source-captured
# finds source-captured <source/page> kg:captured MinCount Warning
DELETE WHERE { <source/page> kg:captured ?old }

# twin source-captured-form
# finds source-captured-form <source/page> kg:captured MaxCount Violation
INSERT DATA { <source/page> kg:captured "2026-03-02"^^xsd:date . }

# twin source-captured-form
# finds source-captured-form <source/page> kg:captured Or Violation
# finds source-captured-day <source/page> kg:captured Datatype Info
DELETE { <source/page> kg:captured ?old } INSERT { <source/page> kg:captured "March" } WHERE { <source/page> kg:captured ?old }

# twin source-captured-day
# finds source-captured-day <source/page> kg:captured Datatype Info
DELETE { <source/page> kg:captured ?old } INSERT { <source/page> kg:captured "2026"^^xsd:gYear } WHERE { <source/page> kg:captured ?old }

# twin source-checksum
# finds source-checksum <source/page> schema:sha256 MinCount Warning
DELETE WHERE { <source/page> schema:sha256 ?old }

# twin source-checksum-form
# finds source-checksum-form <source/page> schema:sha256 Pattern Violation
DELETE { <source/page> schema:sha256 ?old } INSERT { <source/page> schema:sha256 "E3B0" } WHERE { <source/page> schema:sha256 ?old }

# twin source-checksum-form
# finds source-checksum-form <source/page> schema:sha256 MaxCount Violation
INSERT DATA { <source/page> schema:sha256 "0000000000000000000000000000000000000000000000000000000000000000" . }

# twin source-rights
# finds source-rights <source/page> dcterms:rights MinCount Warning
DELETE WHERE { <source/page> dcterms:rights ?old }

# twin source-site
# finds source-site <source/page> kg:site MinCount Info
DELETE WHERE { <source/page> kg:site ?old }

# twin source-subject
# finds source-subject <source/page> foaf:primaryTopic Equals Violation
DELETE WHERE { <source/page> foaf:primaryTopic ?old }

# twin source-subject-evidence
# finds source-subject-evidence <source/page> schema:mainEntity SPARQL Warning
DELETE WHERE { <source/page> kg:subjectEvidence ?old }

# twin source-used
# finds source-used <source/lone> (^prov:wasDerivedFrom)|(^prov:hadPrimarySource) MinCount Warning
INSERT DATA { <source/lone> a kg:Source ; schema:name "Lone page" ; kg:file "lone.txt" ; kg:layout "work-list" ; schema:sha256 "0000000000000000000000000000000000000000000000000000000000000000" ; kg:captured "2026-03-01"^^xsd:date ; kg:site "SEAGRAPH" ; dcterms:rights "Invented." . }

# twin action-name
# finds action-name <source/page#action-1> schema:name MinCount Violation
DELETE WHERE { <source/page#action-1> schema:name ?old }

# twin source-subject-class
# finds source-subject-class <source/page> schema:mainEntity Or Violation
DELETE { <source/page> schema:mainEntity ?s ; foaf:primaryTopic ?s } INSERT { <source/page> schema:mainEntity <person/lost> ; foaf:primaryTopic <person/lost> } WHERE { <source/page> schema:mainEntity ?s }
