"""The records that speak of a thing: where in which source something was read that the graph says about it.

Knows how records, mentions and sources hang together in the graphs of the sources. Does not know what else a
description holds.
"""

from __future__ import annotations

from itertools import islice
from typing import Final, TypeGuard

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from kg.rdf import vocab
from kg.rdf.description import SOURCE_GRAPH, Limit, SourceRecord, natural, read_record
from kg.rdf.nodes import Term

SCAN: Final = 20_000
"""Incoming links looked at before those to show are chosen; where there are more, the store's order decides."""


def records_about(
    store: Store, iri: NamedNode, types: set[Term], most: int, followed_most: int | None = None
) -> tuple[tuple[SourceRecord, ...], Limit | None]:
    """Return ``most`` records that speak of a thing, by source and line, and the limit where there are more.

    ``types`` are the classes of the thing; of its mentions, ``followed_most`` are looked at. A record says itself what
    it is about; a person's mentions lie in records; a source's records are part of it. A topic has none: its records
    are those of the works about it.
    """
    nodes: set[Term] = set()
    if vocab.SKOS_CONCEPT in types:
        return (), None
    mentions = [quad.subject for quad in islice(store.quads_for_pattern(None, vocab.KG_REFERS_TO, iri, None), SCAN)]
    followed = mentions if followed_most is None else sorted(mentions, key=str)[:followed_most]
    for mention in followed:
        nodes.update(q.object for q in store.quads_for_pattern(mention, vocab.KG_IN_RECORD, None, None))
    pointer = vocab.IS_PART_OF if vocab.KG_SOURCE in types else vocab.ABOUT
    for quad in islice(store.quads_for_pattern(None, pointer, iri, None), SCAN):
        if is_source_graph(quad.graph_name) and isinstance(quad.subject, NamedNode) and "#" in quad.subject.value:
            nodes.add(quad.subject)
    places = sorted((node for node in nodes if isinstance(node, NamedNode)), key=lambda node: natural(node.value))
    total = len(places) + len(mentions) - len(followed)
    limit = Limit("records", min(most, len(places)), total) if total > most else None
    found: list[SourceRecord] = []
    files: dict[NamedNode, str] = {}
    for node in places[:most]:
        said: dict[NamedNode, list[Quad]] = {}
        for quad in store.quads_for_pattern(node, None, None, None):
            if is_source_graph(quad.graph_name):
                said.setdefault(quad.graph_name, []).append(quad)
                if quad.predicate == vocab.IS_PART_OF and isinstance(quad.object, NamedNode):
                    _find_file(store, quad.object, files)
        found.extend(read_record(node, graph, said[graph], files) for graph in sorted(said, key=lambda g: g.value))
    return tuple(found), limit


def _find_file(store: Store, source: NamedNode, files: dict[NamedNode, str]) -> None:
    if source not in files:
        names = (quad.object for quad in store.quads_for_pattern(source, vocab.KG_FILE, None, DefaultGraph()))
        files[source] = min((name.value for name in names if isinstance(name, Literal)), default="")


def is_source_graph(graph: NamedNode | BlankNode | DefaultGraph) -> TypeGuard[NamedNode]:
    """Say whether a graph is a source's."""
    return isinstance(graph, NamedNode) and SOURCE_GRAPH in graph.value
