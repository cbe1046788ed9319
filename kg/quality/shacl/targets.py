"""Focus nodes of targets, told triple by triple (SHACL 1.0, section 2.1).

The compiled queries do the same for whole stores. Knows targets; knows nothing of constraints.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, Triple

from kg.quality.shacl.footprint import SUBCLASS
from kg.quality.shacl.model import Node, Targets
from kg.quality.shacl.paths import Repeat, Statements, Step, Term, image
from kg.rdf import vocab


def target_nodes(targets: Targets, graph: Statements) -> frozenset[Term]:
    """Return all focus nodes of a target."""
    found: set[Term] = set(targets.nodes)
    for cls in classes_below(targets.classes, graph):
        found.update(_subject(triple) for triple in graph.match(None, vocab.RDF_TYPE, cls))
    for predicate in targets.subjects_of:
        found.update(_subject(triple) for triple in graph.match(None, predicate, None))
    for predicate in targets.objects_of:
        found.update(one.object for one in graph.match(None, predicate, None) if not isinstance(one.object, Triple))
    return frozenset(found)


def of_target(targets: Targets, nodes: Iterable[Term], graph: Statements) -> set[Term]:
    """Return those of some nodes that a target means."""
    classes = classes_below(targets.classes, graph)
    found = set()
    for node in nodes:
        is_object = any(True for one in targets.objects_of for _ in graph.match(None, one, node))
        if (
            node in targets.nodes
            or is_object
            or (not isinstance(node, Literal) and _is_subject(node, targets, classes, graph))
        ):
            found.add(node)
    return found


def _is_subject(node: Term, targets: Targets, classes: set[Term], graph: Statements) -> bool:
    return any(triple.object in classes for triple in graph.match(node, vocab.RDF_TYPE, None)) or any(
        True for one in targets.subjects_of for _ in graph.match(node, one, None)
    )


def classes_below(classes: Iterable[Node], graph: Statements) -> set[Term]:
    """Return some classes and all classes below them in the data."""
    return image(Repeat(Step(SUBCLASS, inverse=True), "*"), classes, graph)


def _subject(triple: Triple) -> Term:
    if isinstance(triple.subject, Triple):
        raise TypeError("a statement about a statement has no focus node")
    return triple.subject
