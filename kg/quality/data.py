"""Which statements of a store are validated.

A *view* is a selection of graphs seen as one: by default the merged view, with what has no place in it: the records and
unread lines of the source graphs, and which merged ids are replaced by which. Knows how our stores are laid out;
knows no shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias
from typing import Literal as Choice

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    Store,
    Triple,
)

from kg.quality.shacl.paths import Term
from kg.rdf import vocab

if TYPE_CHECKING:
    pass

_DEFAULT: Final = DefaultGraph()
RECORD_CLASSES: Final = (vocab.KG_RECORD, vocab.KG_UNREAD_LINE)
Graphs: TypeAlias = Choice["view", "default", "all"] | tuple[NamedNode, ...]
"""``view``: the default graph with records, unread lines and replaced ids; ``default``: the default graph alone;
``all``: every graph together; or some named graphs together."""


@dataclass(frozen=True)
class View:
    """Some graphs of a store as one graph."""

    store: Store
    graphs: Graphs = "view"
    _records: dict[tuple[object, object], bool] = field(default_factory=dict, repr=False, compare=False)

    def match(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterator[Triple]:
        """Yield the triples that fit; None fits everything. What stands in several graphs may come several times."""
        return (quad.triple for quad in self.quads(subject, predicate, value))

    def quads(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterator[Quad]:
        """Yield the same with the graphs in which they stand."""
        if isinstance(subject, Literal):
            return
        if isinstance(self.graphs, tuple):
            for graph in self.graphs:
                yield from self.store.quads_for_pattern(subject, predicate, value, graph)
            return
        if self.graphs == "default":
            yield from self.store.quads_for_pattern(subject, predicate, value, _DEFAULT)
            return
        for quad in self.store.quads_for_pattern(subject, predicate, value, None):
            if self.graphs == "all" or quad.graph_name == _DEFAULT or self._is_seen(quad):
                yield quad

    def _is_seen(self, quad: Quad) -> bool:
        """Say whether what a named graph states is in the view: it is about a record, or says what replaces an id."""
        return quad.predicate == vocab.DCT_IS_REPLACED_BY or self._is_record(quad)

    def _is_record(self, quad: Quad) -> bool:
        """Say whether the subject of a quad of a named graph is a record or unread line of that graph."""
        if not isinstance(quad.subject, NamedNode | BlankNode):
            return False
        key = (quad.subject, quad.graph_name)
        if key not in self._records:
            self._records[key] = any(
                Quad(quad.subject, vocab.RDF_TYPE, cls, quad.graph_name) in self.store for cls in RECORD_CLASSES
            )
        return self._records[key]

    def is_default_graph(self) -> bool:
        """Say whether the store's default graph is all there is to see, so that nothing need be copied."""
        return self.graphs == "default" or (
            not isinstance(self.graphs, tuple) and next(iter(self.store.named_graphs()), None) is None
        )


@dataclass(frozen=True)
class Remembered:
    """A view that asks its store every question about a subject once. For some thousand nodes: answers are kept.

    What leads to a node is asked anew each time, because there may be very much of it and little of it be wanted.
    """

    view: View
    _known: dict[tuple[object, object, object], list[Triple]] = field(default_factory=dict, repr=False, compare=False)
    _statements: dict[Term, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def store(self) -> Store:
        """The store behind the view."""
        return self.view.store

    def match(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterable[Triple]:
        """Return the triples that fit, as `View.match` does."""
        if subject is None:
            return self.view.match(None, predicate, value)
        key = (subject, predicate, value)
        if key not in self._known:
            quads = list(self.view.quads(subject, predicate, value))
            self._known[key] = [quad.triple for quad in quads]
            if predicate is None and value is None:
                self._statements[subject] = sum(map(self._is_counted, quads))
        return self._known[key]

    def statements(self, subject: Term) -> int:
        """Return how many of the statements that `size` counts are about a subject."""
        self.match(subject, None, None)
        return self._statements.get(subject, 0)

    def _is_counted(self, quad: Quad) -> bool:
        return self.view.graphs not in ("view", "default") or quad.graph_name == _DEFAULT


def size(store: Store, graphs: Graphs) -> int:
    """Return the number of statements in the merged view, or in the graphs named, or in all of them."""
    if isinstance(graphs, tuple):
        found = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", default_graph=list(graphs))
    else:
        found = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", use_default_graph_as_union=graphs == "all")
    if not isinstance(found, QuerySolutions):
        raise AssertionError("a SELECT query has solutions")
    return int(next(found)[0].value)
