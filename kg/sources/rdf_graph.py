"""The statements of an RDF file by their subject, in the order they stand, in memory or, when they are many, on disk.

Knows nodes and lists. Keeps only what is read later. Does not know syntaxes nor what statements mean.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from types import TracebackType
from typing import Final, Self

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from kg.model.text import squeeze
from kg.sources import rdf_vocab as v

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

MEMORY_LIMIT: Final = 500_000
"""Statements that are held in memory, at some 900 bytes each; a larger file goes to a store on disk."""

CACHE: Final = 5_000
"""Nodes of a store on disk that are held in memory: journals and people are asked for again and again."""

LIST_LIMIT: Final = 100_000
"""Elements of one RDF list; lists can be circular."""

_BATCH: Final = 100_000
_NIL: Final = NamedNode(v.NAMESPACES["rdf"] + "nil")
_LISTING: Final = frozenset({"rdf:first", "schema:itemListElement"})
_BEGINNINGS: Final = frozenset((*v.AUTHOR, *v.AUTHOR_LIST, "kg:authorship", "pro:isDocumentContextFor"))


class Graph:
    """The statements of one file. ``records`` are the subjects that may be records, in order of appearance.

    ``own`` says that the file is an export of this package, whose texts hold no markup.
    """

    def __init__(self, *, own: bool = False) -> None:
        self.own = own
        self._about: dict[Node, list[tuple[str, Term]]] = {}
        self._back: dict[tuple[str, Term], list[Node]] = {}
        self._count = self._spilled = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._store: Store | None = None
        self.records: dict[Node, None] = {}
        self.referred: set[Term] = set()
        self.signing: set[Term] = set()
        self._lists: set[Term] = {_NIL}
        self._cached: dict[Term, list[tuple[str, Term]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store = None
        if self._folder:
            self._folder.cleanup()

    def add(self, subject: Node | Triple, predicate: NamedNode, value: Term | Triple) -> None:
        """Take a statement; one whose property is not read, or about a statement, is passed over."""
        name = _known(predicate.value)
        if not name or isinstance(value, Triple) or isinstance(subject, Triple):
            return
        self._about.setdefault(subject, []).append((name, value))
        if name in _BEGINNINGS or (name == "rdf:type" and not isinstance(value, Literal) and _is_record(value.value)):
            self.records.setdefault(subject)
        elif name in v.REFERRING and not isinstance(value, Literal):
            self.referred.add(value)
        if name in v.SIGNING and not isinstance(value, Literal):
            self.signing.add(value)
        if name in _LISTING:
            self._lists.add(subject)
        if name in v.BACKWARDS and not isinstance(value, Literal):
            self._back.setdefault((name, value), []).append(subject)
        self._count += 1
        if self._count == MEMORY_LIMIT or (self._store is not None and self._count % _BATCH == 0):
            self._spill()

    def finish(self) -> None:
        """Make what was added last findable."""
        if self._store is not None:
            self._spill()

    def about(self, node: Term) -> Mapping[str, list[Term]]:
        """Return what is said of a node: property -> values, each once, in the order they stand."""
        found: dict[str, dict[Term, None]] = {}
        for name, value in self._statements(node):
            found.setdefault(name, {})[value] = None
        return {name: list(values) for name, values in found.items()}

    def pointing(self, node: Term, names: Iterable[str]) -> list[Node]:
        """Return the nodes of which one of these properties, all of ``BACKWARDS``, has this value."""
        if self._store is None:
            return list(dict.fromkeys(s for name in names for s in self._back.get((name, node), ())))
        found = [
            quad.subject
            for name in names
            for quad in self._store.quads_for_pattern(None, NamedNode(f"p:{name}"), node, None)
        ]
        return list(dict.fromkeys(s for s in found if not isinstance(s, Triple)))

    def elements(self, node: Term) -> list[Term]:
        """Return the elements of an RDF list or of a schema.org ItemList, the node itself as one for any other."""
        if node not in self._lists:
            return [node]
        found: list[Term] = []
        seen = set()
        while not isinstance(node, Literal) and node not in seen and len(found) < LIST_LIMIT:
            seen.add(node)
            said = self.about(node)
            if "rdf:first" not in said:
                break
            found += said["rdf:first"][:1]
            node = said.get("rdf:rest", [_NIL])[0]
        if found or node == _NIL:
            return found
        return self.about(node).get("schema:itemListElement", [node])

    def _statements(self, node: Term) -> Iterable[tuple[str, Term]]:
        if isinstance(node, Literal):
            return ()
        if self._store is None:
            return self._about.get(node, ())
        if node in self._cached:
            return self._cached[node]
        quads = sorted(self._store.quads_for_pattern(node, None, None, None), key=_order)
        statements = [(q.predicate.value[2:], q.object) for q in quads if not isinstance(q.object, Triple)]
        if len(self._cached) >= CACHE:
            del self._cached[next(iter(self._cached))]
        self._cached[node] = statements
        return statements

    def _spill(self) -> None:
        if self._store is None:
            self._folder = tempfile.TemporaryDirectory(prefix="kg-rdf-")
            self._store = Store(self._folder.name)
        self._store.bulk_extend(self._numbered())
        self._about.clear()
        self._back.clear()
        self._cached.clear()

    def _numbered(self) -> Iterator[Quad]:
        """Yield the statements in memory as quads whose graph is their place in the order."""
        number = self._spilled
        for subject, statements in self._about.items():
            for name, value in statements:
                number += 1
                yield Quad(subject, NamedNode(f"p:{name}"), value, NamedNode(f"n:{number}"))
        self._spilled = number


def _order(quad: Quad) -> int:
    return int(quad.graph_name.value[2:]) if isinstance(quad.graph_name, NamedNode) else 0


@lru_cache(maxsize=4096)
def _is_record(iri: str) -> bool:
    return v.curie(iri) in v.RECORD_CLASSES


@lru_cache(maxsize=4096)
def _known(iri: str) -> str:
    name = v.curie(iri)
    return name if name in v.KNOWN else ""


class Description:
    """What a graph says of one node, asked by meaning."""

    def __init__(self, graph: Graph, node: Term) -> None:
        self.graph = graph
        self.node = node
        self.said = graph.about(node)

    @cached_property
    def classes(self) -> frozenset[str]:
        """The classes of the node, as CURIEs where their vocabulary is known."""
        return frozenset(v.curie(t.value) for t in self.said.get("rdf:type", ()) if isinstance(t, NamedNode))

    @property
    def iri(self) -> str:
        """The IRI of the node, an empty text for a blank node or a literal."""
        return self.node.value if isinstance(self.node, NamedNode) else ""

    def values(self, names: Iterable[str]) -> list[Term]:
        """Return the values of these properties, each once, lists taken apart."""
        found: list[Term] = []
        for name in names:
            for value in self.said.get(name, ()):
                if isinstance(value, Literal):
                    found.append(value)
                else:
                    found += self.graph.elements(value)
        return list(dict.fromkeys(found)) if len(found) > 1 else found

    def each(self, names: Iterable[str]) -> Iterator[Description]:
        """Yield the descriptions of the nodes that these properties lead to."""
        return (Description(self.graph, value) for value in self.values(names) if not isinstance(value, Literal))

    def texts(self, names: Iterable[str]) -> list[str]:
        """Return the texts of these properties: first without a language, then English, then others as they stand."""
        found = [value for value in self.values(names) if isinstance(value, Literal)]
        if len(found) > 1:
            found.sort(key=lambda value: _RANK.get((value.language or "").partition("-")[0].lower(), 2))
        return list(dict.fromkeys(filter(None, (squeeze(value.value) for value in found)))) if found else []

    def text(self, names: Iterable[str]) -> str:
        """Return the first text of the first of these properties that has one, an empty text for none."""
        return next((texts[0] for name in names if name in self.said and (texts := self.texts((name,)))), "")

    def true(self, name: str) -> bool:
        """Return whether the property has a value that says yes."""
        return self.text((name,)).lower() in ("true", "1")


_RANK: Final = {"": 0, "en": 1}
