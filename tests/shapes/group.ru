# Twins of shapes/group.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin group-class
# finds group-class <group/harbour> rdf:type HasValue Violation
DELETE DATA { <group/harbour> a schema:Organization }

# twin group-foaf-class
# finds group-foaf-class <group/harbour> rdf:type HasValue Violation
DELETE DATA { <group/harbour> a foaf:Group }

# twin group-not-person
# finds group-not-person <group/harbour> rdf:type Not Violation
INSERT DATA { <group/harbour> a foaf:Person . }

# twin group-work
# finds group-work <group/lone> foaf:made MinCount Warning
# finds organization-used <group/lone> (^schema:sourceOrganization)|(^schema:affiliation)|(^schema:alumniOf)|(^schema:publisher)|(^schema:funder)|foaf:made MinCount Warning
INSERT DATA { <group/lone> a kg:Group, schema:Organization, foaf:Group ; schema:name "Lone Group" ; foaf:name "Lone Group" ; prov:wasDerivedFrom <source/page> . }

# twin group-work-class
# finds group-work-class <group/harbour> foaf:made Class Violation
# finds group-work-back <group/harbour> ^foaf:maker Equals Violation
INSERT DATA { <group/harbour> foaf:made <work/lost> . }

# twin group-work-back
# finds group-work-back <group/harbour> ^foaf:maker Equals Violation
INSERT DATA { <group/harbour> foaf:made <work/tides> . }
