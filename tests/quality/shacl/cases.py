"""A table of small cases for every component: what a shape asks of some data, and the results it must give.

Each case has a target that keeps the rule, one that breaks it, and a node that breaks it without being a target.
Results are (focus, value), with ``""`` where a result has no value; the component is the one the case is named after.
"""

from __future__ import annotations

from dataclasses import dataclass

HEAD = """
@prefix : <http://toy.example/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@dataclass(frozen=True)
class Case:
    """One row. ``shape`` is what stands in a shape with the target class ``:T``; ``more`` are further shapes."""

    component: str
    shape: str
    data: str
    finds: tuple[tuple[str, str], ...]
    target: str = "sh:targetClass :T"
    more: str = ""

    @property
    def shapes(self) -> str:
        """The shapes as Turtle."""
        return f"{HEAD} :s {self.target} ; sh:message 'm' ; {self.shape} . {self.more}"

    def __str__(self) -> str:
        return f"{self.component}: {self.shape}"[:90]


def _case(
    component: str, shape: str, data: str, *finds: str, target: str = "sh:targetClass :T", more: str = ""
) -> Case:
    """Write a case; a result is ``focus value`` or ``focus`` alone."""
    rows = []
    for one in finds:
        focus, _, value = one.partition(" ")
        rows.append((focus, value))
    return Case(component, shape, data, tuple(sorted(rows)), target, more)


CASES = (
    # Cardinality, by property, backwards and along longer paths.
    _case("MinCount", "sh:path :p ; sh:minCount 1", ":a a :T ; :p 1 . :b a :T ; :q 1 . :c :q 1 .", ":b"),
    _case(
        "MinCount", "sh:path :p ; sh:minCount 2", ":a a :T ; :p 1, 2 . :b a :T ; :p 1 . :c a :T . :d :p 1 .", ":b", ":c"
    ),
    _case("MinCount", "sh:path [ sh:inversePath :p ] ; sh:minCount 1", ":x :p :a . :a a :T . :b a :T ; :p :x .", ":b"),
    _case(
        "MinCount", "sh:path ( :p :q ) ; sh:minCount 1", ":a a :T ; :p :x . :x :q 1 . :b a :T ; :p :y ; :q 1 .", ":b"
    ),
    _case(
        "MinCount",
        "sh:path [ sh:alternativePath ( :p :q ) ] ; sh:minCount 2",
        ":a a :T ; :p 1 ; :q 2 . :b a :T ; :p 1 ; :q 1 . :c a :T .",
        ":b",
        ":c",
    ),
    _case("MinCount", "sh:path [ sh:zeroOrMorePath :p ] ; sh:minCount 2", ":a a :T ; :p :b . :b a :T ; :q :a .", ":b"),
    _case(
        "MinCount",
        "sh:path [ sh:oneOrMorePath :p ] ; sh:minCount 2",
        ":a a :T ; :p :b . :b a :T ; :p :c . :c :p :c .",
        ":b",
    ),
    _case("MinCount", "sh:path [ sh:zeroOrOnePath :p ] ; sh:minCount 2", ":a a :T ; :p :b . :b a :T ; :p :b .", ":b"),
    _case(
        "MinCount",
        "sh:path [ sh:zeroOrOnePath :p ] ; sh:minCount 2",
        ":near :p :b .",
        ":nowhere",
        target="sh:targetNode :nowhere, :near",
    ),
    _case("MaxCount", "sh:path :p ; sh:maxCount 1", ":a a :T ; :p 1 . :b a :T ; :p 1, 2 . :c :p 1, 2 .", ":b"),
    _case("MaxCount", "sh:path :p ; sh:maxCount 1", ":a a :T ; :p '1' . :b a :T ; :p 1, '1' . :c :p 1, '1' .", ":b"),
    _case("MaxCount", "sh:path :p ; sh:maxCount 0", ":a a :T ; :q 1 . :b a :T ; :p 1, 2 . :c :p 1 .", ":b"),
    _case("MaxCount", "sh:path :p ; sh:maxCount 2", ":a a :T ; :p 1, 2 . :b a :T ; :p 1, 2, 3 . :c :p 1, 2, 3 .", ":b"),
    _case(
        "MaxCount",
        "sh:path [ sh:inversePath :p ] ; sh:maxCount 1",
        ":x :p :a, :b, :c . :y :p :b, :c . :a a :T . :b a :T .",
        ":b",
    ),
    _case(
        "MaxCount",
        "sh:path ( :p [ sh:inversePath :p ] ) ; sh:maxCount 1",
        ":a a :T ; :p 1, 3 . :b a :T ; :p 2, 4 . :c :p 2 . :d :p 4 .",
        ":b",
    ),
    _case(
        "MaxCount",
        "sh:path ( :p :q ) ; sh:maxCount 1",
        ":a a :T ; :p :x, :y . :x :q 1 . :y :q 1 . :b a :T ; :p :x, :z . :z :q 2 . :c :p :x, :z .",
        ":b",
    ),
    _case(
        "MaxCount",
        "sh:path ( :p [ sh:inversePath :p ] ) ; sh:maxCount 2",
        ":a a :T ; :p 1 . :b :p 1 . :c a :T ; :p 2 . :d :p 2 . :e :p 2 .",
        ":c",
    ),
    # Values by themselves.
    _case(
        "Class",
        "sh:path :p ; sh:class :C",
        ":a a :T ; :p :x . :x a :C . :b a :T ; :p :y, 1 . :c :p :y .",
        ":b :y",
        ":b 1",
    ),
    _case(
        "Class",
        "sh:path :p ; sh:class :C",
        ":D rdfs:subClassOf :C . :a a :T ; :p :x, :z . :x a :D . :z a :C . :b a :T ; :p :y . :y a :E . :c :p :y .",
        ":b :y",
    ),
    _case("Class", "sh:class :C", ":a a :T, :C . :b a :T, :E . :c a :E .", ":b :b"),
    _case(
        "Datatype",
        "sh:path :p ; sh:datatype xsd:integer",
        ":a a :T ; :p 1, '99999999999999999999'^^xsd:integer . :b a :T ; :p 'x', 1.5, 'x'^^xsd:integer, :x . "
        ":c :p 'x' .",
        ":b 'x'",
        ":b 1.5",
        ":b 'x'^^xsd:integer",
        ":b :x",
    ),
    _case(
        "Datatype",
        "sh:path :p ; sh:datatype xsd:date",
        ":a a :T ; :p '2020-02-29'^^xsd:date . :b a :T ; :p '2021-02-29'^^xsd:date, '2020'^^xsd:gYear .",
        ":b '2021-02-29'^^xsd:date",
        ":b '2020'^^xsd:gYear",
    ),
    _case(
        "Datatype",
        "sh:path :p ; sh:datatype xsd:gYearMonth",
        ":a a :T ; :p '2020-12'^^xsd:gYearMonth . :b a :T ; :p '2020-12', '2020'^^xsd:gYear .",
        ":b '2020-12'",
        ":b '2020'^^xsd:gYear",
    ),
    _case(
        "Datatype",
        "sh:path :p ; sh:datatype xsd:boolean",
        ":a a :T ; :p true . :b a :T ; :p 'yes'^^xsd:boolean .",
        ":b 'yes'^^xsd:boolean",
    ),
    _case(
        "Datatype",
        "sh:path :p ; sh:datatype xsd:decimal",
        ":a a :T ; :p 1.5, '99999999999999999999999999.5'^^xsd:decimal . :b a :T ; :p '1,5'^^xsd:decimal .",
        ":b '1,5'^^xsd:decimal",
    ),
    _case("Datatype", "sh:path :p ; sh:datatype rdf:langString", ":a a :T ; :p 'x'@en . :b a :T ; :p 'x' .", ":b 'x'"),
    _case("Datatype", "sh:path :p ; sh:datatype :own", ":a a :T ; :p 'x'^^:own . :b a :T ; :p 'x' .", ":b 'x'"),
    _case("NodeKind", "sh:path :p ; sh:nodeKind sh:IRI", ":a a :T ; :p :x . :b a :T ; :p 1 . :c :p 1 .", ":b 1"),
    _case("NodeKind", "sh:path :p ; sh:nodeKind sh:Literal", ":a a :T ; :p 1 . :b a :T ; :p :x . :c :p :x .", ":b :x"),
    _case(
        "NodeKind", "sh:path :p ; sh:nodeKind sh:BlankNode", ":a a :T ; :p [] . :b a :T ; :p :x . :c :p :x .", ":b :x"
    ),
    _case("NodeKind", "sh:path :p ; sh:nodeKind sh:BlankNodeOrIRI", ":a a :T ; :p [], :x . :b a :T ; :p 1 .", ":b 1"),
    _case(
        "NodeKind", "sh:path :p ; sh:nodeKind sh:BlankNodeOrLiteral", ":a a :T ; :p [], 1 . :b a :T ; :p :x .", ":b :x"
    ),
    _case(
        "NodeKind",
        "sh:path :p ; sh:nodeKind sh:IRIOrLiteral",
        ":a a :T ; :p :x, 1 . _:b :p 2 . :b a :T ; :p _:b .",
        ":b _:",
    ),
    _case(
        "MinExclusive",
        "sh:path :p ; sh:minExclusive 1",
        ":a a :T ; :p 2 . :b a :T ; :p 1, 'x', :x . :c :p 1 .",
        ":b 1",
        ":b 'x'",
        ":b :x",
    ),
    _case(
        "MinInclusive",
        "sh:path :p ; sh:minInclusive 1",
        ":a a :T ; :p 1 . :b a :T ; :p 0.5, 'x' . :c :p 0 .",
        ":b 0.5",
        ":b 'x'",
    ),
    _case(
        "MaxExclusive",
        "sh:path :p ; sh:maxExclusive 2",
        ":a a :T ; :p 1 . :b a :T ; :p 2, 'x' . :c :p 2 .",
        ":b 2",
        ":b 'x'",
    ),
    _case(
        "MaxInclusive",
        "sh:path :p ; sh:maxInclusive '2020-01-02'^^xsd:date",
        ":a a :T ; :p '2020-01-02'^^xsd:date . :b a :T ; :p '2020-01-03'^^xsd:date, 3 .",
        ":b '2020-01-03'^^xsd:date",
        ":b 3",
    ),
    _case(
        "MinLength",
        "sh:path :p ; sh:minLength 2",
        ":a a :T ; :p 'xy', 12, :x . :b a :T ; :p 'x', [] . :c :p 'x' .",
        ":b 'x'",
        ":b _:",
    ),
    _case(
        "MaxLength",
        "sh:path :p ; sh:maxLength 2",
        ":a a :T ; :p 'xy' . :b a :T ; :p 'xyz', :x . :c :p 'xyz' .",
        ":b 'xyz'",
        ":b :x",
    ),
    _case(
        "Pattern",
        "sh:path :p ; sh:pattern '^x'",
        ":a a :T ; :p 'xy', 'x' . :b a :T ; :p 'yx', [] . :c :p 'y' .",
        ":b 'yx'",
        ":b _:",
    ),
    _case(
        "Pattern",
        "sh:path :p ; sh:pattern '^X$' ; sh:flags 'im'",
        ":a a :T ; :p 'x', 'y\\nx' . :b a :T ; :p 'xy' .",
        ":b 'xy'",
    ),
    _case(
        "Pattern", "sh:path :p ; sh:pattern '[0-9]$'", ":a a :T ; :p 12, :x1 . :b a :T ; :p :x . :c :p :x .", ":b :x"
    ),
    _case(
        "LanguageIn",
        "sh:path :p ; sh:languageIn ( 'en' 'de-AT' )",
        ":a a :T ; :p 'x'@en-GB, 'x'@de-AT . :b a :T ; :p 'x'@de, 'x', :x . :c :p 'x' .",
        ":b 'x'@de",
        ":b 'x'",
        ":b :x",
    ),
    _case(
        "UniqueLang",
        "sh:path :p ; sh:uniqueLang true",
        ":a a :T ; :p 'x'@en, 'x'@de, 'x', 'y' . :b a :T ; :p 'x'@en, 'y'@en, 'z'@en, 'x'@de, 'y'@de . "
        ":c :p 'x'@en, 'y'@en .",
        ":b",
        ":b",
    ),
    _case(
        "UniqueLang",
        "sh:path ( :p :q ) ; sh:uniqueLang true",
        ":a a :T ; :p :x, :z . :x :q 'x'@en . :z :q 'x'@de . :b a :T ; :p :x, :y . :y :q 'y'@en . :c :p :x, :y .",
        ":b",
    ),
    _case(
        "In", "sh:path :p ; sh:in ( :x :y )", ":a a :T ; :p :x, :y . :b a :T ; :p :z, 1 . :c :p :z .", ":b :z", ":b 1"
    ),
    _case(
        "In",
        "sh:path :p ; sh:in ( 1 'x'@en )",
        ":a a :T ; :p 1, 'x'@en . :b a :T ; :p 2, 'x' . :c :p 2 .",
        ":b 2",
        ":b 'x'",
    ),
    _case("HasValue", "sh:path :p ; sh:hasValue :x", ":a a :T ; :p :x, :y . :b a :T ; :p :y . :c :p :y .", ":b"),
    _case("HasValue", "sh:path [ sh:inversePath :p ] ; sh:hasValue :x", ":x :p :a . :a a :T . :b a :T ; :p :x .", ":b"),
    _case(
        "HasValue",
        "sh:path ( :p :q ) ; sh:hasValue 1",
        ":a a :T ; :p :x . :x :q 1 . :b a :T ; :p :y ; :q 1 . :y :q 2 .",
        ":b",
    ),
    _case(
        "HasValue",
        "sh:path [ sh:zeroOrMorePath :p ] ; sh:hasValue :x",
        ":a a :T ; :p :y . :y :p :x . :x a :T . :b a :T ; :q :x ; :p :z .",
        ":b",
    ),
    _case("HasValue", "sh:hasValue :a", ":a a :T . :b a :T .", ":b"),
    # Pairs of properties.
    _case(
        "Equals",
        "sh:path :p ; sh:equals :q",
        ":a a :T ; :p 1, 2 ; :q 2, 1 . :b a :T ; :p 1 ; :q 2 . :c :p 1 ; :q 2 . :d a :T .",
        ":b 1",
        ":b 2",
    ),
    _case(
        "Equals",
        "sh:path ( :p :q ) ; sh:equals :r",
        ":a a :T ; :p :x ; :r 1 . :x :q 1 . :b a :T ; :p :x ; :r 2 . :c :p :x ; :r 2 .",
        ":b 1",
        ":b 2",
    ),
    _case(
        "Equals",
        "sh:path [ sh:zeroOrMorePath :p ] ; sh:equals :q",
        ":a a :T ; :q :a . :b a :T ; :p :x ; :q :y . :c :q :x . :d a :T ; :p :x ; :q :d, :x .",
        ":b :b",
        ":b :x",
        ":b :y",
    ),
    _case(
        "Equals", "sh:equals :q", ":a a :T ; :q :a . :b a :T ; :q :x . :c a :T . :d :q :x .", ":b :b", ":b :x", ":c :c"
    ),
    _case(
        "Disjoint",
        "sh:path :p ; sh:disjoint :q",
        ":a a :T ; :p 1 ; :q 2 . :b a :T ; :p 1, 3 ; :q 1 . :c :p 1 ; :q 1 .",
        ":b 1",
    ),
    _case(
        "LessThan",
        "sh:path :p ; sh:lessThan :q",
        ":a a :T ; :p 1 ; :q 2, 3 . :b a :T ; :p 2 ; :q 1, 2, 3, 'x' . :c :p 2 ; :q 1 .",
        ":b 2",
        ":b 2",
        ":b 2",
    ),
    _case(
        "LessThanOrEquals",
        "sh:path :p ; sh:lessThanOrEquals :q",
        ":a a :T ; :p 2 ; :q 2, 3 . :b a :T ; :p 2 ; :q 1, 2 . :c :p 2 ; :q 1 .",
        ":b 2",
    ),
    _case(
        "LessThan",
        "sh:path ( :p :n ) ; sh:lessThan :q",
        ":a a :T ; :p :x ; :q 2 . :x :n 1 . :b a :T ; :p :x ; :q 1 . :c :p :x ; :q 1 .",
        ":b 1",
    ),
    # Shapes inside shapes.
    _case(
        "Not",
        "sh:path :p ; sh:not [ sh:class :C ]",
        ":a a :T ; :p :x . :b a :T ; :p :y . :y a :C . :c :p :y .",
        ":b :y",
    ),
    _case(
        "And",
        "sh:path :p ; sh:and ( [ sh:class :C ] [ sh:class :D ] )",
        ":a a :T ; :p :x . :x a :C, :D . :b a :T ; :p :y, :z . :y a :C . :z a :D . :c :p :y .",
        ":b :y",
        ":b :z",
    ),
    _case(
        "Or",
        "sh:path :p ; sh:or ( [ sh:class :C ] [ sh:datatype xsd:string ] )",
        ":a a :T ; :p :x, 'x' . :x a :C . :b a :T ; :p :y, 1 . :c :p :y .",
        ":b :y",
        ":b 1",
    ),
    _case(
        "Xone",
        "sh:path :p ; sh:xone ( [ sh:class :C ] [ sh:class :D ] )",
        ":a a :T ; :p :x, :w . :x a :C . :w a :D . :b a :T ; :p :y, :z . :y a :C, :D . :c :p :z .",
        ":b :y",
        ":b :z",
    ),
    _case(
        "Node",
        "sh:path :p ; sh:node [ sh:property [ sh:path :q ; sh:minCount 1 ] ]",
        ":a a :T ; :p :x . :x :q 1 . :b a :T ; :p :y . :c :p :y .",
        ":b :y",
    ),
    _case(
        "Node",
        "sh:node [ sh:property [ sh:path :p ; sh:maxCount 1 ; sh:in ( 1 2 ) ] ]",
        ":a a :T ; :p 1 . :b a :T ; :p 1, 2 . :c a :T ; :p 3 . :d :p 3 .",
        ":b :b",
        ":c :c",
    ),
    _case(
        "Node",
        "sh:node [ sh:property [ sh:path ( :p :q ) ; sh:minCount 2 ] ]",
        ":a a :T ; :p :x, :y . :x :q 1 . :y :q 2 . :b a :T ; :p :x, :z . :z :q 1 . :c a :T ; :q 1, 2 .",
        ":b :b",
        ":c :c",
    ),
    _case(
        "Node",
        "sh:node [ sh:property [ sh:path :p ; sh:equals :q ] ]",
        ":a a :T ; :p 1 ; :q 1 . :b a :T ; :p 1 . :c a :T ; :q 1 . :d :p 1 .",
        ":b :b",
        ":c :c",
    ),
    _case(
        "Node",
        "sh:node [ sh:property [ sh:path :p ; sh:lessThan :q ] ]",
        ":a a :T ; :p 1 ; :q 2 . :b a :T ; :p 2 ; :q 2, 3 . :c :p 2 ; :q 1 .",
        ":b :b",
    ),
    _case(
        "Node",
        "sh:node [ sh:property [ sh:path :p ; sh:uniqueLang true ; sh:disjoint :q ] ]",
        ":a a :T ; :p 'x'@en, 'x'@de . :b a :T ; :p 'x'@en, 'y'@en . :c a :T ; :p 1 ; :q 1 . :d :p 1 ; :q 1 .",
        ":b :b",
        ":c :c",
    ),
    _case(
        "Node",
        "sh:node [ sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path :p ] ]",
        ":a a :T ; :p 1 . :b a :T ; :q rdfs:Resource . :c :q 1 .",
        ":b :b",
    ),
    _case(
        "Node",
        "sh:node [ sh:closed true ; sh:property [ sh:path :p ] ]",
        ":a :p 1 ; a rdfs:Resource . :b :p 1 ; a :D . :c :p 1 ; :q rdfs:Resource .",
        ":b :b",
        ":c :c",
        target="sh:targetSubjectsOf :p",
    ),
    _case(
        "Node",
        "sh:node [ sh:property [ sh:path :p ; sh:hasValue 1 ] ]",
        ":a a :T ; :p 1 . :b a :T ; :p 2 . :c :p 2 .",
        ":b :b",
    ),
    _case(
        "Node",
        "sh:node [ sh:property [ sh:path :p ; sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 1 ; "
        "sh:qualifiedMaxCount 1 ] ]",
        ":a a :T ; :p :x . :x a :C . :w a :C . :b a :T ; :p :x, :w . :c a :T ; :p :y . :d :p :y .",
        ":b :b",
        ":c :c",
    ),
    _case(
        "QualifiedMinCount",
        "sh:path :p ; sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMinCount 1",
        ":a a :T ; :p :x, :y . :x a :C . :b a :T ; :p :y . :c a :T . :d :p :y .",
        ":b",
        ":c",
    ),
    _case(
        "QualifiedMaxCount",
        "sh:path :p ; sh:qualifiedValueShape [ sh:class :C ] ; sh:qualifiedMaxCount 1",
        ":a a :T ; :p :x, :y . :x a :C . :w a :C . :b a :T ; :p :x, :w . :c :p :x, :w .",
        ":b",
    ),
    _case(
        "Closed",
        "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path :p ]",
        ":a a :T ; :p 1 . :b a :T ; :p 1 ; :q 2, rdfs:Resource . :c :q 2 . :d a :T, rdfs:Resource .",
        ":b 2",
        ":b rdfs:Resource",
    ),
    _case(
        "Closed",
        "sh:path :p ; sh:closed true ; sh:ignoredProperties ( :r )",
        ":a a :T ; :p :x . :x :r 1 . :b a :T ; :p :y . :y :q 2, rdfs:Resource ; a rdfs:Resource . :c :p :y .",
        ":b 2",
        ":b rdfs:Resource",
    ),
    _case(
        "Closed",
        "sh:closed true ; sh:property [ sh:path :p ]",
        ":a :p 1 ; a rdfs:Resource . :b :p 1 ; a :D . :c :p 1 ; :q rdfs:Resource .",
        ":b :D",
        ":c rdfs:Resource",
        target="sh:targetSubjectsOf :p",
    ),
    _case(
        "SPARQL",
        "sh:path :p ; sh:sparql [ sh:select 'SELECT $this ?value WHERE { $this $PATH ?value FILTER(?value > 1) }' ]",
        ":a a :T ; :p 1 . :b a :T ; :p 2 . :c :p 2 .",
        ":b 2",
    ),
    _case(
        "SPARQL",
        "sh:sparql [ sh:select '''SELECT $this WHERE { FILTER NOT EXISTS { $this <http://toy.example/p> ?x . "
        "?x <http://toy.example/q> 1 } }''' ]",
        ":a a :T ; :p :x . :x :q 1 . :b a :T ; :p :y ; :q 1 . :y :q 2 . :c :p :y .",
        ":b :b",
    ),
    # Targets.
    _case(
        "NodeKind",
        "sh:nodeKind sh:IRI",
        ":D rdfs:subClassOf :T . :a a :D . _:b a :D . _:c a :E . _:d a :T .",
        "_: _:",
        "_: _:",
    ),
    _case("NodeKind", "sh:nodeKind sh:IRI", ":x :p :a, 1 . :x :q 2 .", "1 1", target="sh:targetObjectsOf :p"),
    _case(
        "NodeKind",
        "sh:nodeKind sh:BlankNode",
        "_:a :p 1 . :b :p 1 . :c :q 1 .",
        ":b :b",
        target="sh:targetSubjectsOf :p",
    ),
    _case("Class", "sh:class :C", ":a a :C . :b a :D . :c a :D .", ":b :b", target="sh:targetNode :a, :b"),
    _case(
        "Class",
        "sh:path :p ; sh:class :C",
        ":a :p :z . :b :p :y, :x . :x a :C . :c :p :y .",
        ":a :z",
        ":b :y",
        target="sh:targetNode :a, :b",
    ),
    _case(
        "MinCount",
        "sh:path :p ; sh:minCount 1",
        ":a :p 1 . :x :q :b . :c :r 1 . :d a :T .",
        ":b",
        ":d",
        target="sh:targetNode :a ; sh:targetObjectsOf :q ; sh:targetClass :T",
    ),
    _case(
        "MaxCount",
        "sh:path :p ; sh:maxCount 1",
        ":a :p 1, 2 . :b :p 1, 2 ; :q 1 . :c :p 1, 2 . :d :p 1, 2 . :e :p 1 ; :q 1 .",
        ":a",
        ":b",
        ":d",
        target="sh:targetSubjectsOf :q ; sh:targetNode :a, :d",
    ),
    # Several constraints of one focus node, asked in one query.
    _case(
        "MinCount",
        "sh:property [ sh:path :p ; sh:minCount 1 ; sh:message 'm' ], [ sh:path :q ; sh:minCount 1 ; sh:message 'm' ]",
        ":a a :T ; :p 1 ; :q 1 . :b a :T ; :p 1 . :c a :T ; :q 1 . :d a :T . :e :r 1 .",
        ":b",
        ":c",
        ":d",
        ":d",
    ),
    _case(
        "MaxCount",
        "sh:property [ sh:path :p ; sh:maxCount 1 ; sh:message 'm' ], [ sh:path :q ; sh:maxCount 1 ; sh:message 'm' ]",
        ":a a :T ; :p 1 ; :q 1 . :b a :T ; :p 1, 2 . :c a :T ; :q 1, 2 . :d a :T ; :p 1, 2 ; :q 1, 2 . :e :p 1, 2 .",
        ":b",
        ":c",
        ":d",
        ":d",
    ),
    # Shapes below sh:property, reached along a path.
    _case(
        "MinCount",
        "sh:path :p ; sh:property [ sh:path :q ; sh:minCount 1 ; sh:message 'm' ]",
        ":a a :T ; :p :x . :x :q 1 . :b a :T ; :p :y . :z a :T ; :p :y . :c :p :w .",
        ":y",
        ":y",
    ),
    _case(
        "MaxCount",
        "sh:path ( :o :p ) ; sh:property [ sh:path :q ; sh:maxCount 1 ; sh:message 'm' ]",
        ":a a :T ; :o :i . :i :p :x . :x :q 1 . :b a :T ; :o :j . :j :p :y . :y :q 1, 2 . :k :p :w . :w :q 1, 2 .",
        ":y",
    ),
    _case(
        "In",
        "sh:path :p ; sh:property [ sh:path :q ; sh:in ( 1 ) ; sh:message 'm' ]",
        ":a a :T ; :p :x . :x :q 1 . :b a :T ; :p :y . :y :q 2 . :z :q 2 .",
        ":y 2",
    ),
)
