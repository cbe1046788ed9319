"""Compile shapes to SPARQL SELECT queries whose rows are the violations.

One query for a constraint of a shape below a root (a shape with targets), or one for all those of a root that only say
whether a focus node is right. A test on the values of one property scans the property and asks for the target last,
unless the targets are far fewer; everything else begins with the target. Row multiplicity is that of the results: a
shape reached by several ways through ``sh:property`` gives its results for each of them. Knows SPARQL and the model;
reads no data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from pyoxigraph import NamedNode

from kg.quality.shacl.checks import Check, Maker, Place, Screen, screen
from kg.quality.shacl.expressions import Expressions, Refused
from kg.quality.shacl.model import Constraint, Node, Shape, ShapeMap, circles
from kg.quality.shacl.outcome import Refusal
from kg.quality.shacl.patterns import ALIKE, Patterns, Sizes

EVERYTHING: Final = "everything"
"""The component of a refusal that is about a whole root."""


@dataclass(frozen=True)
class Uncompiled:
    """A constraint that was refused. ``entry`` is the shape that pySHACL validates on the focus nodes of ``root``."""

    root: Node
    entry: Node
    shape: Node
    constraint: Constraint
    reason: str


@dataclass(frozen=True)
class Plan:
    """What is to be run for some roots: queries, and what is left to pySHACL.

    ``counts`` holds for each root a query that counts its focus nodes.
    """

    checks: tuple[Check | Screen, ...] = ()
    uncompiled: tuple[Uncompiled, ...] = ()
    counts: Mapping[Node, str] = field(default_factory=dict)

    def refusals(self, names: Mapping[Node, str]) -> tuple[Refusal, ...]:
        """Return what was refused, by name, each once."""
        found = {Refusal(names[one.shape], one.constraint.component, one.reason) for one in self.uncompiled}
        return tuple(sorted(found, key=lambda one: (one.shape, one.component, one.reason)))


def compile_plan(
    shapes: ShapeMap,
    roots: Iterable[Shape],
    subclasses: Mapping[Node, tuple[Node, ...]],
    *,
    sizes: Sizes = ALIKE,
) -> Plan:
    """Compile the checks of some roots. ``sizes`` decide how queries are written, not what they find."""
    compiler = _Compiler(shapes, subclasses, sizes)
    plans = [compiler.plan(root) for root in roots]
    return Plan(
        checks=tuple(check for plan in plans for check in plan.checks),
        uncompiled=tuple(one for plan in plans for one in plan.uncompiled),
        counts={root: query for plan in plans for root, query in plan.counts.items()},
    )


def compile_marked(
    shapes: ShapeMap, marked: Iterable[tuple[Shape, NamedNode]], subclasses: Mapping[Node, tuple[Node, ...]]
) -> list[Plan]:
    """Compile the checks of shapes whose focus nodes are not those of a target but the objects in a graph, each."""
    compiler = _Compiler(shapes, subclasses, ALIKE)
    return [compiler.plan(shape, marks) for shape, marks in marked]


def family(constraint: Constraint) -> str:
    """Return the component as a shape states it: both qualified counts belong to one constraint."""
    return "Qualified" if constraint.component.startswith("Qualified") else constraint.component


class _Compiler:
    def __init__(self, shapes: ShapeMap, subclasses: Mapping[Node, tuple[Node, ...]], sizes: Sizes) -> None:
        self._shapes = shapes
        self._circles = circles(shapes)
        self._text = Expressions(shapes, subclasses)
        self._sizes = sizes

    def plan(self, root: Shape, marks: NamedNode | None = None) -> Plan:
        patterns = Patterns(self._text, marks, self._sizes)
        checks: list[Check] = []
        uncompiled: list[Uncompiled] = []
        entries: dict[Node, Node] = {}
        try:
            if root.node in self._circles:
                raise Refused("a shape that refers to itself")
            start = Place(root, root.node, ("?_f0",), patterns.generate(root, "?_f0"))
        except Refused as refused:
            everything = Uncompiled(root.node, root.node, root.node, Constraint(EVERYTHING), refused.reason)
            return Plan(uncompiled=(everything,))
        for place, shape, constraint in self._walk(root, start, patterns):
            self._text.used = place.used
            entries[shape.node] = place.entry
            try:
                checks += Maker(patterns, place, shape, constraint).checks()
            except Refused as refused:
                uncompiled.append(Uncompiled(root.node, place.entry, shape.node, constraint, refused.reason))
        # pySHACL's results of two constraints of one component cannot be told apart: it is given both.
        left = {(one.shape, one.constraint.component) for one in uncompiled}
        moved = {(one.shape, one.constraint) for one in checks if (one.shape, family(one.constraint)) in left}
        checks = [one for one in checks if (one.shape, family(one.constraint)) not in left]
        uncompiled += (
            Uncompiled(root.node, entries[node], node, constraint, "another of its kind is not compiled")
            for node, constraint in sorted(moved, key=str)
        )
        count = f"SELECT (COUNT(DISTINCT ?_f0) AS ?n) WHERE {{ {start.pattern} }}"
        screened = tuple(one for one in checks if marks is None and one.test)
        if len(screened) < 2:
            return Plan(tuple(checks), tuple(uncompiled), {root.node: count})
        single = (one for one in checks if not one.test)
        return Plan((screen(start.pattern, screened), *single), tuple(uncompiled), {root.node: count})

    def _walk(self, shape: Shape, place: Place, patterns: Patterns) -> Iterator[tuple[Place, Shape, Constraint]]:
        """Yield every constraint that gives results of its own: those of the root and of shapes below sh:property."""
        for constraint in shape.constraints:
            if constraint.component != "Property":
                yield place, shape, constraint
                continue
            child = self._shapes[constraint.shapes[0]]
            if child.deactivated:
                continue
            entry = child.node if place.entry == place.root.node and shape.path is None else place.entry
            below = replace(place, entry=entry)
            if shape.path is not None:
                end = f"?_f{len(place.chain)}"
                self._text.used = place.used
                way = patterns.way(shape.path, place.focus, end)
                chain = (*place.chain, end)
                below = Place(place.root, entry, chain, f"{place.pattern} {way}", self._text.used)
            yield from self._walk(child, below, patterns)
