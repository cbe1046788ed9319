"""Random data and shapes over a handful of nodes, for comparing processors.

Every component and every form of path occurs. Kept out is what pySHACL does otherwise than the specification says;
``test_differences.py`` shows each of these. A generator is a seed: the same number gives the same case.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

PREFIXES = """
@prefix ex: <http://toy.example/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
IRIS = [f"ex:{name}" for name in "abcde"]
BLANK = ["_:x", "_:y"]
PLAIN = ['"one"', '"two"', '"One more"', '"eins"@de', '"one"@en', '"two"@en', '"uno"@es-MX', "1", "2", "3", "1.5", '""']
INCOMPARABLE = ["true", '"2020-01-01"^^xsd:date', '"2021"^^xsd:gYear', '"nine"^^xsd:integer', '"x"^^ex:own']
REWRITTEN = ['"01"^^xsd:integer', '"1"^^xsd:boolean', '"2.50"^^xsd:decimal', '"4"^^xsd:int']
NODES = [*IRIS, '"one"', "ex:nowhere"]
NUMBERS = ["1", "2", "3", "1.5", "2.5", "10"]
CLASSES = ["ex:C", "ex:D", "ex:E"]
PROPERTIES = ["ex:p", "ex:q", "ex:r"]
KINDS = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
DATATYPES = ("xsd:string", "xsd:integer", "xsd:decimal", "xsd:boolean", "xsd:date", "xsd:gYear", "rdf:langString",
             "ex:own", "rdfs:Literal")  # fmt: skip
PATTERNS = ("^o", "n", "[0-9]+$", "^(?:one|uno)$", "^[^a-z]", "(?=o)", "toy")
ENGLISH = ['"one"@en', '"two"@en', '"three"@en']
LANGUAGES = ('"en"', '"de" "es"', '"es-MX"')
_REPEATED_TWICE = re.compile(r"Or(?:More|One)Path \[ sh:(?:zero|one)Or")
SELECTS = (
    "SELECT $this ?value WHERE { $this ex:p ?value . FILTER(isLiteral(?value)) }",
    "SELECT DISTINCT $this ?value WHERE { $this ex:p ?value . FILTER NOT EXISTS { ?value a ?kind . ?kind ex:q ?x } }",
    "SELECT $this WHERE { $this a ex:C . FILTER NOT EXISTS { $this ex:p ?a . ?a ex:q ?b . ?b ex:r ?c } }",
    "SELECT $this ?value WHERE { $this ex:p ?a ; ex:q ?value OPTIONAL { ?a ex:r ?b } FILTER(!BOUND(?b)) }",
    "SELECT $this ?value WHERE { $this $PATH ?value . FILTER(isIRI(?value)) BIND(STR(?value) AS ?word) }",
    "SELECT $this ?value WHERE { { $this ex:p ?value } UNION { ?value ex:q $this } }",
    "SELECT $this ?value (COUNT(?a) AS ?many) WHERE { ?a ex:p ?value . $this ex:q ?a } GROUP BY $this ?value "
    "HAVING (COUNT(?a) > 1)",
)
ONCE = {"sh:datatype", "sh:nodeKind", "sh:in", "sh:languageIn", "sh:minCount", "sh:maxCount", "sh:minLength",
        "sh:maxLength", "sh:uniqueLang", "sh:closed", "sh:pattern", "sh:qualifiedValueShape"}  # fmt: skip
"""What a shape may state once."""


class Generator:
    """Draws data and shapes."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        # pySHACL puts values of types it does not know into some order; a case has such values or comparisons.
        self._compares = self._random.random() < 0.5

    def _one(self, choices: Sequence[str]) -> str:
        return self._random.choice(choices)

    def _some(self, choices: Sequence[str], most: int, least: int = 0) -> list[str]:
        return [self._one(choices) for _ in range(self._random.randint(least, most))]

    def data(self, *, rewritten: bool = False) -> str:
        """Return up to thirty statements; with ``rewritten`` also literals that a store writes in another way."""
        values = (
            IRIS + IRIS + BLANK + PLAIN + ([] if self._compares else INCOMPARABLE) + (REWRITTEN if rewritten else [])
        )
        lines = [PREFIXES]
        for _ in range(self._random.randint(0, 30)):
            subject = self._one(IRIS + BLANK)
            said = self._random.random()
            if said < 0.6:
                line = (subject, self._one(PROPERTIES), self._one(values))
            elif said < 0.75:
                line = (subject, self._one(["ex:n", "ex:m"]), self._one(NUMBERS))
            elif said < 0.85:
                line = (self._one(["ex:a", "ex:b"]), "ex:p", self._one(ENGLISH))
            elif said < 0.95:
                line = (subject, "a", self._one(CLASSES))
            else:
                line = (self._one(CLASSES), "rdfs:subClassOf", self._one(CLASSES))
            lines.append(f"{' '.join(line)} .\n")
        return "".join(lines)

    def path(self, depth: int = 2) -> str:
        """Return any property path but the inverse of a longer one."""
        kind = self._random.random()
        if depth == 0 or kind < 0.5:
            step = self._one([*PROPERTIES, "rdf:type"])
            return step if self._random.random() < 0.7 else f"[ sh:inversePath {step} ]"
        if kind < 0.8:
            parts = " ".join(self.path(depth - 1) for _ in range(self._random.randint(2, 3)))
            return f"( {parts} )" if kind < 0.65 else f"[ sh:alternativePath ( {parts} ) ]"
        return f"[ sh:{self._one(['zeroOrMorePath', 'oneOrMorePath', 'zeroOrOnePath'])} {self.path(depth - 1)} ]"

    def on_values(self) -> str:
        """Return one constraint that any shape may have and that refers to no other shape."""
        constants = IRIS + PLAIN + INCOMPARABLE
        choices = (
            lambda: f"sh:class {self._one(CLASSES)}",
            lambda: f"sh:datatype {self._one(DATATYPES)}",
            lambda: f"sh:nodeKind sh:{self._one(KINDS)}",
            lambda: self._range(),
            lambda: self._range(),
            lambda: f"sh:minLength {self._one('139')}",
            lambda: f"sh:maxLength {self._one(['0', '3', '20'])}",
            lambda: f'sh:pattern "{self._one(PATTERNS)}"',
            lambda: 'sh:pattern "^ONE" ; sh:flags "i"',
            lambda: f"sh:languageIn ( {self._one(LANGUAGES)} )",
            lambda: f"sh:in ( {' '.join(self._some(constants, 4, 1))} )",
            lambda: f"sh:hasValue {self._one(constants)}",
            lambda: f"sh:equals {self._one(PROPERTIES)}",
            lambda: f"sh:disjoint {self._one(PROPERTIES)}",
            lambda: f"sh:closed true ; sh:ignoredProperties ( rdf:type {' '.join(self._some(PROPERTIES, 2))} )",
        )
        return self._random.choice(choices)()

    def _range(self) -> str:
        if not self._compares:
            return f"sh:class {self._one(CLASSES)}"
        return f"sh:{self._one(['min', 'max'])}{self._one(['Exclusive', 'Inclusive'])} {self._one(NUMBERS)}"

    def on_properties(self) -> str:
        """Return one constraint that only property shapes may have."""
        kind = self._random.random()
        if kind < 0.3:
            return "sh:uniqueLang true"
        return f"sh:{self._one(['minCount', 'maxCount'])} {self._one('01123')}"

    def body(self, *, depth: int = 2, property_shape: bool | None = None) -> str:
        """Return what stands in a shape: a path or none, constraints, shapes inside."""
        is_property = self._random.random() < 0.5 if property_shape is None else property_shape
        parts = []
        if is_property:
            if self._random.random() < 0.2:
                parts = ["sh:path ex:n", f"sh:{self._one(['lessThan', 'lessThanOrEquals'])} ex:m"]
            else:
                parts = [f"sh:path {self.path()}", *(self.on_properties() for _ in range(self._random.randint(0, 2)))]
        parts += [self.on_values() for _ in range(self._random.randint(0, 2))]
        for _ in range(self._random.randint(0, 2) if depth else 0):
            parts.append(self._inner(depth - 1, is_property))
        kept: dict[str, str] = {}
        for place, part in enumerate(parts):
            name = part.split()[0]
            kept[name if name in ONCE else f"{name} {place}"] = part
        severity = self._one(["", "", "sh:severity sh:Warning", "sh:severity ex:odd"])
        message = f'sh:message "m{self._random.randint(0, 9)}"'
        return " ; ".join([*kept.values(), *([severity] if severity else []), message])

    def _inner(self, depth: int, is_property: bool) -> str:
        def inner(property_shape: bool | None = None) -> str:
            return f"[ {self.body(depth=depth, property_shape=property_shape)} ]"

        kind = self._one(["not", "and", "or", "xone", "node", "property", "property", "qualified"])
        if kind in ("and", "or", "xone"):
            return f"sh:{kind} ( {' '.join(inner() for _ in range(self._random.randint(1, 3)))} )"
        if kind in ("node", "property"):
            return f"sh:{kind} {inner(kind == 'property')}"
        if kind == "qualified" and is_property:
            bounds = self._one(
                ["sh:qualifiedMinCount 1", "sh:qualifiedMaxCount 0", "sh:qualifiedMinCount 2 ; sh:qualifiedMaxCount 2"]
            )
            disjoint = self._one(["", " ; sh:qualifiedValueShapesDisjoint true"])
            return f"sh:qualifiedValueShape {inner()} ; {bounds}{disjoint}"
        return f"sh:not {inner()}"

    def shapes(self) -> str:
        """Return one to three shapes with targets."""
        written = [PREFIXES]
        for number in range(self._random.randint(1, 3)):
            targets = [
                self._random.choice(
                    (
                        f"sh:targetClass {self._one(CLASSES)}",
                        f"sh:targetNode {self._one(NODES)}",
                        f"sh:targetSubjectsOf {self._one(PROPERTIES)}",
                        f"sh:targetObjectsOf {self._one(PROPERTIES)}",
                    )
                )
                for _ in range(self._random.randint(1, 2))
            ]
            is_property = self._random.random() < 0.5
            body = self.body(property_shape=is_property)
            if self._random.random() < 0.4:
                # pySHACL writes a repetition of a repetition into a query without the brackets it needs.
                with_path = is_property and not _REPEATED_TWICE.search(body)
                choices = [one for one in SELECTS if with_path or "$PATH" not in one]
                select = f'"""PREFIX ex: <http://toy.example/> {self._one(choices)}"""'
                body += f' ; sh:sparql [ sh:select {select} ; sh:message "{{$this}} has {{?value}}" ]'
            kind = "sh:PropertyShape" if is_property else "sh:NodeShape"
            written.append(f"ex:s{number} a {kind} ; {' ; '.join(targets)} ; {body} .\n")
        return "".join(written)
