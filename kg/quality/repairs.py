"""Proposed repairs: the statements that would make a finding go away, where they follow from shape and data.

Two kinds: what a component implies (a missing value is added, an equal property is completed), and what a shape says
itself, as two CONSTRUCT queries over ``$this`` and ``$value`` (``kg:removal``, ``kg:addition``). Nothing is guessed and
nothing is changed: a proposal is for a curator.
"""

from __future__ import annotations

from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, QueryTriples, Store, Triple, Variable

from kg.errors import ShapesError
from kg.quality.report import Proposal
from kg.quality.shacl.model import Constraint, Node
from kg.quality.shacl.outcome import Result
from kg.quality.shacl.paths import Step
from kg.quality.shacl.reading import ShapesGraph
from kg.quality.shapes import Shapes
from kg.rdf import vocab
from kg.rdf.vocab import PREFIXES

MOST: Final = 50
"""Statements a proposal may have; a longer one is no repair but a rewrite."""


class Repairs:
    """Proposes repairs for results over one store."""

    def __init__(self, shapes: Shapes, data: Store) -> None:
        self._data = data
        processor = shapes.processor
        self._nodes: dict[str, Node] = {name: node for node, name in processor.names.items()}
        self._shapes = processor.shapes
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
            remove = tuple(triple for query in removal for triple in self._constructed(query, result))
            add = tuple(triple for query in addition for triple in self._constructed(query, result))
        else:
            remove, add = (), tuple(self._implied(result))
        if (not remove and not add) or len(remove) + len(add) > MOST:
            return None
        return Proposal(tuple(sorted(set(remove), key=str)), tuple(sorted(set(add), key=str)))

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

    def _implied(self, result: Result) -> list[Triple]:
        node = self._nodes.get(result.shape)
        if node is None or not isinstance(result.focus, NamedNode | BlankNode):
            return []
        shape = self._shapes[node]
        for constraint in shape.constraints:
            if f"{constraint.component}ConstraintComponent" == result.component:
                return _implied_by(constraint, shape.path, result, result.focus)
        return []


def _implied_by(constraint: Constraint, path: object, result: Result, focus: NamedNode | BlankNode) -> list[Triple]:
    if not isinstance(path, Step):
        return []
    value = constraint.terms[0] if constraint.terms else None
    if constraint.component == "HasValue" and value is not None and not path.inverse:
        return [Triple(focus, path.predicate, value)]
    return []
