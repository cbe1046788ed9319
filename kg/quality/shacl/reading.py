"""Read a shapes graph into the model.

Knows the syntax of SHACL Core and of SPARQL constraints (SHACL 1.0, sections 2 to 5) as triples. What it does not know
becomes a constraint under the name it has in the graph, so that nobody takes it for checked. Runs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, TypeGuard

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.errors import ShapesError
from kg.quality.shacl.model import SH, Constraint, Node, Select, Shape, Targets, sh
from kg.quality.shacl.paths import FORMS, Alternative, Path, Repeat, Sequence, Step, Term, inverse_of
from kg.rdf import vocab
from kg.rdf.vocab import PREFIXES

MAX_PATH_DEPTH: Final = 50
_SUBCLASS: Final = NamedNode(PREFIXES["rdfs"] + "subClassOf")
_CLASS: Final = NamedNode(PREFIXES["rdfs"] + "Class")
_OWL_CLASS: Final = NamedNode(PREFIXES["owl"] + "Class")
_TARGETS: Final = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_REFERENCES: Final = ("property", "node", "not", "qualifiedValueShape")
_LISTS: Final = ("and", "or", "xone")
_ONE_TERM: Final = {
    "class": "Class", "hasValue": "HasValue", "equals": "Equals", "disjoint": "Disjoint", "lessThan": "LessThan",
    "lessThanOrEquals": "LessThanOrEquals", "minExclusive": "MinExclusive", "minInclusive": "MinInclusive",
    "maxExclusive": "MaxExclusive", "maxInclusive": "MaxInclusive",
}  # fmt: skip
_ONE_VALUE: Final = {"datatype": "Datatype", "nodeKind": "NodeKind", "in": "In", "languageIn": "LanguageIn"}
_NUMBERS: Final = {"minCount": "MinCount", "maxCount": "MaxCount", "minLength": "MinLength", "maxLength": "MaxLength"}
_SHAPES: Final = {"not": "Not", "node": "Node", "property": "Property"}
_SILENT: Final = frozenset(
    "path severity message deactivated name description order group defaultValue flags ignoredProperties "
    "qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint prefixes declare rule".split()
) | frozenset(_TARGETS)  # fmt: skip
"""Terms that check nothing by themselves. A rule infers statements; none is inferred here."""
_PREDEFINED: Final = ("rdf", "rdfs", "owl")


class ShapesGraph:
    """The triples of a shapes graph by subject and predicate; values in a fixed order."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._by_subject: dict[Term, dict[NamedNode, list[Term]]] = {}
        self._by_predicate: dict[NamedNode, list[Node]] = {}
        for triple in dict.fromkeys(triples):
            if isinstance(triple.subject, Triple) or isinstance(triple.object, Triple):
                raise ShapesError("the shapes state something about a statement, which SHACL knows nothing of")
            self._by_subject.setdefault(triple.subject, {}).setdefault(triple.predicate, []).append(triple.object)
            self._by_predicate.setdefault(triple.predicate, []).append(triple.subject)
        for predicates in self._by_subject.values():
            for values in predicates.values():
                values.sort(key=str)

    def values(self, node: Term, predicate: NamedNode) -> list[Term]:
        """Return the values of a property of a node."""
        return self._by_subject.get(node, {}).get(predicate, [])

    def predicates(self, node: Term) -> Iterable[NamedNode]:
        """Return the properties a node has values for."""
        return self._by_subject.get(node, {})

    def subjects(self, predicate: NamedNode) -> list[Node]:
        """Return the nodes that have a value for a property, each once."""
        return list(dict.fromkeys(self._by_predicate.get(predicate, [])))

    def value(self, node: Term, predicate: NamedNode) -> Term | None:
        """Return the first value, or None."""
        return next(iter(self.values(node, predicate)), None)

    def items(self, head: Term) -> list[Term]:
        """Return the members of an RDF list. Raises ShapesError when it is not a list."""
        members, seen = [], set()
        while head != vocab.RDF_NIL:
            first, rest = self.values(head, vocab.RDF_FIRST), self.values(head, vocab.RDF_REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise ShapesError(f"{head} in the shapes is not a well-formed list", advice="write it in ( … )")
            seen.add(head)
            members.append(first[0])
            head = rest[0]
        return members

    def instances(self, cls: NamedNode) -> Iterator[Node]:
        """Yield the nodes typed with exactly this class."""
        for node in self.subjects(vocab.RDF_TYPE):
            if cls in self.values(node, vocab.RDF_TYPE):
                yield node


def is_node(term: Term) -> TypeGuard[Node]:
    """Say whether a term can be a shape."""
    return not isinstance(term, Literal)


def read_path(graph: ShapesGraph, node: Term, depth: int = 0) -> Path:
    """Read a property path. Raises ShapesError when it is not one, or runs in a circle."""
    if isinstance(node, NamedNode):
        return Step(node)
    if depth > MAX_PATH_DEPTH:
        raise ShapesError("a property path runs in a circle", advice="write the path without reference to itself")
    # A node that is several paths at once is read as the first of these (tests path-strange-001 and -002 of the W3C).
    if graph.values(node, vocab.RDF_FIRST):
        return Sequence(_several(graph, node, depth))
    inner = graph.value(node, sh("inversePath"))
    if inner is not None:
        return inverse_of(read_path(graph, inner, depth + 1))
    choices = graph.value(node, sh("alternativePath"))
    if choices is not None:
        return Alternative(_several(graph, choices, depth))
    for name, sign in FORMS.items():
        inner = graph.value(node, sh(name))
        if inner is not None:
            return Repeat(read_path(graph, inner, depth + 1), sign)
    raise ShapesError(f"{node} is not a SHACL property path")


def _several(graph: ShapesGraph, head: Term, depth: int) -> tuple[Path, ...]:
    parts = tuple(read_path(graph, part, depth + 1) for part in graph.items(head))
    if len(parts) < 2:
        raise ShapesError("a property path of several parts needs at least two", advice="name the property directly")
    return parts


def read_shapes(graph: ShapesGraph) -> dict[Node, Shape]:
    """Read every shape of a shapes graph. Raises ShapesError where a shape cannot be read at all."""
    components = _components(graph)
    classes = _classes(graph)
    found = {node: _shape(graph, node, components, classes) for node in _shape_nodes(graph)}
    for shape in found.values():
        for constraint in shape.constraints:
            if constraint.component == "Property" and found[constraint.shapes[0]].path is None:
                raise ShapesError(
                    f"{constraint.shapes[0]} is no property shape: the shapes cannot be run", advice="give it a sh:path"
                )
    return found


def _shape_nodes(graph: ShapesGraph) -> list[Node]:
    nodes: dict[Node, None] = {}
    for cls in ("NodeShape", "PropertyShape"):
        nodes.update(dict.fromkeys(graph.instances(sh(cls))))
    for name in (*_TARGETS, "property", "node"):
        nodes.update(dict.fromkeys(graph.subjects(sh(name))))
    pending: list[Term] = []
    for name in _REFERENCES:
        for node in graph.subjects(sh(name)):
            pending += graph.values(node, sh(name))
    for name in _LISTS:
        for node in graph.subjects(sh(name)):
            for head in graph.values(node, sh(name)):
                pending += graph.items(head)
    nodes.update(dict.fromkeys(node for node in pending if is_node(node)))
    return sorted(nodes, key=str)


def _shape(
    graph: ShapesGraph, node: Node, components: dict[NamedNode, tuple[NamedNode, ...]], classes: set[Term]
) -> Shape:
    paths = graph.values(node, sh("path"))
    if len(paths) > 1:
        raise ShapesError(f"{node} has more than one sh:path", advice="write one property shape for each")
    severity = graph.value(node, sh("severity"))
    deactivated = graph.value(node, sh("deactivated"))
    messages = tuple(one for one in graph.values(node, sh("message")) if isinstance(one, Literal))
    return Shape(
        node=node,
        path=read_path(graph, paths[0]) if paths else None,
        targets=_targets(graph, node, classes),
        constraints=(*_constraints(graph, node), *_custom(graph, node, components)),
        severity=severity if isinstance(severity, NamedNode) else sh("Violation"),
        messages=messages,
        deactivated=deactivated is not None and _is_true(deactivated),
    )


def _is_true(term: Term) -> bool:
    return isinstance(term, Literal) and term.value in ("true", "1")


def _targets(graph: ShapesGraph, node: Node, classes: set[Term]) -> Targets:
    def named(name: str) -> tuple[NamedNode, ...]:
        return tuple(one for one in graph.values(node, sh(name)) if isinstance(one, NamedNode))

    implicit = (node,) if any(kind in classes for kind in graph.values(node, vocab.RDF_TYPE)) else ()
    return Targets(
        classes=(*(one for one in graph.values(node, sh("targetClass")) if is_node(one)), *implicit),
        nodes=tuple(graph.values(node, sh("targetNode"))),
        subjects_of=named("targetSubjectsOf"),
        objects_of=named("targetObjectsOf"),
    )


def _classes(graph: ShapesGraph) -> set[Term]:
    """Return rdfs:Class and its subclasses: instances of these are classes, and as shapes target their instances."""
    found: set[Term] = {_CLASS, _OWL_CLASS}
    while more := {
        node for node in graph.subjects(_SUBCLASS) if node not in found and found & set(graph.values(node, _SUBCLASS))
    }:
        found |= more
    return found


def _constraints(graph: ShapesGraph, node: Node) -> Iterator[Constraint]:
    for predicate in graph.predicates(node):
        if not predicate.value.startswith(SH):
            continue
        name = predicate.value.removeprefix(SH)
        values = graph.values(node, predicate)
        if name in _SILENT:
            continue
        if name in _ONE_TERM:
            yield from (Constraint(_ONE_TERM[name], terms=(value,)) for value in values)
        elif name in _SHAPES and all(is_node(value) for value in values):
            yield from (Constraint(_SHAPES[name], shapes=(value,)) for value in values if is_node(value))
        elif name in _LISTS:
            for head in values:
                members = tuple(one for one in graph.items(head) if is_node(one))
                yield Constraint(name.capitalize(), shapes=members)
        elif name in _NUMBERS and len(values) == 1:
            yield _number(name, values[0])
        elif name in _ONE_VALUE and len(values) == 1:
            terms = tuple(graph.items(values[0])) if name in ("in", "languageIn") else (values[0],)
            yield Constraint(_ONE_VALUE[name], terms=terms)
        elif name == "pattern":
            flags = graph.value(node, sh("flags"))
            for value in values:
                if not isinstance(value, Literal):
                    yield Constraint("sh:pattern that is no text")
                else:
                    yield Constraint("Pattern", text=value.value, flags=flags.value if flags is not None else "")
        elif name == "uniqueLang":
            # Only the literal true counts, not another way to write it (test uniqueLang-002 of the W3C).
            if Literal(True) in values:
                yield Constraint("UniqueLang")
        elif name == "closed":
            if any(map(_is_true, values)):
                yield Constraint("Closed", terms=tuple(_allowed(graph, node)))
        elif name == "qualifiedValueShape" and all(is_node(value) for value in values):
            yield from (_qualified(graph, node, value) for value in values if is_node(value))
        elif name == "sparql":
            yield from (_select(graph, value) for value in values)
        elif name in ("target", "js"):
            raise ShapesError(
                f"{node} uses sh:{name}, which is not run here", advice="write it in SHACL Core or as sh:sparql"
            )
        else:
            yield Constraint(f"sh:{name}")


def _number(name: str, value: Term) -> Constraint:
    if not isinstance(value, Literal) or not value.value.isdigit():
        raise ShapesError(f"sh:{name} {value} is not a whole number: the shapes cannot be run", advice="correct it")
    return Constraint(_NUMBERS[name], number=int(value.value))


def _allowed(graph: ShapesGraph, node: Node) -> Iterator[Term]:
    for shape in graph.values(node, sh("property")):
        yield from (path for path in graph.values(shape, sh("path")) if isinstance(path, NamedNode))
    for head in graph.values(node, sh("ignoredProperties")):
        yield from graph.items(head)


def _qualified(graph: ShapesGraph, node: Node, shape: Node) -> Constraint:
    def count(name: str) -> int | None:
        value = graph.value(node, sh(name))
        return None if value is None else _number("minCount", value).number

    siblings: dict[Node, None] = {}
    if any(map(_is_true, graph.values(node, sh("qualifiedValueShapesDisjoint")))):
        for parent in graph.subjects(sh("property")):
            if node in (members := graph.values(parent, sh("property"))):
                for member in members:
                    for other in graph.values(member, sh("qualifiedValueShape")):
                        if other != shape and is_node(other):
                            siblings[other] = None
    return Constraint(
        "Qualified",
        shapes=(shape, *siblings),
        least=count("qualifiedMinCount"),
        most=count("qualifiedMaxCount"),
    )


def _select(graph: ShapesGraph, node: Term) -> Constraint:
    text = graph.value(node, sh("select"))
    if not is_node(node) or not isinstance(text, Literal):
        return Constraint("sh:sparql without a sh:select")
    if any(map(_is_true, graph.values(node, sh("deactivated")))):
        return Constraint("SPARQL", select=None)
    messages = tuple(one for one in graph.values(node, sh("message")) if isinstance(one, Literal))
    return Constraint("SPARQL", select=Select(node, text.value, tuple(_prefixes(graph, node)), messages))


def _prefixes(graph: ShapesGraph, node: Node) -> Iterator[tuple[str, str]]:
    """Yield the prefixes of a query: those declared by what ``sh:prefixes`` names, and by what that imports."""
    imports = NamedNode(PREFIXES["owl"] + "imports")
    names = {name: PREFIXES[name] for name in _PREDEFINED}
    pending, seen = list(graph.values(node, sh("prefixes"))), set()
    while pending:
        one = pending.pop()
        if one in seen:
            continue
        seen.add(one)
        pending += graph.values(one, imports)
        for declared in graph.values(one, sh("declare")):
            prefix, namespace = graph.value(declared, sh("prefix")), graph.value(declared, sh("namespace"))
            if isinstance(prefix, Literal) and isinstance(namespace, Literal):
                names[prefix.value] = namespace.value
    yield from sorted(names.items())


def _components(graph: ShapesGraph) -> dict[NamedNode, tuple[NamedNode, ...]]:
    """Return the constraint components that the shapes define themselves, with their mandatory parameters."""
    kinds = {sh("ConstraintComponent"), *(
        node for node in graph.subjects(_SUBCLASS) if sh("ConstraintComponent") in graph.values(node, _SUBCLASS)
    )}  # fmt: skip
    found: dict[NamedNode, tuple[NamedNode, ...]] = {}
    for node in graph.subjects(vocab.RDF_TYPE):
        if isinstance(node, NamedNode) and kinds & set(graph.values(node, vocab.RDF_TYPE)):
            needed = [
                graph.value(one, sh("path"))
                for one in graph.values(node, sh("parameter"))
                if not any(map(_is_true, graph.values(one, sh("optional"))))
            ]
            found[node] = tuple(path for path in needed if isinstance(path, NamedNode))
    return found


def _custom(graph: ShapesGraph, node: Node, components: dict[NamedNode, tuple[NamedNode, ...]]) -> Iterator[Constraint]:
    for component, parameters in components.items():
        if not component.value.startswith(SH) and all(graph.values(node, one) for one in parameters):
            yield Constraint(component.value)


__all__ = ["BlankNode", "ShapesGraph", "is_node", "read_path", "read_shapes"]
