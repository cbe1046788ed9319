# Twins of shapes/profile-bioschemas.ttl: each changes the conforming world of profile-bioschemas-world.ttl so that one
# rule is broken. "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity.

# twin bioschemas-person-name
# finds bioschemas-person-name <person/ada> schema:name MinCount Violation
DELETE WHERE { <person/ada> schema:name ?old }

# twin bioschemas-person-description
# finds bioschemas-person-description <person/ada> schema:description MinCount Violation
DELETE WHERE { <person/ada> schema:description ?old }

# twin bioschemas-person-page
# finds bioschemas-person-page <person/ada> schema:mainEntityOfPage MinCount Violation
DELETE WHERE { <person/ada> schema:mainEntityOfPage ?old }

# twin bioschemas-person-identifier
# finds bioschemas-person-identifier <person/ada> schema:identifier MinCount Warning
DELETE WHERE { <person/ada> schema:identifier ?old }

# twin bioschemas-person-same
# finds bioschemas-person-same <person/ada> schema:sameAs MinCount Warning
DELETE WHERE { <person/ada> schema:sameAs ?old }

# twin bioschemas-person-employer
# finds bioschemas-person-employer <person/ada> schema:worksFor|schema:memberOf|schema:affiliation MinCount Warning
DELETE WHERE { <person/ada> schema:worksFor ?old }

# twin bioschemas-person-expertise
# finds bioschemas-person-expertise <person/ada> schema:knowsAbout|schema:expertise MinCount Warning
DELETE WHERE { <person/ada> schema:knowsAbout ?old }

# twin bioschemas-person-image
# finds bioschemas-person-image <person/ada> schema:image MinCount Info
DELETE WHERE { <person/ada> schema:image ?old }

# twin bioschemas-article-identifier
# finds bioschemas-article-identifier <work/tides> schema:identifier MinCount Violation
DELETE WHERE { <work/tides> schema:identifier ?old }

# twin bioschemas-article-name
# finds bioschemas-article-name <work/tides> schema:name MinCount Violation
DELETE WHERE { <work/tides> schema:name ?old }

# twin bioschemas-article-author
# finds bioschemas-article-author <work/tides> schema:author MinCount Warning
DELETE WHERE { <work/tides> schema:author ?old }

# twin bioschemas-article-abstract
# finds bioschemas-article-abstract <work/tides> schema:abstract MinCount Warning
DELETE WHERE { <work/tides> schema:abstract ?old }

# twin bioschemas-article-date
# finds bioschemas-article-date <work/tides> schema:datePublished MinCount Warning
DELETE WHERE { <work/tides> schema:datePublished ?old }

# twin bioschemas-article-venue
# finds bioschemas-article-venue <work/tides> schema:isPartOf MinCount Warning
DELETE WHERE { <work/tides> schema:isPartOf ?old }

# twin bioschemas-article-keywords
# finds bioschemas-article-keywords <work/tides> schema:keywords|schema:about MinCount Warning
DELETE WHERE { <work/tides> schema:keywords ?old }

# twin bioschemas-article-licence
# finds bioschemas-article-licence <work/tides> schema:license MinCount Warning
DELETE WHERE { <work/tides> schema:license ?old }

# twin bioschemas-article-url
# finds bioschemas-article-url <work/tides> schema:url MinCount Warning
DELETE WHERE { <work/tides> schema:url ?old }

# twin bioschemas-article-citation
# finds bioschemas-article-citation <work/tides> schema:citation MinCount Info
DELETE WHERE { <work/tides> schema:citation ?old }

# twin bioschemas-article-same
# finds bioschemas-article-same <work/tides> schema:sameAs MinCount Info
DELETE WHERE { <work/tides> schema:sameAs ?old }

# twin bioschemas-dataset-name
# finds bioschemas-dataset-name <dataset> schema:name MinCount Violation
DELETE WHERE { <dataset> schema:name ?old }

# twin bioschemas-dataset-description
# finds bioschemas-dataset-description <dataset> schema:description MinCount Violation
DELETE WHERE { <dataset> schema:description ?old }

# twin bioschemas-dataset-identifier
# finds bioschemas-dataset-identifier <dataset> schema:identifier MinCount Violation
DELETE WHERE { <dataset> schema:identifier ?old }

# twin bioschemas-dataset-keywords
# finds bioschemas-dataset-keywords <dataset> schema:keywords MinCount Violation
DELETE WHERE { <dataset> schema:keywords ?old }

# twin bioschemas-dataset-license
# finds bioschemas-dataset-license <dataset> schema:license MinCount Violation
DELETE WHERE { <dataset> schema:license ?old }

# twin bioschemas-dataset-url
# finds bioschemas-dataset-url <dataset> schema:url MinCount Violation
DELETE WHERE { <dataset> schema:url ?old }

# twin bioschemas-dataset-creator
# finds bioschemas-dataset-creator <dataset> schema:creator MinCount Warning
DELETE WHERE { <dataset> schema:creator ?old }

# twin bioschemas-dataset-distribution
# finds bioschemas-dataset-distribution <dataset> schema:distribution MinCount Warning
DELETE WHERE { <dataset> schema:distribution ?old }

# twin bioschemas-dataset-description-length
# finds bioschemas-dataset-description-length <dataset> schema:description MinLength Violation
DELETE { <dataset> schema:description ?old } INSERT { <dataset> schema:description "Tides." } WHERE { <dataset> schema:description ?old }

# twin bioschemas-dataset-description-length
# finds bioschemas-dataset-description-length <dataset> schema:description MaxLength Violation
DELETE { <dataset> schema:description ?old } INSERT { <dataset> schema:description ?long } WHERE { <dataset> schema:description ?old BIND(CONCAT(?old, ?old, ?old, ?old, ?old, ?old, ?old, ?old) AS ?eight) BIND(CONCAT(?eight, ?eight, ?eight, ?eight, ?eight, ?eight, ?eight, ?eight, ?eight, ?eight) AS ?long) }
