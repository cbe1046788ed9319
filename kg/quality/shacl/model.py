"""SHACL shapes as plain values: shapes, targets and constraints, as the shapes graph states them.

Knows which constraint components there are (SHACL 1.0, sections 4 and 5) and nothing of how they are checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.quality.shacl.paths import Path, Term
from kg.rdf.vocab import PREFIXES

SH: Final = PREFIXES["sh"]
Node: TypeAlias = NamedNode | BlankNode

LISTS: Final = frozenset({"And", "Or", "Xone"})
"""Components whose parameter is a list of shapes."""
REFERRING: Final = frozenset({"Not", "Node", "Property", "Qualified", *LISTS})
"""Components whose parameters are shapes."""
ON_PROPERTIES: Final = frozenset({"MinCount", "MaxCount", "UniqueLang", "LessThan", "LessThanOrEquals", "Qualified"})
"""Components that only a property shape may have."""


def sh(name: str) -> NamedNode:
    """Return a term of the SHACL vocabulary."""
    return NamedNode(SH + name)


@dataclass(frozen=True)
class Select:
    """One ``sh:sparql`` constraint: its query without prefixes, the prefixes it declares, its messages."""

    node: Node
    text: str
    prefixes: tuple[tuple[str, str], ...]
    messages: tuple[Literal, ...]


@dataclass(frozen=True)
class Constraint:
    """One constraint of a shape; which fields mean something depends on the component.

    ``component`` is SHACL's name without ``ConstraintComponent``: ``Class``, ``MinCount``, ``Or``, ``SPARQL``, ….
    ``Qualified`` stands for both qualified counts and holds them in ``least`` and ``most``. ``Unknown`` is something
    the reader does not know; ``text`` then names it.
    """

    component: str
    terms: tuple[Term, ...] = ()
    """Class, datatype, bounds, values, other properties, ignored properties."""
    shapes: tuple[Node, ...] = ()
    """The shapes referred to; for ``Qualified`` the siblings follow the shape itself."""
    number: int = 0
    least: int | None = None
    most: int | None = None
    text: str = ""
    """Pattern, node kind, or what is unknown."""
    flags: str = ""
    select: Select | None = None


@dataclass(frozen=True)
class Targets:
    """What a shape is about. An implicit class target stands among the classes."""

    classes: tuple[Node, ...] = ()
    nodes: tuple[Term, ...] = ()
    subjects_of: tuple[NamedNode, ...] = ()
    objects_of: tuple[NamedNode, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.classes or self.nodes or self.subjects_of or self.objects_of)


@dataclass(frozen=True)
class Shape:
    """A node shape, or a property shape where there is a path."""

    node: Node
    path: Path | None
    targets: Targets
    constraints: tuple[Constraint, ...]
    severity: NamedNode
    messages: tuple[Literal, ...] = ()
    deactivated: bool = False


ShapeMap: TypeAlias = Mapping[Node, Shape]


def roots(shapes: ShapeMap) -> list[Shape]:
    """Return the shapes that have targets of their own and are not deactivated."""
    return [shape for shape in shapes.values() if shape.targets and not shape.deactivated]


def circles(shapes: ShapeMap) -> set[Node]:
    """Return the shapes that refer to themselves, directly or through others, or to a shape that does."""
    state: dict[Node, bool | None] = {}

    def visit(node: Node) -> bool:
        if node in state:
            known = state[node]
            # Still open: the way has come back to where it began.
            return True if known is None else known
        state[node] = None
        # Every reference is visited, so that none is left open when a circle is found early.
        found = [visit(one) for one in referred(shapes[node])] if node in shapes else []
        state[node] = any(found)
        return any(found)

    return {node for node in shapes if visit(node)}


def referred(shape: Shape) -> Iterator[Node]:
    """Yield the shapes that a shape refers to."""
    for constraint in shape.constraints:
        yield from constraint.shapes
