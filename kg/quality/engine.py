"""The border between a validation engine and the rest: triples and shapes in, raw results out.

Knows what an engine is asked and what it answers. Today there is one, ``pyshacl_engine``; another one fits in by
giving the same results for the same input. Knows nothing of labels, places or reports.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

if TYPE_CHECKING:
    from kg.quality.shapes import Shapes

Value: TypeAlias = NamedNode | BlankNode | Literal


@dataclass(frozen=True)
class Result:
    """One validation result. ``severity`` and ``component`` are local names for SHACL's own, else whole IRIs."""

    focus: Value
    path: str
    value: Value | None
    shape: str
    component: str
    severity: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """All results, and for each shape with an IRI the number of focus nodes it was asked about."""

    results: tuple[Result, ...]
    focus_nodes: Mapping[str, int]


class Engine(Protocol):
    """Anything that checks triples against shapes."""

    def __call__(self, data: Iterable[Triple], shapes: Shapes) -> Outcome:
        """Check the data. Raises ShapesError when the shapes cannot be run."""
        ...


def text_of(term: Value | None) -> str:
    """Write a term as a reader wants it: an IRI or a lexical form without brackets and quotes; None as ''."""
    if term is None:
        return ""
    return f"_:{term.value}" if isinstance(term, BlankNode) else term.value
