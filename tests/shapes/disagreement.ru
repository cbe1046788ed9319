# Twins of shapes/disagreement.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin disagreement-date
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . }

# twin disagreement-wording
# finds disagreement-wording <work/tides#dis> kg:onProperty Not Info
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:name ; kg:chosenValue "On Tides" ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "On Tides" ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "On tides" ; prov:hadPrimarySource <source/page> . }

# twin disagreement-property
# finds disagreement-property <work/tides#dis> kg:onProperty MinCount Violation
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
DELETE WHERE { <work/tides#dis> kg:onProperty ?old }

# twin disagreement-property
# finds disagreement-property <work/tides#dis> kg:onProperty MaxCount Violation
# finds disagreement-wording <work/tides#dis> kg:onProperty Not Info
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
INSERT DATA { <work/tides#dis> kg:onProperty schema:genre . }

# twin disagreement-property
# finds disagreement-property <work/tides#dis> kg:onProperty In Violation
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:author ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . }

# twin disagreement-claims
# finds disagreement-claims <work/tides#dis> kg:claim MinCount Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
DELETE WHERE { <work/tides#dis> kg:claim <work/tides#claim-2> . <work/tides#claim-2> ?p ?o }

# twin disagreement-claims
# finds disagreement-claims <work/tides#dis> kg:claim Class Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
INSERT DATA { <work/tides#dis> kg:claim <work/tides#claim-3> . }

# twin disagreement-chosen
# finds disagreement-chosen <work/tides#dis> kg:chosenValue MinCount Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
DELETE WHERE { <work/tides#dis> kg:chosenValue ?old }

# twin disagreement-chosen
# finds disagreement-chosen <work/tides#dis> kg:chosenValue MaxCount Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
INSERT DATA { <work/tides#dis> kg:chosenValue "2022"^^xsd:gYear . }

# twin disagreement-chosen-claimed
# finds disagreement-chosen-claimed <work/tides#dis> kg:chosenValue SPARQL Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
DELETE { <work/tides#dis> kg:chosenValue ?old } INSERT { <work/tides#dis> kg:chosenValue "2023"^^xsd:gYear } WHERE { <work/tides#dis> kg:chosenValue ?old }

# twin disagreement-thing
# finds disagreement-thing <work/tides#dis> ^kg:disagreement MinCount Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
DELETE DATA { <work/tides> kg:disagreement <work/tides#dis> }

# twin disagreement-thing
# finds disagreement-thing <work/tides#dis> ^kg:disagreement MaxCount Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
INSERT DATA { <work/moons> kg:disagreement <work/tides#dis> . }

# twin claim-value
# finds claim-value <work/tides#claim-2> kg:claimedValue MinCount Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
DELETE WHERE { <work/tides#claim-2> kg:claimedValue ?old }

# twin claim-value
# finds claim-value <work/tides#claim-2> kg:claimedValue MaxCount Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
INSERT DATA { <work/tides#claim-2> kg:claimedValue "2024"^^xsd:gYear . }

# twin claim-source
# finds claim-source <work/tides#claim-2> prov:hadPrimarySource MinCount Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
DELETE WHERE { <work/tides#claim-2> prov:hadPrimarySource ?old }

# twin claim-source
# finds claim-source <work/tides#claim-2> prov:hadPrimarySource Class Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
INSERT DATA { <work/tides#claim-2> prov:hadPrimarySource <source/lost> . }

# twin claim-disagreement
# finds claim-disagreement <work/tides#claim-3> ^kg:claim MinCount Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> . } ;
INSERT DATA { <work/tides#claim-3> a kg:Claim ; kg:claimedValue "2020"^^xsd:gYear ; prov:hadPrimarySource <source/page> . }

# twin claim-disagreement
# finds claim-disagreement <work/tides#claim-1> ^kg:claim MaxCount Violation
# finds claim-disagreement <work/tides#claim-2> ^kg:claim MaxCount Violation
# finds disagreement-date <work/tides#dis> kg:onProperty Not Warning
# finds disagreement-wording <work/tides#other> kg:onProperty Not Info
INSERT DATA { <work/tides> kg:disagreement <work/tides#dis> .
    <work/tides#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ; kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> .
    <work/tides#claim-1> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource <source/page> .
    <work/tides#claim-2> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource <source/page> .
    <work/tides> kg:disagreement <work/tides#other> .
    <work/tides#other> a kg:Disagreement ; kg:onProperty schema:name ; kg:chosenValue "2022"^^xsd:gYear ; kg:claim <work/tides#claim-1>, <work/tides#claim-2> . }
