# Twins of shapes/grant.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin grant-work
# finds grant-work <work/tides#grant-1> ^schema:funding MinCount Violation
DELETE DATA { <work/tides> schema:funding <work/tides#grant-1> }

# twin grant-work
# finds grant-work <work/tides#grant-1> ^schema:funding MaxCount Violation
INSERT DATA { <work/moons> schema:funding <work/tides#grant-1> . }

# twin grant-said
# finds grant-said <work/tides#grant-1> schema:funder|schema:identifier|schema:name|rdfs:seeAlso MinCount Warning
# finds grant-funder-known <work/tides#grant-1> schema:funder|rdfs:seeAlso MinCount Info
# finds grant-award-known <work/tides#grant-1> schema:identifier MinCount Info
DELETE { <work/tides#grant-1> ?p ?o } WHERE { <work/tides#grant-1> ?p ?o FILTER(?p != rdf:type) }

# twin grant-funder
# finds grant-funder <work/tides#grant-1> schema:funder Class Violation
DELETE { <work/tides#grant-1> schema:funder ?old } INSERT { <work/tides#grant-1> schema:funder <organization/lost> } WHERE { <work/tides#grant-1> schema:funder ?old }

# twin grant-funder
# finds grant-funder <work/tides#grant-1> schema:funder MaxCount Violation
INSERT DATA { <work/tides#grant-1> schema:funder <group/harbour> . }

# twin grant-funder-known
# finds grant-funder-known <work/tides#grant-1> schema:funder|rdfs:seeAlso MinCount Info
DELETE WHERE { <work/tides#grant-1> schema:funder ?old ; rdfs:seeAlso ?link }

# twin grant-award-known
# finds grant-award-known <work/tides#grant-1> schema:identifier MinCount Info
DELETE WHERE { <work/tides#grant-1> schema:identifier ?old }

# twin grant-award-form
# finds grant-award-form <work/tides#grant-1> schema:identifier Datatype Violation
DELETE { <work/tides#grant-1> schema:identifier ?old } INSERT { <work/tides#grant-1> schema:identifier 17 } WHERE { <work/tides#grant-1> schema:identifier ?old }

# twin grant-award-form
# finds grant-award-form <work/tides#grant-1> schema:identifier MaxCount Violation
INSERT DATA { <work/tides#grant-1> schema:identifier "TIDE-2020/018" . }

# twin grant-award-words
# finds grant-award-words <work/tides#grant-1> schema:identifier Not Warning
DELETE { <work/tides#grant-1> schema:identifier ?old } INSERT { <work/tides#grant-1> schema:identifier "N/A" } WHERE { <work/tides#grant-1> schema:identifier ?old }

# twin grant-link-form
# finds grant-link-form <work/tides#grant-1> rdfs:seeAlso NodeKind Violation
INSERT DATA { <work/tides#grant-1> rdfs:seeAlso "https://doi.org/10.13039/501100000780" . }

# twin grant-link-registry
# finds grant-link-registry <work/tides#grant-1> rdfs:seeAlso Or Info
INSERT DATA { <work/tides#grant-1> rdfs:seeAlso <https://www.wikidata.org/entity/Q42> . }

# twin grant-ror-check-digits
# finds grant-ror-check-digits <work/tides#grant-1> rdfs:seeAlso SPARQL Warning
INSERT DATA { <work/tides#grant-1> rdfs:seeAlso <https://ror.org/00971b261> . }
