# Twins of shapes/venue.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin venue-name
# finds venue-name <venue/annals> schema:name MinCount Violation
DELETE WHERE { <venue/annals> schema:name ?old }

# twin venue-name
# finds venue-name <venue/annals> schema:name MaxCount Violation
INSERT DATA { <venue/annals> schema:name "Ann. Tides" . }

# twin venue-used
# finds venue-used <venue/lone> ^schema:isPartOf MinCount Warning
INSERT DATA { <venue/lone> a kg:Venue, schema:CreativeWork ; schema:name "Lone Letters" ; prov:wasDerivedFrom <source/page> . }

# twin venue-name-shared
# finds venue-name-shared <venue/annals> schema:name/(^schema:name) QualifiedMaxCount Info
# finds venue-name-shared <venue/other> schema:name/(^schema:name) QualifiedMaxCount Info
INSERT DATA { <venue/other> a kg:Venue, schema:CreativeWork ; schema:name "Annals of Tides" ; prov:wasDerivedFrom <source/page> . <work/moons> schema:isPartOf <venue/other> . }

# twin venue-provenance
# finds venue-provenance <venue/annals> prov:wasDerivedFrom MinCount Violation
DELETE WHERE { <venue/annals> prov:wasDerivedFrom ?old }

# twin venue-provenance
# finds venue-provenance <venue/annals> prov:wasDerivedFrom Class Violation
INSERT DATA { <venue/annals> prov:wasDerivedFrom <source/lost> . }

# twin venue-issn-form
# finds venue-issn-form <venue/annals> schema:issn Pattern Violation
INSERT DATA { <venue/annals> schema:issn "03785955" . }

# twin venue-issn-check-digit
# finds venue-issn-check-digit <venue/annals> schema:issn SPARQL Violation
DELETE { <venue/annals> schema:issn ?old } INSERT { <venue/annals> schema:issn "0378-5954" } WHERE { <venue/annals> schema:issn ?old }

# twin venue-issn-shared
# finds venue-issn-shared <venue/annals> schema:issn/(^schema:issn) MaxCount Warning
# finds venue-issn-shared <venue/letters> schema:issn/(^schema:issn) MaxCount Warning
# finds venue-used <venue/letters> ^schema:isPartOf MinCount Warning
INSERT DATA { <venue/letters> a kg:Venue ; schema:name "Letters on Tides" ; schema:issn "0378-5955" ; prov:wasDerivedFrom <source/page> . }

# twin venue-isbn-form
# finds venue-isbn-form <venue/annals> schema:isbn Pattern Warning
INSERT DATA { <venue/annals> schema:isbn "978-3-16" . }

# twin venue-isbn-check-digit
# finds venue-isbn-check-digit <venue/annals> schema:isbn SPARQL Warning
INSERT DATA { <venue/annals> schema:isbn "978-3-16-148410-1" . }

# twin venue-isbn-check-digit
# finds venue-isbn-check-digit <venue/annals> schema:isbn SPARQL Warning
INSERT DATA { <venue/annals> schema:isbn "0-306-40615-X" . }
