"""What a shape reads: the triples around a focus node that can change what is found there.

A read is a way from the focus node and a property read at its end. Walked forwards, the reads of a shape give the part
of the data it needs; walked backwards from a changed triple, they give the focus nodes to check again. Knows the model;
touches no data but through the walk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.quality.shacl.expressions import Refused
from kg.quality.shacl.model import Select, Shape, ShapeMap, Targets, circles
from kg.quality.shacl.paths import (
    Alternative,
    Path,
    Repeat,
    Sequence,
    Statements,
    Step,
    Term,
    image,
    join,
    reverse,
)
from kg.quality.shacl.selects import read_select
from kg.quality.shacl.triple_patterns import Pattern
from kg.rdf import vocab
from kg.rdf.vocab import PREFIXES

SUBCLASS: Final = NamedNode(PREFIXES["rdfs"] + "subClassOf")

_Properties = dict[tuple[NamedNode | None, bool], int | None]
"""What is read of a node: properties, whether they lead to it, and how many triples are enough (None: all)."""


@dataclass(frozen=True)
class Read:
    """The triples of one property at the end of a way from the focus node.

    ``predicate`` None stands for every property. With ``inverse`` the nodes at the end of the way are the objects.
    ``most`` is the number of triples that is enough for each of these nodes, where not all are needed: a count stops.
    """

    way: Path | None
    predicate: NamedNode | None
    inverse: bool = False
    most: int | None = None


class Needs(NamedTuple):
    """Statements, by their properties (None: all of these), and with ``links`` all whose value is no literal."""

    predicates: frozenset[NamedNode] | None = None
    links: bool = True

    def hold(self, triple: Triple) -> bool:
        """Say whether a statement is among them."""
        if self.predicates is None or triple.predicate in self.predicates:
            return True
        return self.links and not isinstance(triple.object, Literal)

    def and_(self, other: Needs) -> Needs:
        """Return the statements that are needed by one or the other."""
        if self.predicates is None or other.predicates is None:
            return EVERYTHING
        return Needs(self.predicates | other.predicates, self.links or other.links)


EVERYTHING: Final = Needs()


@dataclass(frozen=True)
class Footprint:
    """All that a root reads.

    ``everywhere`` names properties (None: all of them) that are read wherever they stand, so that any change of them
    may matter to any focus node: the class hierarchy, and patterns of a query that hang on nothing.
    ``known`` is False when it could not be told what is read: then everything is. Without ``of_literals`` no literal is
    a focus node.
    """

    reads: frozenset[Read]
    everywhere: frozenset[NamedNode | None] = frozenset({SUBCLASS})
    known: bool = True
    of_literals: bool = True

    @property
    def needs(self) -> Needs:
        """The statements that are read, wherever the focus nodes are."""
        named: set[NamedNode | None] = set(self.everywhere)
        links = False
        for read in self.reads:
            named |= set(_predicates(read.way))
            if read.predicate is None and read.inverse and read.way is None and not self.of_literals:
                links = True
            else:
                named.add(read.predicate)
        if None in named or not self.known:
            return EVERYTHING
        return Needs(frozenset(one for one in named if one is not None), links)


def footprint(shapes: ShapeMap, root: Shape) -> Footprint:
    """Return what a root, or a part of it, reads, its targets included."""
    walker = _Walker(shapes)
    if root.targets.classes:
        walker.reads.add(Read(None, vocab.RDF_TYPE))
    walker.reads |= {Read(None, one) for one in root.targets.subjects_of}
    walker.reads |= {Read(None, one, inverse=True) for one in root.targets.objects_of}
    walker.shape(root, None)
    of_literals = bool(root.targets.nodes or root.targets.objects_of or not root.targets)
    return Footprint(frozenset(walker.reads), frozenset(walker.everywhere), walker.known, of_literals)


class _Walker:
    def __init__(self, shapes: ShapeMap) -> None:
        self._shapes = shapes
        self._circles = circles(shapes)
        self.reads: set[Read] = set()
        self.everywhere: set[NamedNode | None] = {SUBCLASS}
        self.known = True

    def shape(self, shape: Shape, way: Path | None) -> None:
        if shape.node in self._circles:
            self.known = False
            return
        value = way
        if shape.path is not None:
            self.path(shape.path, way, _enough(shape))
            value = join(way, shape.path)
        for constraint in shape.constraints:
            match constraint.component:
                case "Class":
                    self.reads.add(Read(value, vocab.RDF_TYPE))
                case "Equals" | "Disjoint" | "LessThan" | "LessThanOrEquals":
                    other = constraint.terms[0]
                    self.reads.add(Read(way, other if isinstance(other, NamedNode) else None))
                case "Closed":
                    self.reads.add(Read(value, None))
                case "SPARQL" if constraint.select is not None:
                    self.select(constraint.select, way, shape.path)
                case _ if ":" in constraint.component:
                    self.known = False
            for child in constraint.shapes:
                self.shape(self._shapes[child], value)

    def path(self, path: Path, way: Path | None, most: int | None = None) -> None:
        match path:
            case Step(predicate, inverse):
                self.reads.add(Read(way, predicate, inverse, most))
            case Sequence(parts):
                for part in parts:
                    self.path(part, way, most if part is parts[-1] else None)
                    way = join(way, part)
            case Alternative(parts):
                for part in parts:
                    self.path(part, way, most)
            case Repeat(part, sign):
                self.path(part, way if sign == "?" else join(way, Repeat(part, "*")))
            case _:
                self.path(reverse(path.part), way)

    def select(self, select: Select, way: Path | None, path: Path | None) -> None:
        """Add what a query reads: every triple pattern, at the end of the shortest chain from ``$this``."""
        try:
            patterns = read_select(select, path).patterns
        except Refused:
            patterns = None
        if patterns is None:
            self.known = False
            return
        ways: dict[str, Path | None] = {"?this": way}
        behind: set[str] = set()
        left = list(patterns)
        while reached := [one for one in left if one.subject in ways or one.value in ways]:
            for one in reached:
                left.remove(one)
                self._reach(one, ways, behind)
        # What lies behind any property at all cannot be walked to.
        beyond = [one for one in left if one.subject in behind or one.value in behind]
        self.known &= not beyond
        self.everywhere |= {one.predicate for one in left}

    def _reach(self, one: Pattern, ways: dict[str, Path | None], behind: set[str]) -> None:
        inverse = one.subject not in ways
        start, end = (one.value, one.subject) if inverse else (one.subject, one.value)
        self.reads.add(Read(ways[start], one.predicate, inverse))
        if end.startswith("?") and end not in ways:
            if one.predicate is None:
                behind.add(end)
            else:
                ways[end] = join(ways[start], Step(one.predicate, inverse))


def _enough(shape: Shape) -> int | None:
    """Return how many values a property shape has to see when it does nothing but count; None when it needs all."""
    numbers = {"MinCount": 0, "MaxCount": 1}
    if not all(one.component in numbers for one in shape.constraints):
        return None
    return max((one.number + numbers[one.component] for one in shape.constraints), default=0)


def _predicates(path: Path | None) -> Iterator[NamedNode]:
    match path:
        case None:
            return
        case Step(predicate, _):
            yield predicate
        case Sequence(parts) | Alternative(parts):
            for part in parts:
                yield from _predicates(part)
        case _:
            yield from _predicates(path.part)


def around(footprints: Iterable[Footprint], nodes: Iterable[Term], graph: Statements) -> set[Triple]:
    """Return the triples that some footprints read around focus nodes. Each must be known."""
    found: set[Triple] = set()
    start = set(nodes)
    images: dict[Path | None, set[Term]] = {None: start}
    reads: dict[Path | None, _Properties] = {}
    for one in footprints:
        for read in one.reads:
            properties, key = reads.setdefault(read.way, {}), (read.predicate, read.inverse)
            before = properties.get(key, 0)
            properties[key] = None if before is None or read.most is None else max(before, read.most)
        for predicate in one.everywhere:
            found.update(graph.match(None, predicate, None))
    for way, properties in reads.items():
        for node in _image(way, images, graph):
            _collect(node, properties, graph, found)
    return found


def _image(way: Path | None, images: dict[Path | None, set[Term]], graph: Statements) -> set[Term]:
    """Return where a way leads; ways that begin alike are walked once."""
    if way not in images:
        if isinstance(way, Sequence):
            *before, last = way.parts
            prefix = before[0] if len(before) == 1 else Sequence(tuple(before))
            images[way] = image(last, _image(prefix, images, graph), graph)
        else:
            images[way] = image(way, images[None], graph)
    return images[way]


def _collect(node: Term, properties: _Properties, graph: Statements, found: set[Triple]) -> None:
    forward = {predicate for predicate, inverse in properties if not inverse}
    if forward and not isinstance(node, Literal):
        if len(forward) == 1:
            found.update(graph.match(node, next(iter(forward)), None))
        else:
            every = None in forward
            found.update(one for one in graph.match(node, None, None) if every or one.predicate in forward)
    for (predicate, inverse), most in properties.items():
        if inverse:
            # A source may be linked to by all there is.
            found.update(islice(graph.match(None, predicate, node), most))


class Reached:
    """Which nodes may see changed triples. Ways that several shapes have in common are walked once.

    The graph is the one after the change. Where a way itself was changed, its own triples are among the changed.
    """

    def __init__(self, changed: Iterable[Triple], graph: Statements) -> None:
        self._graph = graph
        self._starts: dict[tuple[NamedNode | None, bool], set[Term]] = {}
        self._properties: set[NamedNode | None] = set()
        self._walked: dict[Read, set[Term]] = {}
        for triple in changed:
            self._properties.add(triple.predicate)
            for inverse, end in ((False, triple.subject), (True, triple.object)):
                if isinstance(end, NamedNode | BlankNode | Literal):
                    for predicate in (triple.predicate, None):
                        self._starts.setdefault((predicate, inverse), set()).add(end)

    def of(self, one: Footprint) -> set[Term] | None:
        """Return the nodes whose check may see a changed triple; None when that may be any node."""
        if not one.known or (self._properties and (None in one.everywhere or one.everywhere & self._properties)):
            return None
        return set().union(*map(self._readers, one.reads))

    def _readers(self, read: Read) -> set[Term]:
        start = self._starts.get((read.predicate, read.inverse))
        if not start or read.way is None:
            return start or set()
        if read not in self._walked:
            self._walked[read] = image(reverse(read.way), start, self._graph)
        return self._walked[read]


__all__ = ["EVERYTHING", "Footprint", "Needs", "Reached", "Read", "Targets", "around", "footprint"]
