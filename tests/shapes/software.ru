# Twins of shapes/software.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin software-name
# finds software-name <software/tidal> schema:name MinCount Violation
DELETE WHERE { <software/tidal> schema:name ?old }

# twin software-repository
# finds software-repository <software/tidal> schema:codeRepository MinCount Warning
DELETE WHERE { <software/tidal> schema:codeRepository ?old }

# twin software-repository-form
# finds software-repository-form <software/tidal> schema:codeRepository NodeKind Violation
DELETE { <software/tidal> schema:codeRepository ?old } INSERT { <software/tidal> schema:codeRepository "https://example.org/tidal" } WHERE { <software/tidal> schema:codeRepository ?old }

# twin software-repository-form
# finds software-repository-form <software/tidal> schema:codeRepository Pattern Violation
DELETE { <software/tidal> schema:codeRepository ?old } INSERT { <software/tidal> schema:codeRepository <git:tidal> } WHERE { <software/tidal> schema:codeRepository ?old }

# twin software-repository-shared
# finds software-repository-shared <software/tidal> schema:codeRepository/(^schema:codeRepository) MaxCount Warning
# finds software-repository-shared <software/copy> schema:codeRepository/(^schema:codeRepository) MaxCount Warning
INSERT DATA { <software/copy> a schema:SoftwareSourceCode ; schema:name "tidal" ; schema:codeRepository <https://example.org/tidelab/tidal> ; prov:wasDerivedFrom <source/page> . <work/moons> schema:mentions <software/copy> . }

# twin software-mentioned
# finds software-mentioned <software/lone> ^schema:mentions MinCount Warning
INSERT DATA { <software/lone> a schema:SoftwareSourceCode ; schema:name "lone" ; schema:codeRepository <https://example.org/lone> ; prov:wasDerivedFrom <source/page> . }

# twin software-provenance
# finds software-provenance <software/tidal> prov:wasDerivedFrom MinCount Violation
DELETE WHERE { <software/tidal> prov:wasDerivedFrom ?old }

# twin software-provenance
# finds software-provenance <software/tidal> prov:wasDerivedFrom Class Violation
INSERT DATA { <software/tidal> prov:wasDerivedFrom <source/lost> . }
