# Twins of shapes/redirect.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin redirect-single
# finds redirect-single <person/ade> dcterms:isReplacedBy MaxCount Violation
INSERT DATA { <person/ade> dcterms:isReplacedBy <person/bo> . }

# twin redirect-target
# finds redirect-target <person/ade> dcterms:isReplacedBy SPARQL Violation
DELETE { <person/ade> dcterms:isReplacedBy ?new } INSERT { <person/ade> dcterms:isReplacedBy <person/lost> } WHERE { <person/ade> dcterms:isReplacedBy ?new }

# twin redirect-chain
# finds redirect-chain <person/adi> dcterms:isReplacedBy/dcterms:isReplacedBy MaxCount Warning
# finds redirect-target <person/adi> dcterms:isReplacedBy SPARQL Violation
INSERT DATA { <person/adi> dcterms:isReplacedBy <person/ade> . }

# twin redirect-described
# finds redirect-described <person/ade> rdf:type MaxCount Violation
INSERT DATA { <person/ade> a foaf:Agent . }

# twin redirect-used
# finds redirect-used <person/ade> dcterms:isReplacedBy SPARQL Violation
INSERT DATA { <work/tides> rdfs:seeAlso <person/ade> . }
