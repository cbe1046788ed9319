# Twins of shapes/organization.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin organization-name
# finds organization-name <organization/tidelab> schema:name MinCount Violation
DELETE { <organization/tidelab> schema:name ?n ; foaf:name ?n }  WHERE { <organization/tidelab> schema:name ?n }

# twin organization-name
# finds organization-name <organization/tidelab> schema:name MaxCount Violation
INSERT DATA { <organization/tidelab> schema:name "Laboratory of Tides" ; foaf:name "Laboratory of Tides" . }

# twin organization-name
# finds organization-name <organization/tidelab> schema:name Datatype Violation
DELETE { <organization/tidelab> schema:name ?n ; foaf:name ?n } INSERT { <organization/tidelab> schema:name "Tide Lab"@en ; foaf:name "Tide Lab"@en } WHERE { <organization/tidelab> schema:name ?n }

# twin organization-foaf-name
# finds organization-foaf-name <organization/tidelab> foaf:name Equals Violation
DELETE WHERE { <organization/tidelab> foaf:name ?old }

# twin organization-name-shared
# finds organization-name-shared <organization/tidelab> schema:name/(^schema:name) MaxCount Info
# finds organization-name-shared <group/harbour> schema:name/(^schema:name) MaxCount Info
DELETE { <group/harbour> ?p "HARBOUR Collaboration" } INSERT { <group/harbour> ?p "Tide Lab" } WHERE { <group/harbour> ?p "HARBOUR Collaboration" }

# twin organization-used
# finds organization-used <organization/lone> (^schema:sourceOrganization)|(^schema:affiliation)|(^schema:alumniOf)|(^schema:publisher)|(^schema:funder)|foaf:made MinCount Warning
INSERT DATA { <organization/lone> a schema:Organization, foaf:Organization ; schema:name "Lone Lab" ; foaf:name "Lone Lab" ; prov:wasDerivedFrom <source/page> . }

# twin organization-identifier-form
# finds organization-identifier-form <organization/tidelab> schema:sameAs NodeKind Violation
INSERT DATA { <organization/tidelab> schema:sameAs "Tide Lab" . }

# twin organization-identifier-form
# finds organization-identifier-form <organization/tidelab> schema:sameAs Or Violation
INSERT DATA { <organization/tidelab> schema:sameAs <https://ror.org/971b260> . }

# twin organization-identifier-shared
# finds organization-identifier-shared <organization/tidelab> schema:sameAs/(^schema:sameAs) MaxCount Warning
# finds organization-identifier-shared <group/harbour> schema:sameAs/(^schema:sameAs) MaxCount Warning
INSERT DATA { <group/harbour> schema:sameAs <https://ror.org/00971b260> . }

# twin organization-provenance
# finds organization-provenance <organization/tidelab> prov:wasDerivedFrom MinCount Violation
DELETE WHERE { <organization/tidelab> prov:wasDerivedFrom ?old }

# twin organization-provenance
# finds organization-provenance <organization/tidelab> prov:wasDerivedFrom Class Violation
INSERT DATA { <organization/tidelab> prov:wasDerivedFrom <source/lost> . }

# twin organization-ror-check-digits
# finds organization-ror-check-digits <organization/tidelab> schema:sameAs SPARQL Violation
DELETE { <organization/tidelab> schema:sameAs ?old } INSERT { <organization/tidelab> schema:sameAs <https://ror.org/00971b261> } WHERE { <organization/tidelab> schema:sameAs ?old }

# twin organization-name
# finds organization-name <organization/fund> schema:name MinCount Violation
DELETE { <work/tides#grant-1> schema:funder ?old } INSERT { <work/tides#grant-1> schema:funder <organization/fund> . <organization/fund> a schema:Organization, foaf:Organization ; prov:wasDerivedFrom <source/page> . } WHERE { <work/tides#grant-1> schema:funder ?old }
