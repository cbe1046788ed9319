"""The processor: shapes read once, data checked whole, in part, or again where something changed.

Puts the parts together: compiled queries where there are any, pySHACL on slices where there are none, its details where
they are asked for. Knows no vocabulary but SHACL's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, reduce
from itertools import islice
from typing import TYPE_CHECKING, Final
from typing import Literal as Choice

from pyoxigraph import Literal, Store, Triple

from kg.quality.shacl.footprint import Footprint, Needs, footprint
from kg.quality.shacl.model import Node, Shape, ShapeMap, roots, sh
from kg.quality.shacl.naming import shape_names
from kg.quality.shacl.outcome import Outcome, Result
from kg.quality.shacl.parts import Part, parts, whole
from kg.quality.shacl.paths import Statements, Term
from kg.quality.shacl.queries import EVERYTHING, Uncompiled, compile_marked, compile_plan
from kg.quality.shacl.reading import ShapesGraph, read_shapes
from kg.quality.shacl.running import component_name, count_focus_nodes, run, sizes, subclasses
from kg.quality.shacl.slices import StoreStatements, cut, marked_store, marks_of
from kg.shares import cores

if TYPE_CHECKING:
    from kg.quality.shacl.oracle import Oracle

BATCH: Final = 500
"""Focus nodes that pySHACL is given at a time, with the part of the data around them."""

MANY: Final = 5_000
"""Focus nodes from which checks are made on several cores."""

MOST_THREADS: Final = 4

Level = Choice["fast", "full"]


@dataclass(frozen=True)
class Processor:
    """A set of shapes, ready to check data. Two of the same triples are equal."""

    triples: tuple[Triple, ...] = field(repr=False)
    _footprints: dict[Part, Footprint] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def shapes(self) -> ShapeMap:
        """The shapes by their nodes. Raises ShapesError."""
        return read_shapes(ShapesGraph(self.triples))

    @cached_property
    def names(self) -> Mapping[Node, str]:
        """What results call the shapes."""
        return shape_names(self.shapes)

    @cached_property
    def roots(self) -> tuple[Shape, ...]:
        """The shapes with targets."""
        return tuple(roots(self.shapes))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """What of the roots can be checked by itself."""
        return tuple(part for root in self.roots for part in parts(self.shapes, root))

    @cached_property
    def needs(self) -> Needs:
        """The statements that any shape reads."""
        return reduce(
            Needs.and_, (self.footprint(root.node).needs for root in self.roots), Needs(frozenset(), links=False)
        )

    @cached_property
    def oracle(self) -> Oracle:
        """The same shapes for pySHACL."""
        from kg.quality.shacl.oracle import Oracle

        return Oracle(_declared(self.triples, self.shapes), self.shapes, self.names)

    def check(self, store: Store, *, level: Level = "fast") -> Outcome:
        """Check the default graph of a store.

        ``fast`` gives every field but details; ``full`` asks pySHACL about the nodes with results, for its details
        and for its words where a shape has none. Raises ShapesError when the shapes cannot be run.
        """
        hierarchy = subclasses(store)
        plan = compile_plan(self.shapes, self.roots, hierarchy)
        counts = count_focus_nodes(store, plan)
        some = [root for root in self.roots if counts.get(root.node, 1)]
        plan = compile_plan(self.shapes, some, hierarchy, sizes=sizes(store, counts))
        graph = StoreStatements(store)
        threads = min(cores(), MOST_THREADS) if sum(counts.values()) >= MANY else 1
        results = list(run(store, plan.checks, self.shapes, self.names, threads=threads))
        if plan.uncompiled:
            focus_nodes = {root: self.focus_nodes(graph, root) for root in {one.root for one in plan.uncompiled}}
            counts |= {root: len(nodes) for root, nodes in focus_nodes.items()}
            results += self._left(graph, plan.uncompiled, focus_nodes)
        if level == "full":
            results = self._detailed(graph, results)
        return Outcome(tuple(results), self.counted(counts), plan.refusals(self.names))

    def check_nodes(
        self, graph: Statements, focus_nodes: Mapping[Node, Iterable[Term]], *, level: Level = "fast"
    ) -> Outcome:
        """Check the given focus nodes of the given shapes, on the part of the data that these read.

        The nodes need not be targets, nor the shapes roots: each is the root of its results. Costs in proportion to
        the nodes, not to the data.
        """
        nodes = {node: frozenset(some) for node, some in focus_nodes.items() if some}
        outcome = self.check_parts(graph, {whole(self.shapes[node]): some for node, some in nodes.items()}, level=level)
        return replace(outcome, focus_nodes=self.counted({node: len(found) for node, found in nodes.items()}))

    def check_parts(
        self, graph: Statements, focus_nodes: Mapping[Part, frozenset[Term]], *, level: Level = "fast"
    ) -> Outcome:
        """Check the given focus nodes of parts of shapes, as `check_nodes` does. Nothing is counted."""
        asked = [(part, some, marks_of(place)) for place, (part, some) in enumerate(focus_nodes.items()) if some]
        triples = cut(graph, ((self.footprint(part), some) for part, some, _ in asked))
        store = marked_store(triples, {marks: some for _, some, marks in asked})
        marked = ((part.of(self.shapes[part.root]), marks) for part, _, marks in asked)
        plans = compile_marked(self.shapes, marked, subclasses(store))
        results: list[Result] = []
        for plan, (part, some, _) in zip(plans, asked, strict=True):
            results += run(store, plan.checks, self.shapes, self.names)
            results += self._left(graph, plan.uncompiled, {part.root: some})
        if level == "full":
            results = self._detailed(graph, results)
        refusals = {one for plan in plans for one in plan.refusals(self.names)}
        return Outcome(tuple(results), {}, tuple(sorted(refusals, key=str)))

    def footprint(self, of: Node | Part) -> Footprint:
        """Return what a shape, or a part of it, reads, whether it has targets or not."""
        part = of if isinstance(of, Part) else whole(self.shapes[of])
        if part not in self._footprints:
            self._footprints[part] = footprint(self.shapes, part.of(self.shapes[part.root]))
        return self._footprints[part]

    def focus_nodes(self, graph: Statements, root: Node) -> frozenset[Term]:
        """Return the focus nodes of a root."""
        from kg.quality.shacl.targets import target_nodes

        return target_nodes(self.shapes[root].targets, graph)

    def counted(self, counts: Mapping[Node, int]) -> dict[str, int]:
        """Return counts of focus nodes by name, for roots and for the property shapes directly below them."""
        found: Counter[str] = Counter()
        for root, number in counts.items():
            found[self.names[root]] += number
            for constraint in self.shapes[root].constraints:
                if constraint.component == "Property" and not self.shapes[constraint.shapes[0]].deactivated:
                    found[self.names[constraint.shapes[0]]] += number
        return dict(found)

    def _left(
        self, graph: Statements, uncompiled: Iterable[Uncompiled], focus_nodes: Mapping[Node, Iterable[Term]]
    ) -> Iterator[Result]:
        """Have pySHACL check what was refused, and yield the results of just that."""
        entries: dict[tuple[Node, Node], set[tuple[str, str]]] = {}
        for one in uncompiled:
            component = one.constraint.component
            wanted = (self.names[one.shape], component_name(component) if component != EVERYTHING else "")
            entries.setdefault((one.root, one.entry), set()).add(wanted)
        for (root, entry), refused in entries.items():
            everything = any(component == "" for _, component in refused)
            names = {(shape, one) for shape, component in refused for one in _as_reported(component)}
            for result in self.ask_oracle(graph, root, focus_nodes[root], entry):
                if everything or (result.shape, result.component) in names:
                    yield replace(result, root=self.names[root])

    def ask_oracle(
        self, graph: Statements, root: Node, nodes: Iterable[Term], entry: Node | None = None
    ) -> Iterator[Result]:
        """Have pySHACL check nodes against a root, or one shape of it, some at a time."""
        entry = root if entry is None else entry
        if not self.footprint(root).known:
            yield from self.oracle.check_nodes(graph.match(None, None, None), {entry: nodes})
            return
        left = iter(sorted(nodes, key=str))
        while batch := list(islice(left, BATCH)):
            data = cut(graph, [(self.footprint(root), batch)])
            yield from self.oracle.check_nodes(data, {entry: batch})

    def _detailed(self, graph: Statements, results: list[Result]) -> list[Result]:
        """Return the results with pySHACL's details, and with its messages where the shape has none."""
        nodes: dict[str, set[Term]] = {}
        for result in results:
            root, focus = result.origin
            nodes.setdefault(root, set()).add(focus)
        found: dict[tuple[object, ...], list[Result]] = {}
        for shape in self.roots:
            for result in self.ask_oracle(graph, shape.node, nodes.get(self.names[shape.node], ())):
                found.setdefault((result.key, result.origin), []).append(result)
        silent = {self.names[node] for node, shape in self.shapes.items() if not shape.messages}
        detailed = []
        for result in results:
            same = found.get((result.key, result.origin))
            if same:
                other = same.pop()
                messages = other.messages if result.shape in silent and other.messages else result.messages
                result = replace(result, details=other.details, messages=messages)
            detailed.append(result)
        return detailed


def _declared(triples: Iterable[Triple], shapes: ShapeMap) -> Iterator[Triple]:
    """Yield the shapes with the prefixes of each query written into it, so that both engines read the same query."""
    queries = {
        constraint.select.node: constraint.select
        for shape in shapes.values()
        for constraint in shape.constraints
        if constraint.select is not None
    }
    for triple in triples:
        select = None
        if triple.predicate == sh("select") and not isinstance(triple.subject, Triple):
            select = queries.get(triple.subject)
        if select is None:
            yield triple
        else:
            prologue = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in select.prefixes)
            yield Triple(triple.subject, triple.predicate, Literal(prologue + select.text))


def _as_reported(component: str) -> tuple[str, ...]:
    """Return the names under which results of a component are reported."""
    if component == "QualifiedConstraintComponent":
        return ("QualifiedMinCountConstraintComponent", "QualifiedMaxCountConstraintComponent")
    return (component,)
