# Twins of shapes/observation.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin observation-about
# finds observation-about <person/ada#observation-3> schema:observationAbout MinCount Violation
DELETE WHERE { <person/ada#observation-3> schema:observationAbout ?old }

# twin observation-about
# finds observation-about <person/ada#observation-3> schema:observationAbout MaxCount Violation
INSERT DATA { <person/ada#observation-3> schema:observationAbout <person/bo> . }

# twin observation-about
# finds observation-about <person/ada#observation-3> schema:observationAbout NodeKind Violation
DELETE { <person/ada#observation-3> schema:observationAbout ?old } INSERT { <person/ada#observation-3> schema:observationAbout "Ada" } WHERE { <person/ada#observation-3> schema:observationAbout ?old }

# twin observation-property
# finds observation-property <person/ada#observation-3> schema:measuredProperty MinCount Violation
DELETE WHERE { <person/ada#observation-3> schema:measuredProperty ?old }

# twin observation-property
# finds observation-property <person/ada#observation-3> schema:measuredProperty MaxCount Violation
INSERT DATA { <person/ada#observation-3> schema:measuredProperty kg:aiScore . }

# twin observation-property
# finds observation-property <person/ada#observation-3> schema:measuredProperty In Violation
DELETE { <person/ada#observation-3> schema:measuredProperty ?old } INSERT { <person/ada#observation-3> schema:measuredProperty kg:charm } WHERE { <person/ada#observation-3> schema:measuredProperty ?old }

# twin observation-value
# finds observation-value <person/ada#observation-3> schema:value MinCount Violation
DELETE WHERE { <person/ada#observation-3> schema:value ?old }

# twin observation-value
# finds observation-value <person/ada#observation-3> schema:value MaxCount Violation
INSERT DATA { <person/ada#observation-3> schema:value 63 . }

# twin observation-value
# finds observation-value <person/ada#observation-3> schema:value NodeKind Violation
DELETE { <person/ada#observation-3> schema:value ?old } INSERT { <person/ada#observation-3> schema:value <https://example.org/62> } WHERE { <person/ada#observation-3> schema:value ?old }

# twin observation-date
# finds observation-date <person/ada#observation-3> schema:observationDate MinCount Warning
DELETE WHERE { <person/ada#observation-3> schema:observationDate ?old }

# twin observation-date-form
# finds observation-date-form <person/ada#observation-3> schema:observationDate MaxCount Violation
INSERT DATA { <person/ada#observation-3> schema:observationDate "2027"^^xsd:gYear . }

# twin observation-date-form
# finds observation-date-form <person/ada#observation-3> schema:observationDate Or Violation
DELETE { <person/ada#observation-3> schema:observationDate ?old } INSERT { <person/ada#observation-3> schema:observationDate "last spring" } WHERE { <person/ada#observation-3> schema:observationDate ?old }

# twin observation-source
# finds observation-source <person/ada#observation-3> prov:hadPrimarySource MinCount Violation
DELETE WHERE { <person/ada#observation-3> prov:hadPrimarySource ?old }

# twin observation-source
# finds observation-source <person/ada#observation-3> prov:hadPrimarySource Class Violation
INSERT DATA { <person/ada#observation-3> prov:hadPrimarySource <source/lost> . }

# twin observation-printed
# finds observation-printed <person/ada#observation-3> kg:valueAsPrinted MinCount Warning
DELETE WHERE { <person/ada#observation-3> kg:valueAsPrinted ?old }

# twin observation-count
# finds observation-count <person/ada#observation-1> schema:value SPARQL Warning
DELETE { <person/ada#observation-1> schema:value ?old } INSERT { <person/ada#observation-1> schema:value -2 } WHERE { <person/ada#observation-1> schema:value ?old }

# twin observation-count
# finds observation-count <person/ada#observation-1> schema:value SPARQL Warning
DELETE { <person/ada#observation-1> schema:value ?old } INSERT { <person/ada#observation-1> schema:value 1.5 } WHERE { <person/ada#observation-1> schema:value ?old }

# twin observation-score
# finds observation-score <work/tides#observation-1> schema:value SPARQL Warning
DELETE { <work/tides#observation-1> schema:value ?old } INSERT { <work/tides#observation-1> schema:value 708.0 } WHERE { <work/tides#observation-1> schema:value ?old }

# twin observation-percentage
# finds observation-percentage <person/ada#observation-3> schema:value SPARQL Warning
# finds observation-score <person/ada#observation-3> schema:value SPARQL Warning
DELETE { <person/ada#observation-3> schema:value ?old } INSERT { <person/ada#observation-3> schema:value 162 } WHERE { <person/ada#observation-3> schema:value ?old }

# twin observation-h-index
# finds observation-h-index <person/ada#observation-1> schema:value SPARQL Warning
DELETE { <person/ada#observation-1> schema:value ?old } INSERT { <person/ada#observation-1> schema:value 3 } WHERE { <person/ada#observation-1> schema:value ?old }

# twin observation-about-described
# finds observation-about-described <person/ada#observation-3> schema:observationAbout SPARQL Violation
DELETE DATA { <person/ada#observation-3> schema:observationAbout <person/ada> } ; INSERT DATA { <person/ada#observation-3> schema:observationAbout <person/lost> }
