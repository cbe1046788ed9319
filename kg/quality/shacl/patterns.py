"""SPARQL patterns that bind focus nodes and value nodes.

Knows targets (SHACL 1.0, section 2.1) and property paths. Oxigraph knows the empty path of nodes in the data only, so
that it is written out. Knows nothing of constraints.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from kg.quality.shacl.expressions import RDF_TYPE, Expressions, constant
from kg.quality.shacl.model import Shape
from kg.quality.shacl.paths import (
    Alternative,
    Inverse,
    Path,
    Repeat,
    Sequence,
    Step,
    may_be_empty,
    reverse,
    sparql_path,
)


@dataclass(frozen=True)
class Sizes:
    """How much data there is, as far as it decides how a query is written; never what it finds.

    ``few`` says whether a root has far fewer focus nodes than a property has triples, ``sparse`` whether it has more.
    """

    few: Callable[[Shape, NamedNode], bool]
    sparse: Callable[[Shape, NamedNode], bool]


ALIKE: Final = Sizes(few=lambda root, predicate: False, sparse=lambda root, predicate: False)
"""As many focus nodes as triples of each property."""


class Patterns:
    """Patterns over one set of shapes.

    With ``marks`` focus nodes are the objects in that graph, whatever the targets.
    """

    def __init__(self, text: Expressions, marks: NamedNode | None, sizes: Sizes) -> None:
        self.text = text
        self.sizes = sizes
        self._marks = marks

    def generate(self, root: Shape, focus: str) -> str:
        """Return a pattern that binds the focus nodes of a root."""
        if self._marks is not None:
            return f"GRAPH {self._marks} {{ ?_mark ?_marks {focus} }}"
        targets = root.targets
        found = []
        for cls in targets.classes:
            kinds = self.text.classes(cls)
            if len(kinds) == 1:
                found.append(f"{focus} {RDF_TYPE} {kinds[0]} .")
            else:
                found.append(f"VALUES ?_class {{ {' '.join(map(str, kinds))} }} {focus} {RDF_TYPE} ?_class .")
        found += [f"{focus} {one} ?_target ." for one in targets.subjects_of]
        found += [f"?_target {one} {focus} ." for one in targets.objects_of]
        if targets.nodes:
            found.append(f"VALUES {focus} {{ {' '.join(constant(node) for node in targets.nodes)} }}")
        if len(found) == 1:
            return found[0]
        return f"{{ SELECT DISTINCT {focus} WHERE {{ {' UNION '.join(f'{{ {one} }}' for one in found)} }} }}"

    def is_target(self, root: Shape, focus: str) -> str:
        """Return an expression that says whether a node is a focus node of a root."""
        if self._marks is not None:
            return f"EXISTS {{ GRAPH {self._marks} {{ ?_mark ?_marks {focus} }} }}"
        targets = root.targets
        tests = [self.text.instance(focus, cls) for cls in targets.classes]
        tests += [f"EXISTS {{ {focus} {one} {self.text.variable()} }}" for one in targets.subjects_of]
        tests += [f"EXISTS {{ {self.text.variable()} {one} {focus} }}" for one in targets.objects_of]
        tests += [f"sameTerm({focus}, {constant(node)})" for node in targets.nodes]
        return f"({' || '.join(tests)})"

    def way(self, path: Path, start: str, end: str) -> str:
        """Return a pattern for a path from a bound node; ``start`` may be unbound for steps and sequences of steps.

        A sequence is written step by step, so that the engine can order the steps.
        """
        match path:
            case Step(predicate, inverse):
                return f"{end} {predicate} {start} ." if inverse else f"{start} {predicate} {end} ."
            case Sequence(parts):
                between = [self.text.variable() for _ in parts[1:]]
                stops = zip((start, *between), parts, (*between, end), strict=True)
                return " ".join(self.way(part, left, right) for left, part, right in stops)
            case Alternative(parts):
                ways = " UNION ".join(f"{{ {self.way(part, start, end)} }}" for part in parts)
                return f"LATERAL {{ {ways} }}"
            case Repeat(part, sign):
                again = f"{start} {sparql_path(Repeat(part, '+'))} {end} ."
                if sign == "?":
                    again = self.way(part, start, end)
                # The engine knows the empty path of nodes in the data only: it is written out.
                here = f"UNION {{ BIND({start} AS {end}) }}" if may_be_empty(path) else ""
                return f"LATERAL {{ {{ {again} }} {here} }}"
            case Inverse(part):
                return self.way(reverse(part), start, end)
