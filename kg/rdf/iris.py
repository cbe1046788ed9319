"""Mint the IRIs of things, their parts and the graphs, and read them back.

Knows one base IRI and the pattern ``<base><kind>/<id>``. Does not know what things there are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode

from kg.errors import SettingsError
from kg.model.entities import KINDS, AgentRef

DEFAULT_BASE: Final = "http://localhost:8000/"
SCHEME: Final = "arxiv"
"""The id of the scheme of all topics, which stands among them."""

_ID = re.compile(r"^[A-Za-z0-9.\-]+$")


@dataclass(frozen=True, slots=True)
class Iris:
    """All IRIs below one base. Raises SettingsError for a base that is not absolute http(s) ending in a slash."""

    base: str = DEFAULT_BASE

    def __post_init__(self) -> None:
        if not re.match(r"^https?://[^\s<>\"{}|\\^`?#]+/$", self.base):
            raise SettingsError(
                f"{self.base!r} cannot be the base of IRIs", advice="give an http(s) address that ends in a slash"
            )

    def thing(self, kind: str, identifier: str) -> NamedNode:
        """Return the IRI of a thing, such as ``<base>person/4bq7x2mn``."""
        return NamedNode(f"{self.base}{kind}/{identifier}")

    def agent(self, ref: AgentRef) -> NamedNode:
        """Return the IRI of a person or group."""
        return self.thing(ref.kind, ref.id)

    def part(self, thing: NamedNode, name: str) -> NamedNode:
        """Return the IRI of a part of a thing: a fragment of its IRI."""
        return NamedNode(f"{thing.value}#{name}")

    def node(self, name: str) -> NamedNode:
        """Return the IRI of a node in a source, named ``source-id#fragment``."""
        return NamedNode(f"{self.base}source/{name}")

    def source_graph(self, source_id: str) -> NamedNode:
        """Return the IRI of the graph that holds what one source said."""
        return NamedNode(f"{self.base}graph/source/{source_id}")

    def graph(self, name: str) -> NamedNode:
        """Return the IRI of a graph of ours: ``identity``, ``quality``, ``dataset`` or ``ontology``."""
        return NamedNode(f"{self.base}graph/{name}")

    @property
    def dataset(self) -> NamedNode:
        """The IRI of the dataset as a whole."""
        return NamedNode(self.base + "dataset")

    def parse(self, iri: str) -> tuple[str, str] | None:
        """Return (kind, id) of a thing's IRI, or None for any other IRI. A part is read as its thing."""
        if not iri.startswith(self.base):
            return None
        kind, slash, identifier = iri[len(self.base) :].partition("#")[0].partition("/")
        return (kind, identifier) if slash and kind in KINDS and _ID.match(identifier) else None
