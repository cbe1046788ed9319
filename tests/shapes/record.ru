# Twins of shapes/record.ttl: each changes the conforming world of world.ttl so that one rule is broken.
# "# twin" begins a twin; each "# finds" line is one finding: shape, focus, path, component, severity. No other may be found.

# twin record-source
# finds record-source <source/page#L7> schema:isPartOf MinCount Violation
DELETE WHERE { <source/page#L7> schema:isPartOf ?old }

# twin record-source
# finds record-source <source/page#L7> schema:isPartOf Class Violation
DELETE { <source/page#L7> schema:isPartOf ?old } INSERT { <source/page#L7> schema:isPartOf <source/lost> } WHERE { <source/page#L7> schema:isPartOf ?old }

# twin record-source
# finds record-source <source/page#L7> schema:isPartOf MaxCount Violation
# finds record-source <source/page#L7> schema:isPartOf Class Violation
INSERT DATA { <source/page#L7> schema:isPartOf <source/lost> . }

# twin record-line
# finds record-line <source/page#L7> kg:line MinCount Violation
DELETE WHERE { <source/page#L7> kg:line ?old }

# twin record-line
# finds record-line <source/page#L7> kg:line MaxCount Violation
INSERT DATA { <source/page#L7> kg:line 8 . }

# twin record-line
# finds record-line <source/page#L7> kg:line Datatype Violation
DELETE { <source/page#L7> kg:line ?old } INSERT { <source/page#L7> kg:line 7.5 } WHERE { <source/page#L7> kg:line ?old }

# twin record-line
# finds record-line <source/page#L7> kg:line MinInclusive Violation
DELETE { <source/page#L7> kg:line ?old } INSERT { <source/page#L7> kg:line 0 } WHERE { <source/page#L7> kg:line ?old }

# twin record-last-line
# finds record-last-line <source/page#L7> kg:line LessThanOrEquals Violation
DELETE { <source/page#L7> kg:line ?old } INSERT { <source/page#L7> kg:line 10 } WHERE { <source/page#L7> kg:line ?old }

# twin record-snippet
# finds record-snippet <source/page#L7> kg:snippet|kg:item MinCount Violation
DELETE WHERE { <source/page#L7> kg:snippet ?old }

# twin record-thing
# finds record-thing <source/page#L7> schema:about MinCount Warning
DELETE WHERE { <source/page#L7> schema:about ?old }

# twin record-doubt
# finds record-doubt <source/page#L7> kg:readingDoubt MaxCount Warning
INSERT DATA { <source/page#L7> kg:readingDoubt "title and authors could not be told apart" . }

# twin unread-line-text
# finds unread-line-text <source/page#L30> kg:snippet MaxCount Warning
INSERT DATA { <source/page#L30> a kg:UnreadLine ; kg:line 30 ; kg:snippet "???" ; schema:isPartOf <source/page> . }

# twin unread-line-place
# finds unread-line-place <source/page#L30> kg:line MinCount Violation
# finds unread-line-text <source/page#L30> kg:snippet MaxCount Warning
INSERT DATA { <source/page#L30> a kg:UnreadLine ; kg:line 30 ; kg:snippet "???" ; schema:isPartOf <source/page> . } ;
DELETE WHERE { <source/page#L30> kg:line ?old }

# twin unread-line-source
# finds unread-line-source <source/page#L30> schema:isPartOf MinCount Violation
# finds unread-line-text <source/page#L30> kg:snippet MaxCount Warning
INSERT DATA { <source/page#L30> a kg:UnreadLine ; kg:line 30 ; kg:snippet "???" ; schema:isPartOf <source/page> . } ;
DELETE WHERE { <source/page#L30> schema:isPartOf ?old }

# twin unread-line-source
# finds unread-line-source <source/page#L30> schema:isPartOf Class Violation
# finds unread-line-text <source/page#L30> kg:snippet MaxCount Warning
INSERT DATA { <source/page#L30> a kg:UnreadLine ; kg:line 30 ; kg:snippet "???" ; schema:isPartOf <source/page> . } ;
DELETE { <source/page#L30> schema:isPartOf ?old } INSERT { <source/page#L30> schema:isPartOf <source/lost> } WHERE { <source/page#L30> schema:isPartOf ?old }
