"""Names of shapes that survive another reading: IRIs, and words for shapes without one.

A blank node has another label each time a file is read; what is named by it could not be compared with the last report.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.quality.shacl.model import Node, ShapeMap
from kg.quality.shacl.paths import path_text


def shape_names(shapes: ShapeMap) -> dict[Node, str]:
    """Name every shape: its IRI, or ``_:`` with the name of the shape it belongs to and its path.

    Shapes that would share a name are told apart by a number, in the order of what they ask.
    """
    parents: dict[Node, list[Node]] = {}
    for shape in shapes.values():
        for constraint in shape.constraints:
            for child in constraint.shapes if constraint.component == "Property" else ():
                parents.setdefault(child, []).append(shape.node)
    names: dict[Node, str] = {}
    same: dict[str, list[Node]] = {}
    for node, shape in shapes.items():
        if isinstance(node, NamedNode):
            names[node] = node.value
            continue
        way = "(inner shape)" if shape.path is None else path_text(shape.path)
        owner = min((one.value for one in parents.get(node, ()) if isinstance(one, NamedNode)), default="")
        belongs = owner or ("(inner shape)" if node in parents else "")
        name = f"_:{belongs} {way}" if belongs else f"_:{way}"
        same.setdefault(name, []).append(node)
    for name, nodes in same.items():
        for place, node in enumerate(sorted(nodes, key=lambda one: asked(shapes, one)), start=1):
            names[node] = name if place == 1 else f"{name} ({place})"
    return names


def asked(shapes: ShapeMap, node: Node, depth: int = 0) -> str:
    """Write what a shape asks, without the labels of blank nodes."""
    if isinstance(node, NamedNode):
        return node.value
    if depth > 20 or node not in shapes:
        return "…"
    shape = shapes[node]
    parts = [
        "|".join(
            (
                one.component,
                *map(str, one.terms),
                str(one.number),
                f"{one.least}-{one.most}",
                one.text,
                one.select.text if one.select else "",
                *(asked(shapes, child, depth + 1) for child in one.shapes),
            )
        )
        for one in shape.constraints
    ]
    words = (str(shape.severity), *map(str, shape.messages), str(shape.targets))
    return f"[{'' if shape.path is None else path_text(shape.path)} {' '.join((*sorted(parts), *words))}]"


__all__ = ["asked", "shape_names"]
