"""What a change can have touched: the statements that came and went, and the checks that may read them.

A changed triple is walked back along the ways of each part of a shape to the focus nodes that read it. Knows shapes and
what they read; makes no report.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import BlankNode, NamedNode, Triple

from kg.quality.shacl.footprint import Reached
from kg.quality.shacl.parts import Part
from kg.quality.shacl.paths import Statements, Term
from kg.quality.shapes import Shapes

Affected = dict[Part, frozenset[Term] | None]
"""For each part of a shape with any the focus nodes to check again; None for all of them."""


@dataclass(frozen=True)
class Changes:
    """What became true and what ceased to be, in the graph that is validated."""

    added: frozenset[Triple] = frozenset()
    removed: frozenset[Triple] = frozenset()

    @property
    def triples(self) -> frozenset[Triple]:
        """All changed triples."""
        return self.added | self.removed

    @property
    def subjects(self) -> frozenset[Term]:
        """The subjects of all changed triples."""
        return frozenset(one.subject for one in self.triples if not isinstance(one.subject, Triple))

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def changes(subjects: Iterable[NamedNode | BlankNode], before: Statements, after: Statements) -> Changes:
    """Return what changed about some subjects between two graphs."""
    added: set[Triple] = set()
    removed: set[Triple] = set()
    for subject in subjects:
        old, new = set(before.match(subject, None, None)), set(after.match(subject, None, None))
        added |= new - old
        removed |= old - new
    return Changes(frozenset(added), frozenset(removed))


def affected(shapes: Shapes, changed: Changes, after: Statements) -> Affected:
    """Return the nodes whose check a change can have touched, by part of a shape; targets or not.

    ``after`` is the graph that the changes led to. A node that was a target and is none any more is among them.
    """
    found: Affected = {}
    reached = Reached(changed.triples, after)
    for part in shapes.processor.parts:
        nodes = reached.of(shapes.processor.footprint(part))
        if nodes is None or nodes:
            found[part] = None if nodes is None else frozenset(nodes)
    return found
