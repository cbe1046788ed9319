"""Triples grouped by subject, and the RDF lists among them.

What every document writer needs before it writes. Knows the shape of triples; knows no vocabulary but lists, and no
syntax. The order of the triples is kept: whoever made them decided what comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.rdf import vocab

Subject: TypeAlias = NamedNode | BlankNode | Triple
Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Nodes: TypeAlias = dict[Subject, dict[NamedNode, list[Term]]]
Lists: TypeAlias = dict[BlankNode, list[Term]]


def by_subject(triples: Iterable[Triple]) -> Nodes:
    """Return subject -> predicate -> objects, each in the order of first appearance, without repetitions."""
    seen: dict[Subject, dict[NamedNode, dict[Term, None]]] = {}
    for triple in triples:
        seen.setdefault(triple.subject, {}).setdefault(triple.predicate, {})[triple.object] = None
    return {
        subject: {predicate: list(objects) for predicate, objects in predicates.items()}
        for subject, predicates in seen.items()
    }


def take_lists(nodes: Nodes) -> Lists:
    """Remove the well-formed RDF lists from ``nodes`` and return them: head -> items.

    Well-formed: a chain of blank nodes with exactly one ``rdf:first`` and one ``rdf:rest`` each and nothing else,
    ending in ``rdf:nil``, every cell used exactly once, the head from outside the chain. Only such a chain can be
    written as ``( … )`` or ``@list`` without changing the graph; every other use of ``rdf:first`` stays in ``nodes``.
    """
    if not any(vocab.RDF_FIRST in predicates for predicates in nodes.values()):
        return {}
    uses: dict[Term, int] = {}
    cells: dict[BlankNode, tuple[Term, Term]] = {}
    for subject, predicates in nodes.items():
        first = predicates.get(vocab.RDF_FIRST, [])
        rest = predicates.get(vocab.RDF_REST, [])
        if isinstance(subject, BlankNode) and len(predicates) == 2 and len(first) == len(rest) == 1:
            cells[subject] = (first[0], rest[0])
        for objects in predicates.values():
            for node in objects:
                uses[node] = uses.get(node, 0) + 1
                if isinstance(node, Triple):
                    return {}  # a triple term may name a cell; leave every list as it is
    tails = {rest for _, rest in cells.values()}
    chains = {head: _chain(head, cells, uses) for head in cells if head not in tails}

    # A list that only lists of the same ring mention has no place where it could be written.
    lists: Lists = {}
    open_ends = [
        node for subject, predicates in nodes.items() if subject not in cells for o in predicates.values() for node in o
    ]
    while open_ends:
        node = open_ends.pop()
        if isinstance(node, BlankNode) and node not in lists and chains.get(node):
            lists[node] = [cells[cell][0] for cell in chains[node]]
            open_ends.extend(lists[node])
    for head in lists:
        for cell in chains[head]:
            del nodes[cell]
    return lists


def _chain(head: BlankNode, cells: dict[BlankNode, tuple[Term, Term]], uses: dict[Term, int]) -> list[BlankNode]:
    """Return the cells from ``head`` to ``rdf:nil``, or nothing when the chain is not a well-formed list."""
    chain: list[BlankNode] = []
    cell: Term = head
    while isinstance(cell, BlankNode) and cell in cells and uses.get(cell) == 1:
        chain.append(cell)
        cell = cells[cell][1]
    return chain if cell == vocab.RDF_NIL else []
