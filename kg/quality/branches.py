"""Which alternative of a finding failed, and why: the shapes a value was held against, one by one.

Knows the constraint components that refer to shapes. The member shapes are run like any others, on the values alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kg.quality.report import Branch
from kg.quality.shacl.model import Constraint, Node
from kg.quality.shacl.outcome import Result, Value
from kg.quality.shacl.paths import Statements
from kg.quality.shacl.running import component_name
from kg.quality.shacl.words import default_message
from kg.quality.shapes import Shapes

_CHOICES: Final = frozenset({"Or", "Xone", "And", "Not", "Node"})


class Branches:
    """Explains results over one graph."""

    def __init__(self, shapes: Shapes, graph: Statements) -> None:
        self._shapes = shapes
        self._graph = graph
        processor = shapes.processor
        self._members: dict[tuple[str, str], tuple[Node, ...]] = {}
        for node, shape in processor.shapes.items():
            for constraint in shape.constraints:
                if constraint.component in _CHOICES:
                    key = (processor.names[node], component_name(constraint.component))
                    self._members[key] = (*self._members.get(key, ()), *constraint.shapes)

    def of(self, results: Sequence[Result]) -> list[tuple[Branch, ...]]:
        """Return the alternatives of each result, none for most."""
        wanted: dict[Node, set[Value]] = {}
        for result in results:
            if result.value is not None:
                for member in self._members.get((result.shape, result.component), ()):
                    wanted.setdefault(member, set()).add(result.value)
        if not wanted:
            return [()] * len(results)
        outcome = self._shapes.processor.check_nodes(self._graph, wanted)
        wrong: dict[tuple[str, Value], list[str]] = {}
        for found in outcome.results:
            wrong.setdefault(found.origin, []).append(found.message)
        return [self._explained(result, wrong) for result in results]

    def _explained(self, result: Result, wrong: dict[tuple[str, Value], list[str]]) -> tuple[Branch, ...]:
        if result.value is None:
            return ()
        branches = []
        for member in self._members.get((result.shape, result.component), ()):
            name = self._shapes.processor.names[member]
            found = wrong.get((name, result.value), [])
            branches.append(Branch(name, self._label(member), not found, tuple(sorted(set(found)))))
        return tuple(branches)

    def _label(self, member: Node) -> str:
        """Return the label of a shape, or what it asks for."""
        processor = self._shapes.processor
        info = self._shapes.infos.get(processor.names[member])
        if info and (info.label or info.message):
            return info.label or info.message
        shape = processor.shapes[member]
        asked: list[Constraint] = [one for one in shape.constraints if one.component != "Property"]
        return "; ".join(default_message(shape, one).value for one in asked)
