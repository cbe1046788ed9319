"""Proposed repairs: the statements that would make a finding go away, where they follow from shape and data.

Two kinds: what a component implies (a value that must be there is added, a link to nothing is taken away), and what a
shape says itself, as two CONSTRUCT queries over ``$this`` and ``$value`` (``kg:removal``, ``kg:addition``). Nothing is
guessed and nothing is changed: a proposal is for a curator.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, QueryTriples, Store, Triple, Variable

from kg.errors import ShapesError
from kg.quality.report import Proposal
from kg.quality.shacl.outcome import Result
from kg.quality.shacl.paths import Step
from kg.quality.shacl.reading import ShapesGraph
from kg.quality.shapes import Shapes
from kg.rdf import vocab
from kg.rdf.vocab import PREFIXES

MOST: Final = 50
"""Statements a proposal may have; a longer one is no repair but a rewrite."""


class Repairs:
    """Proposes repairs for results over the default graph of one store."""

    def __init__(self, shapes: Shapes, data: Store) -> None:
        self._data = data
        processor = shapes.processor
        self._shapes = {name: processor.shapes[node] for node, name in processor.names.items()}
        graph = ShapesGraph(processor.triples)
        self._queries: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
        for node, name in processor.names.items():
            removal = tuple(one.value for one in graph.values(node, vocab.KG_REMOVAL))
            addition = tuple(one.value for one in graph.values(node, vocab.KG_ADDITION))
            if removal or addition:
                self._queries[name] = (removal, addition)

    def of(self, result: Result) -> Proposal | None:
        """Return the repair of a result, or None where none follows. Raises ShapesError for a bad query of a shape."""
        if result.shape in self._queries:
            removal, addition = self._queries[result.shape]
            remove = {triple for query in removal for triple in self._constructed(query, result)}
            add = {triple for query in addition for triple in self._constructed(query, result)}
        else:
            remove, add = set(self._dead_links(result)), set(self._missing(result))
        if not (remove or add) or len(remove) + len(add) > MOST:
            return None
        return Proposal(tuple(sorted(remove, key=str)), tuple(sorted(add, key=str)))

    def _constructed(self, query: str, result: Result) -> list[Triple]:
        bound: dict[Variable, NamedNode | BlankNode | Literal | Triple] = {Variable("this"): result.focus}
        if result.value is not None:
            bound[Variable("value")] = result.value
        try:
            found = self._data.query(query, substitutions=bound, prefixes=PREFIXES)
        except (SyntaxError, ValueError) as error:
            raise ShapesError(f"the repair of {result.shape} is not SPARQL: {error}", advice="correct it") from error
        if not isinstance(found, QueryTriples):
            raise ShapesError(f"the repair of {result.shape} is no CONSTRUCT query", advice="correct it")
        return list(found)

    def _step(self, result: Result) -> Step | None:
        """Return the property a result is about, where it is a single one."""
        shape = self._shapes.get(result.shape)
        return shape.path if shape is not None and isinstance(shape.path, Step) else None

    def _missing(self, result: Result) -> Iterator[Triple]:
        """Yield the value that a shape asks for by name."""
        step, shape = self._step(result), self._shapes.get(result.shape)
        if step is None or shape is None or step.inverse or result.component != "HasValueConstraintComponent":
            return
        values = [one.terms[0] for one in shape.constraints if one.component == "HasValue"]
        if len(values) == 1 and isinstance(result.focus, NamedNode | BlankNode):
            yield Triple(result.focus, step.predicate, values[0])

    def _dead_links(self, result: Result) -> Iterator[Triple]:
        """Yield a link that must lead to a thing of some class and leads to something nobody describes."""
        step, value = self._step(result), result.value
        if (
            step is None
            or step.inverse
            or result.component not in ("ClassConstraintComponent", "OrConstraintComponent")
        ):
            return
        if isinstance(value, NamedNode) and isinstance(result.focus, NamedNode | BlankNode):
            described = next(iter(self._data.quads_for_pattern(value, None, None, DefaultGraph())), None)
            if described is None and self._asks_for_class(result):
                yield Triple(result.focus, step.predicate, value)

    def _asks_for_class(self, result: Result) -> bool:
        """Say whether every alternative of an ``sh:or`` is a class, so that the value can only be a thing."""
        if result.component == "ClassConstraintComponent":
            return True
        shape = self._shapes[result.shape]
        members = [one for constraint in shape.constraints if constraint.component == "Or" for one in constraint.shapes]
        by_node = {one.node: one for one in self._shapes.values()}
        return all([inner.component for inner in by_node[member].constraints] == ["Class"] for member in members)
