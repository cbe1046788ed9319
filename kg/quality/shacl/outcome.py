"""What a validation finds, before anybody adds words or places: results, counts of focus nodes, refusals.

The border between the processor and the rest of the package. Knows SHACL's validation report and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

Value: TypeAlias = NamedNode | BlankNode | Literal


@dataclass(frozen=True, slots=True)
class Result:
    """One validation result. ``severity`` and ``component`` are local names for SHACL's own, else whole IRIs.

    ``shape`` is the shape's IRI, or what `naming` calls it. ``root`` is the shape whose target led here, and
    ``root_focus`` its focus node where that is not ``focus``; incremental runs replace results by these two.
    ``details`` are the results inside, where the level of the run gives any (``sh:detail``).
    """

    focus: Value
    path: str
    value: Value | None
    shape: str
    component: str
    severity: str
    messages: tuple[Literal, ...] = ()
    root: str = ""
    root_focus: Value | None = None
    details: tuple[Result, ...] = ()

    @property
    def message(self) -> str:
        """All messages as one text, in a fixed order."""
        return " ".join(sorted(message.value for message in self.messages))

    @property
    def key(self) -> tuple[str, str, str, str, str, str]:
        """Which result this is, whatever its words: two processors agree when they give the same keys."""
        return (str(self.focus), self.path, str(self.value), self.shape, self.component, self.severity)

    @property
    def origin(self) -> tuple[str, Value]:
        """The root shape and its focus node: the pair that is checked again when something changes."""
        return (self.root, self.focus if self.root_focus is None else self.root_focus)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A constraint that could not be compiled, and why; pySHACL checked it instead."""

    shape: str
    component: str
    reason: str


@dataclass(frozen=True)
class Outcome:
    """All results, and for each shape with an IRI the number of focus nodes it was asked about."""

    results: tuple[Result, ...]
    focus_nodes: Mapping[str, int]
    refusals: tuple[Refusal, ...] = field(default=())


def text_of(term: Value | None) -> str:
    """Write a term as a reader wants it: an IRI or a lexical form without brackets and quotes; None as ''."""
    if term is None:
        return ""
    return f"_:{term.value}" if isinstance(term, BlankNode) else term.value
