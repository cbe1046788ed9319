"""Parts of the data, small enough to hand to an engine of their own, with the focus nodes to check marked in them.

Knows how a store is asked for triples and how a slice is laid out. Knows nothing of what is found in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg.quality.shacl.footprint import Footprint, around
from kg.quality.shacl.paths import Statements, Term

_MARK = NamedNode("urn:x-kg:mark")
_BATCH = 20_000


class StoreStatements:
    """The default graph of a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def match(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterator[Triple]:
        """Yield the triples that fit; None fits everything."""
        if not isinstance(subject, Literal):
            for quad in self._store.quads_for_pattern(subject, predicate, value, DefaultGraph()):
                yield quad.triple


def fill(store: Store, quads: Iterable[Quad]) -> None:
    """Put quads into a store, some at a time: the engine holds all that it is given at once twice."""
    left = iter(quads)
    while batch := list(islice(left, _BATCH)):
        store.extend(batch)


def cut(graph: Statements, wanted: Iterable[tuple[Footprint, Iterable[Term]]]) -> set[Triple]:
    """Return the triples that shapes read around their focus nodes; everything where a footprint is not known."""
    found: set[Triple] = set()
    together: dict[frozenset[Term], list[Footprint]] = {}
    for footprint, nodes in wanted:
        if not footprint.known:
            return set(graph.match(None, None, None))
        together.setdefault(frozenset(nodes), []).append(footprint)
    for nodes, some in together.items():
        found |= around(some, nodes, graph)
    return found


def marks_of(place: int) -> NamedNode:
    """Return the graph that holds the marks of some focus nodes, beside a slice of the data."""
    return NamedNode(f"urn:x-kg:focus:{place}")


def marked_store(triples: Iterable[Triple], marked: Mapping[NamedNode, Iterable[Term]]) -> Store:
    """Return a store of some triples, with the focus nodes in the graphs that the compiled queries look for them in.

    These are graphs of their own, where no pattern of a shape can meet them.
    """
    store = Store()
    store.extend(Quad(one.subject, one.predicate, one.object) for one in triples)
    store.extend(
        Quad(_MARK, _MARK, node, marks)
        for marks, nodes in marked.items()
        for node in nodes
        if isinstance(node, NamedNode | BlankNode | Literal)
    )
    return store
