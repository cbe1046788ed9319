# Twins of shapes/topic.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin topic-label
# finds topic-label <topic/ao> skos:prefLabel MinCount Violation
DELETE WHERE { <topic/ao> skos:prefLabel ?old }

# twin topic-label
# finds topic-label <topic/ao> skos:prefLabel UniqueLang Violation
INSERT DATA { <topic/ao> skos:prefLabel "Seas"@en . }

# twin topic-notation
# finds topic-notation <topic/ao> skos:notation MinCount Warning
DELETE WHERE { <topic/ao> skos:notation ?old }

# twin topic-notation
# finds topic-notation <topic/ao> skos:notation MaxCount Warning
INSERT DATA { <topic/ao> skos:notation "ao" . }

# twin topic-notation-shared
# finds topic-notation-shared <topic/ao> skos:notation/(^skos:notation) MaxCount Violation
# finds topic-notation-shared <topic/phys> skos:notation/(^skos:notation) MaxCount Violation
DELETE { <topic/ao> skos:notation ?old } INSERT { <topic/ao> skos:notation "phys" } WHERE { <topic/ao> skos:notation ?old }

# twin topic-scheme
# finds topic-scheme <topic/ao> skos:inScheme MinCount Warning
DELETE WHERE { <topic/ao> skos:inScheme ?old }

# twin topic-scheme
# finds topic-scheme <topic/ao> skos:inScheme Class Warning
INSERT DATA { <topic/ao> skos:inScheme <topic/lost> . }

# twin topic-broader
# finds topic-broader <topic/ao> skos:broader Class Violation
INSERT DATA { <topic/ao> skos:broader <topic/lost> . }

# twin topic-scheme-label
# finds topic-scheme-label <topic/scheme> skos:prefLabel MinCount Violation
DELETE WHERE { <topic/scheme> skos:prefLabel ?old }
