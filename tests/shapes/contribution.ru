# Twins of shapes/contribution.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin contribution-agent
# finds contribution-agent <work/tides#editor-eve> kg:agent MinCount Violation
DELETE WHERE { <work/tides#editor-eve> kg:agent ?old }

# twin contribution-agent
# finds contribution-agent <work/tides#editor-eve> kg:agent MaxCount Violation
INSERT DATA { <work/tides#editor-eve> kg:agent <person/bo> . }

# twin contribution-agent-class
# finds contribution-agent-class <work/tides#editor-eve> kg:agent Or Violation
DELETE { <work/tides#editor-eve> kg:agent ?old } INSERT { <work/tides#editor-eve> kg:agent <organization/tidelab> } WHERE { <work/tides#editor-eve> kg:agent ?old }

# twin contribution-role
# finds contribution-role <work/tides#editor-eve> schema:roleName MinCount Violation
DELETE WHERE { <work/tides#editor-eve> schema:roleName ?old }

# twin contribution-role
# finds contribution-role <work/tides#editor-eve> schema:roleName MaxCount Violation
INSERT DATA { <work/tides#editor-eve> schema:roleName "translator" . }

# twin contribution-name
# finds contribution-name <work/tides#editor-eve> kg:nameAsPrinted MinCount Warning
DELETE WHERE { <work/tides#editor-eve> kg:nameAsPrinted ?old }

# twin contribution-work
# finds contribution-work <work/tides#editor-eve> ^kg:contribution MinCount Violation
DELETE DATA { <work/tides> kg:contribution <work/tides#editor-eve> }

# twin contribution-work
# finds contribution-work <work/tides#editor-eve> ^kg:contribution MaxCount Violation
INSERT DATA { <work/moons> kg:contribution <work/tides#editor-eve> . }

# twin contribution-provenance
# finds contribution-provenance <work/tides#editor-eve> prov:wasDerivedFrom MinCount Violation
DELETE WHERE { <work/tides#editor-eve> prov:wasDerivedFrom ?old }

# twin contribution-provenance
# finds contribution-provenance <work/tides#editor-eve> prov:wasDerivedFrom Class Violation
DELETE { <work/tides#editor-eve> prov:wasDerivedFrom ?old } INSERT { <work/tides#editor-eve> prov:wasDerivedFrom <source/lost> } WHERE { <work/tides#editor-eve> prov:wasDerivedFrom ?old }
