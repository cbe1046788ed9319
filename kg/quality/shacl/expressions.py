"""SPARQL expressions that say whether a node conforms to a shape.

Every expression is true or false, never an error: what cannot be compared does not conform (SHACL 1.0, section 4.3).
Correlated ``EXISTS`` carries nested shapes and paths; a sequence of steps nests one ``EXISTS`` in the other, because
Oxigraph joins a sequence path anew for every node. Constants are written by the engine itself, which escapes them.
Knows constraint components; knows nothing of targets and results.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from kg.quality.shacl.model import SH, Constraint, Node, Shape, ShapeMap
from kg.quality.shacl.paths import Alternative, Path, Repeat, Sequence, Step, Term, may_be_empty, reverse, sparql_path
from kg.rdf.vocab import PREFIXES

XSD: Final = PREFIXES["xsd"]
RDF_TYPE: Final = f"<{PREFIXES['rdf']}type>"
MAX_NESTED_COUNT: Final = 4
"""A count inside another shape is compared by so many pairwise different values at most."""

_RANGES: Final = {"MinExclusive": ">", "MinInclusive": ">=", "MaxExclusive": "<", "MaxInclusive": "<="}
_PAIRS: Final = {"LessThan": "<", "LessThanOrEquals": "<="}
_KINDS: Final = {
    "IRI": "isIRI({0})",
    "BlankNode": "isBlank({0})",
    "Literal": "isLiteral({0})",
    "BlankNodeOrIRI": "(isBlank({0}) || isIRI({0}))",
    "BlankNodeOrLiteral": "(isBlank({0}) || isLiteral({0}))",
    "IRIOrLiteral": "(isIRI({0}) || isLiteral({0}))",
}
_CAST: Final = "COALESCE(isLiteral(<{1}>(STR({0}))), false)"
# Oxigraph turns a literal it can read into a value of its own and leaves an ill-typed one as text. Numbers beyond
# 64 bits are left as text too, though they are well-formed: a pattern tells these from the ill-typed.
_WELL_TYPED: Final = {
    "integer": '(isNumeric({0}) || REGEX(STR({0}), "^[+-]?[0-9]+$"))',
    "decimal": '(isNumeric({0}) || REGEX(STR({0}), "^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)$"))',
    "float": "isNumeric({0})",
    "double": "isNumeric({0})",
    "boolean": _CAST,
    "date": "COALESCE(YEAR({0}) = YEAR({0}), false)",
    "dateTime": "COALESCE(YEAR({0}) = YEAR({0}), false)",
    "time": _CAST,
    "gYear": _CAST,
    "gYearMonth": _CAST,
    "duration": _CAST,
    "dayTimeDuration": _CAST,
    "yearMonthDuration": _CAST,
    # The engine folds these into their base type; what is left under their name is too large or ill-typed.
    "nonNegativeInteger": 'REGEX(STR({0}), "^[+]?[0-9]+$")',
    "positiveInteger": 'REGEX(STR({0}), "^[+]?[0-9]+$")',
    "nonPositiveInteger": 'REGEX(STR({0}), "^-[0-9]+$")',
    "negativeInteger": 'REGEX(STR({0}), "^-[0-9]+$")',
    "unsignedLong": 'REGEX(STR({0}), "^[+]?[0-9]{{19,20}}$")',
} | dict.fromkeys(("byte", "short", "int", "long", "unsignedByte", "unsignedShort", "unsignedInt", "dateTimeStamp"), "false")  # fmt: skip  # noqa: E501
_SPECIAL_DATATYPES: Final = frozenset({PREFIXES["rdfs"] + "Literal", PREFIXES["rdfs"] + "Datatype"})


class Refused(Exception):
    """A constraint has no expression here. ``reason`` says why, in a few words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Expressions:
    """Expressions over one set of shapes.

    ``subclasses`` gives for a class the classes below it in the data, itself first; a class it does not name has none.
    """

    def __init__(self, shapes: ShapeMap, subclasses: Mapping[Node, tuple[Node, ...]]) -> None:
        self._shapes = shapes
        self._subclasses = subclasses
        self.used = 0
        """Variables used up; set back for each query, so that equal constraints have equal queries."""

    def variable(self) -> str:
        """Return a variable that no other expression uses."""
        self.used += 1
        return f"?_x{self.used}"

    def classes(self, cls: Node) -> tuple[Node, ...]:
        """Return a class and those below it. Raises Refused for a class without a name."""
        found = self._subclasses.get(cls, (cls,))
        if not all(isinstance(one, NamedNode) for one in found):
            raise Refused("a class without an IRI")
        return found

    def instance(self, node: str, cls: Node) -> str:
        """Return whether a node is a SHACL instance of a class."""
        return _any(f"EXISTS {{ {node} {RDF_TYPE} {one} }}" for one in self.classes(cls))

    def exists(self, path: Path, start: str, end: str, inner: str = "") -> str:
        """Return whether the path leads from ``start`` to some ``end`` for which ``inner`` holds."""
        match path:
            case Step(predicate, inverse):
                ends = (end, start) if inverse else (start, end)
                return f"EXISTS {{ {ends[0]} {predicate} {ends[1]} {_filter(inner)}}}"
            case Sequence(parts):
                between = self.variable()
                rest = parts[1] if len(parts) == 2 else Sequence(parts[1:])
                return self.exists(parts[0], start, between, self.exists(rest, between, end, inner))
            case Alternative(parts):
                return _any(self.exists(part, start, end, inner) for part in parts)
            case Repeat(part, sign):
                if sign == "?":
                    again = self.exists(part, start, end, inner)
                else:
                    again = f"EXISTS {{ {start} {sparql_path(Repeat(part, '+'))} {end} {_filter(inner)}}}"
                # The engine knows the empty path of nodes in the data only: it is written out.
                here = re.sub(rf"{re.escape(end)}\b", start, inner) or "true"
                return f"({here} || {again})" if may_be_empty(path) else again
            case _:
                return self.exists(reverse(path.part), start, end, inner)

    def reaches(self, path: Path, start: str, end: str) -> str:
        """Return whether the path leads from one bound node to another."""
        match path:
            case Step():
                return self.exists(path, start, end)
            case Sequence(parts):
                between = self.variable()
                rest = parts[1] if len(parts) == 2 else Sequence(parts[1:])
                return self.exists(parts[0], start, between, self.reaches(rest, between, end))
            case Alternative(parts):
                return _any(self.reaches(part, start, end) for part in parts)
            case _:
                reached = self.variable()
                return self.exists(path, start, reached, f"sameTerm({reached}, {end})")

    def at_least(self, number: int, path: Path, start: str, holds: Callable[[str], str]) -> str:
        """Return whether the path leads to so many different nodes for which ``holds`` is true."""
        if number > MAX_NESTED_COUNT:
            raise Refused(f"a count of {number} inside another shape")
        ends = [self.variable() for _ in range(number)]
        text = ""
        for place in range(number - 1, -1, -1):
            different = [f"!sameTerm({ends[place]}, {other})" for other in ends[:place]]
            tests = [test for test in (*different, holds(ends[place]), text) if test]
            text = self.exists(path, start, ends[place], " && ".join(tests))
        return text or "true"

    def conforms(self, node: Node, focus: str) -> str:
        """Return whether a node conforms to a shape. Raises Refused."""
        shape = self._shapes[node]
        if shape.deactivated:
            return "true"
        if shape.path is None:
            return _all(self.value(shape, one, focus, focus) for one in shape.constraints)
        return _all(self._property(shape, shape.path, one, focus) for one in shape.constraints)

    def _property(self, shape: Shape, path: Path, constraint: Constraint, focus: str) -> str:
        """Return whether one constraint of a property shape holds for a focus node."""
        match constraint.component:
            case "MinCount":
                return self.at_least(constraint.number, path, focus, lambda end: "")
            case "MaxCount":
                return f"!({self.at_least(constraint.number + 1, path, focus, lambda end: '')})"
            case "HasValue":
                return self.has_value(path, constraint, focus)
            case "Qualified":
                return _all(self._qualified(path, constraint, focus))
            case "UniqueLang":
                one, other = self.variable(), self.variable()
                return f"!({self.exists(path, focus, one, self.exists(path, focus, other, same_language(one, other)))})"
            case "LessThan" | "LessThanOrEquals":
                one, other = self.variable(), self.variable()
                wrong = self.exists(self.other(constraint), focus, other, f"!{self.below(constraint, one, other)}")
                return f"!({self.exists(path, focus, one, wrong)})"
            case "Equals":
                one, other = self.variable(), self.variable()
                beyond = self.exists(path, focus, one, f"!({self.exists(self.other(constraint), focus, one)})")
                missing = self.exists(self.other(constraint), focus, other, f"!({self.reaches(path, focus, other)})")
                return f"!({beyond}) && !({missing})"
            case _:
                end = self.variable()
                return f"!({self.exists(path, focus, end, f'!({self.value(shape, constraint, focus, end)})')})"

    def _qualified(self, path: Path, constraint: Constraint, focus: str) -> list[str]:
        tests = []
        if constraint.least:
            tests.append(self.at_least(constraint.least, path, focus, lambda end: self.counts(constraint, end)))
        if constraint.most is not None:
            more = self.at_least(constraint.most + 1, path, focus, lambda end: self.counts(constraint, end))
            tests.append(f"!({more})")
        return tests

    def counts(self, constraint: Constraint, end: str) -> str:
        """Return whether a value counts for a qualified count: conforms to its shape and to no sibling."""
        own, *siblings = constraint.shapes
        return _all((self.conforms(own, end), *(f"!({self.conforms(one, end)})" for one in siblings)))

    def has_value(self, path: Path, constraint: Constraint, focus: str) -> str:
        """Return whether the path leads to the value."""
        value = constant(constraint.terms[0])
        if isinstance(path, Step):
            return self.exists(path, focus, value) if not path.inverse or value[0] == "<" else "false"
        return self.reaches(path, focus, value)

    def other(self, constraint: Constraint) -> Step:
        """Return the property that a constraint compares with."""
        other = constraint.terms[0]
        if not isinstance(other, NamedNode):
            raise Refused(f"{constraint.component} with something that is no property")
        return Step(other)

    def below(self, constraint: Constraint, one: str, other: str) -> str:
        """Return whether one value stands before another; false where they cannot be compared."""
        return f"COALESCE({one} {_PAIRS[constraint.component]} {other}, false)"

    def value(self, shape: Shape, constraint: Constraint, focus: str, value: str) -> str:
        """Return whether one value node keeps one constraint. Raises Refused."""
        name = constraint.component
        match name:
            case "Class":
                return self.instance(value, class_node(constraint.terms[0]))
            case "Datatype":
                return _datatype(constraint.terms[0], value)
            case "NodeKind":
                kind = constraint.terms[0].value.removeprefix(SH)
                if kind not in _KINDS:
                    raise Refused(f"the node kind {kind}")
                return _KINDS[kind].format(value)
            case "MinExclusive" | "MinInclusive" | "MaxExclusive" | "MaxInclusive":
                return f"COALESCE({value} {_RANGES[name]} {constraint.terms[0]}, false)"
            case "MinLength" | "MaxLength":
                sign = ">=" if name == "MinLength" else "<="
                return f"COALESCE(STRLEN(STR({value})) {sign} {constraint.number}, false)"
            case "Pattern":
                return _pattern(constraint, value)
            case "LanguageIn":
                ranges = _any(f"LANGMATCHES(LANG({value}), {Literal(one.value)})" for one in constraint.terms)
                return f"COALESCE({ranges}, false)"
            case "In":
                return _in(constraint, value)
            case "HasValue":
                return f"sameTerm({value}, {constant(constraint.terms[0])})"
            case "Equals":
                other = self.variable()
                beyond = self.exists(self.other(constraint), focus, other, f"!sameTerm({other}, {focus})")
                return f"{self.exists(self.other(constraint), focus, focus)} && !({beyond})"
            case "Disjoint":
                return f"!({self.exists(self.other(constraint), focus, value)})"
            case "Closed":
                name, end = self.variable(), self.variable()
                return f"!(EXISTS {{ {value} {name} {end} FILTER({self.beyond(constraint, name, end)}) }})"
            case "Not":
                return f"!({self.conforms(constraint.shapes[0], value)})"
            case "Node" | "Property":
                return self.conforms(constraint.shapes[0], value)
            case "And":
                return _all(self.conforms(one, value) for one in constraint.shapes)
            case "Or":
                return _any(self.conforms(one, value) for one in constraint.shapes)
            case "Xone":
                held = " + ".join(f"IF({self.conforms(one, value)}, 1, 0)" for one in constraint.shapes)
                return f"(({held or '0'}) = 1)"
            case "SPARQL" if constraint.select is None:
                return "true"
            case "SPARQL":
                raise Refused("a query (sh:sparql) inside another shape")
            case _:
                raise Refused(name)

    def beyond(self, constraint: Constraint, predicate: str, value: str) -> str:
        """Return whether a triple is one that a closed shape does not allow."""
        allowed = ", ".join(str(one) for one in dict.fromkeys(constraint.terms) if isinstance(one, NamedNode))
        resource = f"({predicate} = {RDF_TYPE} && {value} = <{PREFIXES['rdfs']}Resource>)"
        return f"{predicate} NOT IN ({allowed}) && !{resource}"


def same_language(one: str, other: str) -> str:
    """Return whether two values are different texts under one language tag."""
    return f'!sameTerm({one}, {other}) && COALESCE(LANG({one}) != "" && LANG({one}) = LANG({other}), false)'


def constant(term: Term) -> str:
    """Write a term that is compared as a term. Raises Refused where the engine would compare another one."""
    if not isinstance(term, NamedNode | Literal):
        raise Refused("a value without an IRI")
    if rewritten(term):
        raise Refused(f"the value {term}, which the store writes in another way")
    return str(term)


@lru_cache(maxsize=4096)
def rewritten(term: Term) -> bool:
    """Say whether a store gives a literal back in another form than it took it, such as 01 as 1."""
    if not isinstance(term, Literal):
        return False
    store = Store()
    node = NamedNode("urn:x")
    store.add(Quad(node, node, term))
    return bool(next(iter(store)).object != term)


def class_node(term: Term) -> Node:
    """Return a term that can be a class. Raises Refused for a literal."""
    if isinstance(term, Literal):
        raise Refused("a class that is a literal")
    return term


def _datatype(datatype: Term, value: str) -> str:
    if not isinstance(datatype, NamedNode) or datatype.value in _SPECIAL_DATATYPES:
        raise Refused(f"the datatype {datatype}")
    own = f"COALESCE(DATATYPE({value}) = {datatype}, false)"
    local = datatype.value.removeprefix(XSD)
    if not datatype.value.startswith(XSD) or local not in _WELL_TYPED:
        return own
    return f"({own} && {_WELL_TYPED[local].format(value, datatype.value)})"


def _pattern(constraint: Constraint, value: str) -> str:
    if not runs(constraint.text, constraint.flags):
        raise Refused(f"the pattern {constraint.text!r}")
    flags = f", {Literal(constraint.flags)}" if constraint.flags else ""
    return f"COALESCE(REGEX(STR({value}), {Literal(constraint.text)}{flags}), false)"


@lru_cache(maxsize=1024)
def runs(pattern: str, flags: str) -> bool:
    """Say whether the engine's regular expressions read a pattern as XPath's do.

    They have no look-around and no back-references, and take ``[`` and ``&&`` inside brackets as set operations.
    """
    if re.search(r"\[[^\]\\]*(?:\\.[^\]\\]*)*(?:\[|&&|--|~~)", pattern):
        return False
    flag_text = f", {Literal(flags)}" if flags else ""
    found = Store().query(f'SELECT (REGEX("", {Literal(pattern)}{flag_text}) AS ?x) {{}}')
    return isinstance(found, QuerySolutions) and next(found)[0] is not None


def _in(constraint: Constraint, value: str) -> str:
    members = [constant(term) for term in dict.fromkeys(constraint.terms)]
    if all(isinstance(term, NamedNode) for term in constraint.terms):
        return f"({value} IN ({', '.join(members)}))"
    return _any(f"sameTerm({value}, {member})" for member in members)


def _filter(test: str) -> str:
    return f"FILTER({test}) " if test else ""


def _any(tests: Iterable[str]) -> str:
    return _joined(tests, " || ", "false")


def _all(tests: Iterable[str]) -> str:
    return _joined(tests, " && ", "true")


def _joined(tests: Iterable[str], sign: str, empty: str) -> str:
    found = list(tests)
    return f"({sign.join(found)})" if found else empty
