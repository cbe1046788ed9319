# Twins of shapes/authorship.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin authorship-agent
# finds authorship-agent <work/tides#author-3> kg:agent MinCount Violation
INSERT DATA { <work/tides> kg:authorship <work/tides#author-3> . <work/tides#author-3> a kg:Authorship ; schema:position 3 ; kg:nameAsPrinted "Cy" ; prov:wasDerivedFrom <source/page> . }

# twin authorship-agent
# finds authorship-agent <work/moons#author-2> kg:agent MaxCount Violation
INSERT DATA { <work/moons#author-2> kg:agent <person/bo> . <work/moons> schema:author <person/bo> ; foaf:maker <person/bo> . <person/bo> foaf:made <work/moons> . }

# twin authorship-agent-class
# finds authorship-agent-class <work/tides#author-3> kg:agent Or Violation
# finds work-author-class <work/tides> schema:author Or Violation
INSERT DATA { <work/tides> schema:author <person/lost> ; foaf:maker <person/lost> ; kg:authorship <work/tides#author-3> . <work/tides#author-3> a kg:Authorship ; kg:agent <person/lost> ; schema:position 3 ; kg:nameAsPrinted "Cy" ; prov:wasDerivedFrom <source/page> . }

# twin authorship-position
# finds authorship-position <work/tides#author-2> schema:position MaxCount Violation
# finds authorship-position <work/tides#author-2> schema:position MinInclusive Violation
INSERT DATA { <work/tides#author-2> schema:position 0 . }

# twin authorship-position
# finds authorship-position <work/tides#author-1> schema:position MinInclusive Violation
# finds work-author-gap <work/tides> kg:authorship SPARQL Warning
DELETE { <work/tides#author-1> schema:position ?old } INSERT { <work/tides#author-1> schema:position 0 } WHERE { <work/tides#author-1> schema:position ?old }

# twin authorship-position
# finds authorship-position <work/tides#author-2> schema:position Datatype Violation
# finds authorship-position <work/tides#author-2> schema:position MinInclusive Violation
DELETE { <work/tides#author-2> schema:position ?old } INSERT { <work/tides#author-2> schema:position "second" } WHERE { <work/tides#author-2> schema:position ?old }

# twin authorship-position-known
# finds authorship-position-known <work/tides#author-2> schema:position MinCount Info
# finds work-author-list-complete <work/tides> kg:authorListComplete Not Info
DELETE WHERE { <work/tides#author-2> schema:position ?old } ;
DELETE { <work/tides> kg:authorListComplete ?old } INSERT { <work/tides> kg:authorListComplete false } WHERE { <work/tides> kg:authorListComplete ?old }

# twin authorship-name
# finds authorship-name <work/tides#author-2> kg:nameAsPrinted MinCount Warning
DELETE WHERE { <work/tides#author-2> kg:nameAsPrinted ?old }

# twin authorship-work
# finds authorship-work <work/tides#author-9> ^kg:authorship MinCount Violation
INSERT DATA { <work/tides#author-9> a kg:Authorship ; kg:agent <person/ada> ; schema:position 9 ; kg:nameAsPrinted "Ada" ; prov:wasDerivedFrom <source/page> . }

# twin authorship-work
# finds authorship-work <work/moons#author-2> ^kg:authorship MaxCount Violation
# finds work-author-position <work/tides> kg:authorship SPARQL Violation
# finds work-author-twice <work/tides> kg:authorship SPARQL Warning
INSERT DATA { <work/tides> kg:authorship <work/moons#author-2> . }

# twin authorship-orcid
# finds authorship-orcid <work/tides#author-1> kg:orcidAsPrinted Pattern Warning
DELETE { <work/tides#author-1> kg:orcidAsPrinted ?old } INSERT { <work/tides#author-1> kg:orcidAsPrinted "0000-0002-1825-009" } WHERE { <work/tides#author-1> kg:orcidAsPrinted ?old }

# twin authorship-orcid-check-digit
# finds authorship-orcid-check-digit <work/tides#author-1> kg:orcidAsPrinted SPARQL Warning
DELETE { <work/tides#author-1> kg:orcidAsPrinted ?old } INSERT { <work/tides#author-1> kg:orcidAsPrinted "0000-0002-1825-009X" } WHERE { <work/tides#author-1> kg:orcidAsPrinted ?old }

# twin authorship-provenance
# finds authorship-provenance <work/tides#author-1> prov:wasDerivedFrom MinCount Violation
DELETE WHERE { <work/tides#author-1> prov:wasDerivedFrom ?old }

# twin authorship-provenance
# finds authorship-provenance <work/tides#author-1> prov:wasDerivedFrom Class Violation
INSERT DATA { <work/tides#author-1> prov:wasDerivedFrom <source/lost> . }

# twin authorship-orcid-shared
# finds authorship-orcid-shared <work/tides#author-1> kg:orcidAsPrinted/(^kg:orcidAsPrinted)/kg:agent MaxCount Warning
# finds authorship-orcid-shared <work/tides#author-2> kg:orcidAsPrinted/(^kg:orcidAsPrinted)/kg:agent MaxCount Warning
INSERT DATA { <work/tides#author-2> kg:orcidAsPrinted "0000-0002-1825-0097" . }
