"""Which statements of a store are validated, and how they get in front of an engine.

A *view* is a selection of graphs seen as one: by default the merged view, with what has no place in it: the records and
unread lines of the source graphs, and which merged ids are replaced by which. Knows how our stores are laid out and how
an artefact is written; knows no shape.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias
from typing import Literal as Choice

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from kg.errors import ReleaseError
from kg.quality.shacl.paths import Term
from kg.quality.shacl.slices import fill
from kg.rdf import vocab

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_DEFAULT: Final = DefaultGraph()
RECORD_CLASSES: Final = (vocab.KG_RECORD, vocab.KG_UNREAD_LINE)
Graphs: TypeAlias = Choice["view", "default", "all"] | tuple[NamedNode, ...]
"""``view``: the default graph with records, unread lines and replaced ids; ``default``: the default graph alone;
``all``: every graph together; or some named graphs together."""


@dataclass(frozen=True)
class View:
    """Some graphs of a store as one graph."""

    store: Store
    graphs: Graphs = "view"
    _records: dict[tuple[object, object], bool] = field(default_factory=dict, repr=False, compare=False)

    def match(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterator[Triple]:
        """Yield the triples that fit; None fits everything. What stands in several graphs may come several times."""
        return (quad.triple for quad in self.quads(subject, predicate, value))

    def quads(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterator[Quad]:
        """Yield the same with the graphs in which they stand."""
        if isinstance(subject, Literal):
            return
        if isinstance(self.graphs, tuple):
            for graph in self.graphs:
                yield from self.store.quads_for_pattern(subject, predicate, value, graph)
            return
        if self.graphs == "default":
            yield from self.store.quads_for_pattern(subject, predicate, value, _DEFAULT)
            return
        for quad in self.store.quads_for_pattern(subject, predicate, value, None):
            if self.graphs == "all" or quad.graph_name == _DEFAULT or self._is_seen(quad):
                yield quad

    def _is_seen(self, quad: Quad) -> bool:
        """Say whether what a named graph states is in the view: it is about a record, or says what replaces an id."""
        return quad.predicate == vocab.DCT_IS_REPLACED_BY or self._is_record(quad)

    def _is_record(self, quad: Quad) -> bool:
        """Say whether the subject of a quad of a named graph is a record or unread line of that graph."""
        if not isinstance(quad.subject, NamedNode | BlankNode):
            return False
        key = (quad.subject, quad.graph_name)
        if key not in self._records:
            self._records[key] = any(
                Quad(quad.subject, vocab.RDF_TYPE, cls, quad.graph_name) in self.store for cls in RECORD_CLASSES
            )
        return self._records[key]

    def is_default_graph(self) -> bool:
        """Say whether the store's default graph is all there is to see, so that nothing need be copied."""
        return self.graphs == "default" or (
            not isinstance(self.graphs, tuple) and next(iter(self.store.named_graphs()), None) is None
        )


@dataclass(frozen=True)
class Remembered:
    """A view that asks its store every question about a subject once. For some thousand nodes: answers are kept.

    What leads to a node is asked anew each time, because there may be very much of it and little of it be wanted.
    """

    view: View
    _known: dict[tuple[object, object, object], list[Triple]] = field(default_factory=dict, repr=False, compare=False)
    _statements: dict[Term, int] = field(default_factory=dict, repr=False, compare=False)

    @property
    def store(self) -> Store:
        """The store behind the view."""
        return self.view.store

    def match(self, subject: Term | None, predicate: NamedNode | None, value: Term | None) -> Iterable[Triple]:
        """Return the triples that fit, as `View.match` does."""
        if subject is None:
            return self.view.match(None, predicate, value)
        key = (subject, predicate, value)
        if key not in self._known:
            quads = list(self.view.quads(subject, predicate, value))
            self._known[key] = [quad.triple for quad in quads]
            if predicate is None and value is None:
                self._statements[subject] = sum(map(self._is_counted, quads))
        return self._known[key]

    def statements(self, subject: Term) -> int:
        """Return how many of the statements that `size` counts are about a subject."""
        self.match(subject, None, None)
        return self._statements.get(subject, 0)

    def _is_counted(self, quad: Quad) -> bool:
        return self.view.graphs not in ("view", "default") or quad.graph_name == _DEFAULT


@dataclass(frozen=True)
class Loaded:
    """A store in memory that holds what was asked for, and the number of statements that there are in all."""

    store: Store
    statements: int


def load(view: View, predicates: Collection[NamedNode] | None, artefact: Path | None = None) -> Loaded:
    """Return a store in memory whose default graph holds the view, as far as some properties go (None: all).

    ``artefact`` is the sorted N-Quads file of the same store: reading it costs half of what reading a store on disk
    does, and what a release says about itself is neither checked nor counted. Memory is about 350 bytes a triple.
    """
    copy = Store()
    if artefact is not None and view.graphs == "view":
        merged: list[int] = []
        lines = io.BufferedReader(_Stream(_view_lines(artefact, predicates, merged.append)), buffer_size=1 << 20)
        if _names_blank_nodes(artefact):
            # Loading would name them anew, and findings about them would point to nothing.
            fill(copy, parse(lines, RdfFormat.N_TRIPLES))
        else:
            # The bulk loader is no faster in memory, and holds half as much again while it works.
            copy.load(lines, RdfFormat.N_TRIPLES)
        return Loaded(copy, sum(merged))
    found = (one for one in view.match(None, None, None) if predicates is None or one.predicate in predicates)
    fill(copy, (Quad(one.subject, one.predicate, one.object) for one in found))
    return Loaded(copy, size(view.store, view.graphs))


def size(store: Store, graphs: Graphs) -> int:
    """Return the number of statements in the merged view, or in the graphs named, or in all of them."""
    if isinstance(graphs, tuple):
        found = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", default_graph=list(graphs))
    else:
        found = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }", use_default_graph_as_union=graphs == "all")
    if not isinstance(found, QuerySolutions):
        raise AssertionError("a SELECT query has solutions")
    return int(next(found)[0].value)


def _names_blank_nodes(path: Path) -> bool:
    """Say whether there may be a blank node in an artefact: a quick look, that some literals deceive."""
    with path.open("rb") as file:
        while lines := file.readlines(1 << 22):
            data = b"".join(lines)
            if data.startswith(b"_:") or b" _:" in data or b"\n_:" in data:
                return True
    return False


class _Stream(io.RawIOBase):
    """Lines as a file."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        place = memoryview(buffer).cast("B")
        while len(self._rest) < len(place):
            line = next(self._lines, None)
            if line is None:
                break
            self._rest += line
        size = min(len(place), len(self._rest))
        place[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _view_lines(path: Path, predicates: Collection[NamedNode] | None, merged: Callable[[int], None]) -> Iterator[bytes]:
    """Yield the lines of the view as N-Triples, many at a time; tell ``merged`` how many the default graph has.

    The file is sorted, so that the statements about one subject stand together: those of a named graph are kept back
    until it is known whether the subject is a record there.
    """
    wanted = None if predicates is None else {str(one).encode() for one in predicates}
    replaced = str(vocab.DCT_IS_REPLACED_BY).encode()
    record_lines = {f"{vocab.RDF_TYPE} {cls} ".encode() for cls in RECORD_CLASSES}
    out: list[bytes] = []
    number = 0
    current, held, records = b"", dict[bytes, list[bytes]](), set[bytes]()
    try:
        with path.open("rb") as file:
            while lines := file.readlines(1 << 20):
                for line in lines:
                    subject, predicate, rest = line.split(b" ", 2)
                    if subject != current:
                        for graph in records:
                            out += held[graph]
                        current = subject
                        if held:
                            held, records = {}, set()
                    graph = _graph(rest)
                    if not graph:
                        number += 1
                        if wanted is None or predicate in wanted:
                            out.append(line)
                        continue
                    said = line[: -len(graph) - 3]
                    if predicate == replaced:
                        out.append(said + b".\n")
                        continue
                    held.setdefault(graph, [])
                    if wanted is None or predicate in wanted:
                        held[graph].append(said + b".\n")
                    if said[len(subject) + 1 :] in record_lines:
                        records.add(graph)
                yield b"".join(out)
                out.clear()
            yield b"".join(line for graph in records for line in held[graph])
            merged(number)
    except (FileNotFoundError, ValueError) as error:
        raise ReleaseError(
            f"the file cannot be read as N-Quads ({error})", where=str(path), advice="build the release again"
        ) from error


def _graph(rest: bytes) -> bytes:
    """Return the name of the graph in what follows the predicate of a line, or nothing for the default graph."""
    if rest.startswith(b'"'):
        tail = rest[rest.rindex(b'"') :]
        place = tail.find(b" <")
        return tail[place + 1 : -3] if place >= 0 else b""
    terms = rest.split(b" ")
    return terms[1] if len(terms) == 3 else b""
