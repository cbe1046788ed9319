"""The parts of a root that are checked one without the other.

A changed statement mostly touches one rule of a shape: only that one is asked again, and only its results replaced.
What a part gives can be told from the shape that a result names, so that two constraints whose results name the same
shape stand in one part. Knows the model; checks nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.quality.shacl.model import Constraint, Node, Shape, ShapeMap, circles


@dataclass(frozen=True)
class Part:
    """Some constraints of a root, and the shapes that their results name."""

    root: Node
    constraints: tuple[Constraint, ...]
    shapes: frozenset[Node]

    def of(self, shape: Shape) -> Shape:
        """Return the root with the constraints of this part alone."""
        return replace(shape, constraints=self.constraints)


def whole(shape: Shape) -> Part:
    """Return a shape as one part."""
    return Part(shape.node, shape.constraints, frozenset({shape.node}))


def parts(shapes: ShapeMap, root: Shape) -> tuple[Part, ...]:
    """Return the parts of a root. One that refers to itself is one part, and so is one that asks nothing."""
    if root.node in circles(shapes):
        return (whole(root),)
    groups: list[tuple[list[Constraint], set[Node]]] = []
    for constraint in root.constraints:
        named = {root.node} if constraint.component != "Property" else _named(shapes, constraint.shapes[0])
        constraints, together = [constraint], named
        apart = []
        for group in groups:
            if group[1] & named:
                constraints, together = [*group[0], *constraints], together | group[1]
            else:
                apart.append(group)
        groups = [*apart, (constraints, together)]
    found = (Part(root.node, tuple(constraints), frozenset(named)) for constraints, named in groups)
    return tuple(found) or (whole(root),)


def _named(shapes: ShapeMap, node: Node) -> set[Node]:
    """Return the shapes that give results of their own below a property shape, itself first."""
    below = (one.shapes[0] for one in shapes[node].constraints if one.component == "Property")
    return {node}.union(*(_named(shapes, child) for child in below))
