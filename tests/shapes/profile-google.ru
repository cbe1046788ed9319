# Twins of shapes/profile-google.ttl: each changes the conforming world of profile-google-world.ttl so that one rule is
# broken. "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity.

# twin google-profile-entity
# finds google-profile-entity <page> schema:mainEntity MinCount Violation
# finds google-profile-name <page> schema:mainEntity/schema:name MinCount Violation
# finds google-profile-description <page> schema:mainEntity/schema:description MinCount Warning
# finds google-profile-identifier <page> schema:mainEntity/(schema:identifier|schema:sameAs) MinCount Warning
# finds google-profile-image <page> schema:mainEntity/schema:image MinCount Info
DELETE WHERE { <page> schema:mainEntity ?old }

# twin google-profile-entity
# finds google-profile-entity <page> schema:mainEntity MaxCount Violation
INSERT DATA { <page> schema:mainEntity <organization/tidelab> . <organization/tidelab> a schema:Organization ; schema:name "Tide Lab" . }

# twin google-profile-entity-kind
# finds google-profile-entity-kind <page> schema:mainEntity Or Violation
DELETE DATA { <person/ada> a schema:Person }

# twin google-profile-name
# finds google-profile-name <page> schema:mainEntity/schema:name MinCount Violation
# finds google-article-author-name <work/tides> schema:author SPARQL Violation
DELETE WHERE { <person/ada> schema:name ?old }

# twin google-profile-description
# finds google-profile-description <page> schema:mainEntity/schema:description MinCount Warning
DELETE WHERE { <person/ada> schema:description ?old }

# twin google-profile-identifier
# finds google-profile-identifier <page> schema:mainEntity/(schema:identifier|schema:sameAs) MinCount Warning
DELETE WHERE { <person/ada> schema:identifier ?old }

# twin google-profile-image
# finds google-profile-image <page> schema:mainEntity/schema:image MinCount Info
DELETE WHERE { <person/ada> schema:image ?old }

# twin google-profile-created
# finds google-profile-created <page> schema:dateCreated MinCount Info
DELETE WHERE { <page> schema:dateCreated ?old }

# twin google-profile-modified
# finds google-profile-modified <page> schema:dateModified MinCount Info
DELETE WHERE { <page> schema:dateModified ?old }

# twin google-profile-dates
# finds google-profile-dates <page> schema:dateCreated|schema:dateModified Pattern Violation
INSERT DATA { <page> schema:dateCreated "March 1, 2026" . }

# twin google-profile-followers
# finds google-profile-followers <page> schema:mainEntity/schema:interactionStatistic Class Warning
INSERT DATA { <person/ada> schema:interactionStatistic 12 . }

# twin google-dataset-name
# finds google-dataset-name <dataset> schema:name MinCount Violation
DELETE WHERE { <dataset> schema:name ?old }

# twin google-dataset-description
# finds google-dataset-description <dataset> schema:description MinCount Violation
DELETE WHERE { <dataset> schema:description ?old }

# twin google-dataset-licence
# finds google-dataset-licence <dataset> schema:license MinCount Warning
DELETE WHERE { <dataset> schema:license ?old }

# twin google-dataset-creator
# finds google-dataset-creator <dataset> schema:creator MinCount Warning
DELETE WHERE { <dataset> schema:creator ?old }

# twin google-dataset-distribution
# finds google-dataset-distribution <dataset> schema:distribution MinCount Warning
DELETE WHERE { <dataset> schema:distribution ?old }

# twin google-dataset-identifier
# finds google-dataset-identifier <dataset> schema:identifier|schema:sameAs MinCount Warning
DELETE WHERE { <dataset> schema:identifier ?old }

# twin google-dataset-description-length
# finds google-dataset-description-length <dataset> schema:description MinLength Violation
DELETE { <dataset> schema:description ?old } INSERT { <dataset> schema:description "Tides." } WHERE { <dataset> schema:description ?old }

# twin google-dataset-description-length
# finds google-dataset-description-length <dataset> schema:description MaxLength Violation
DELETE { <dataset> schema:description ?old } INSERT { <dataset> schema:description ?long } WHERE { <dataset> schema:description ?old BIND(CONCAT(?old, ?old, ?old, ?old, ?old, ?old, ?old, ?old) AS ?eight) BIND(CONCAT(?eight, ?eight, ?eight, ?eight, ?eight, ?eight, ?eight, ?eight, ?eight, ?eight) AS ?long) }

# twin google-dataset-download
# finds google-dataset-download <dataset> schema:distribution/schema:contentUrl NodeKind Violation
INSERT DATA { <dataset#csv> schema:contentUrl "tides.csv" . }

# twin google-article-title
# finds google-article-title <work/tides> schema:name MinCount Violation
DELETE WHERE { <work/tides> schema:name ?old }

# twin google-article-date
# finds google-article-date <work/tides> schema:datePublished MinCount Violation
DELETE WHERE { <work/tides> schema:datePublished ?old }

# twin google-article-author
# finds google-article-author <work/tides> schema:author MinCount Violation
DELETE WHERE { <work/tides> schema:author ?old }

# twin google-article-author-name
# finds google-article-author-name <work/tides> schema:author SPARQL Violation
INSERT DATA { <work/tides> schema:author <person/bo> . }
