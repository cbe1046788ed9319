"""Count what a graph holds: by graph, class, property, and the class or datatype of the values.

Counts are kept by the thing: those of a whole graph are the sums of those of its things, since all statements about a
node stand with its thing. So a build that makes ten things anew counts ten things. The classes of a value are those
that all nodes of its pattern have (``work``, ``work#author``, …), for values stand elsewhere. Knows statements as text.
Does not know what the counts are good for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec

from kg.rdf.iris import SCHEME
from kg.rdf.lines import Page, Pages, Statement, W, read_line
from kg.rdf.void import IDENTITY, MERGED, SOURCES, Counts, Layer, PropertyCounts, Survey

_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_LANG: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_NUMBERED: Final = re.compile(r"^[A-Za-z]+")
_SEP: Final = "\t"


class Tally:
    """Counts that can be added to and taken from. Keys are texts, so that the whole can be kept as it is."""

    def __init__(self, base_iri: str) -> None:
        self._base = f"<{base_iri}"
        self._identity = f"<{base_iri}graph/identity>"
        self._sources = f"<{base_iri}graph/source/"
        self.triples: Counter[str] = Counter()
        self.subjects: Counter[str] = Counter()
        self.values: Counter[str] = Counter()
        self.nodes: Counter[str] = Counter()
        self.graphs: Counter[str] = Counter()
        self.graph_subjects: Counter[str] = Counter()

    def add(self, pages: Iterable[Page], sign: int = 1) -> None:
        """Count the statements about one thing and its parts; with ``sign`` -1 count them no more."""
        layers: dict[str, dict[str, list[tuple[str, str]]]] = {}
        subjects: dict[str, set[str]] = {}
        for graph, statements in pages:
            if not statements:
                continue
            self.graphs[graph] += sign * len(statements)
            subjects.setdefault(graph, set()).update(subject for subject, _, _ in statements)
            if layer := self._layer(graph):
                by_subject = layers.setdefault(layer, {})
                for subject, predicate, value in statements:
                    by_subject.setdefault(subject, []).append((predicate, value))
        for graph, found in subjects.items():
            self.graph_subjects[graph] += sign * len(found)
        for layer, by_subject in layers.items():
            for subject, said in by_subject.items():
                self._add_node(layer, subject, said, sign)

    def _add_node(self, layer: str, subject: str, said: Sequence[tuple[str, str]], sign: int) -> None:
        classes = " ".join(sorted({value for predicate, value in said if predicate == W.RDF_TYPE}))
        start = f"{layer}{_SEP}{classes}"
        self.nodes[f"{start}{_SEP}{self._pattern(subject)}"] += sign
        seen = set()
        for predicate, value in said:
            cell = f"{start}{_SEP}{predicate}"
            self.triples[cell] += sign
            if cell not in seen:
                seen.add(cell)
                self.subjects[cell] += sign
            self.values[f"{cell}{_SEP}{self._kind(value)}"] += sign

    def _layer(self, graph: str) -> str:
        if not graph:
            return MERGED
        if graph.startswith(self._sources):
            return SOURCES
        return IDENTITY if graph == self._identity else ""

    def _kind(self, value: str) -> str:
        """Return the datatype of a literal, or the pattern of a thing of ours; empty for any other value."""
        if value[0] == '"':
            tail = value[value.rindex('"') + 1 :]
            return f"^{tail[3:-1] if tail.startswith('^^') else _LANG if tail else _STRING}"
        return self._pattern(value)

    def _pattern(self, node: str) -> str:
        """Return the kind of a node of ours and the beginning of its part's name: ``work``, ``work#author``."""
        if not node.startswith(self._base):
            return ""
        kind, _, rest = node[len(self._base) : -1].partition("/")
        part = rest.partition("#")[2]
        if not part:
            return "scheme" if kind == "topic" and rest == SCHEME else kind
        match = _NUMBERED.match(part)
        name = match[0] if match else ""
        return f"{kind}#{'r-m' if name == 'r' and '-m' in part else name}"

    def kept(self) -> bytes:
        """Return the counts as bytes, without those that have become none."""
        return msgspec.msgpack.encode([dict(sorted((+counts).items())) for counts in self._counters()])

    def take(self, kept: bytes) -> None:
        """Go on from counts that were kept."""
        for counts, known in zip(self._counters(), msgspec.msgpack.decode(kept), strict=True):
            counts.update(known)

    def _counters(self) -> tuple[Counter[str], ...]:
        return self.triples, self.subjects, self.values, self.nodes, self.graphs, self.graph_subjects

    def survey(self) -> Survey:
        """Return the counts of the whole."""
        classes_of = self._classes_by_pattern()
        layers: dict[str, Layer] = {}
        for key, count in self.nodes.items():
            layer, own, _ = key.split(_SEP)
            if count > 0:
                found = layers.setdefault(layer, Layer())
                for cls in own.split():
                    found.entities[cls[1:-1]] = found.entities.get(cls[1:-1], 0) + count
        for key, triples in self.triples.items():
            if triples > 0:
                for counts in _cells(layers, key):
                    counts.triples += triples
                    counts.subjects += self.subjects[key]
        for key, triples in self.values.items():
            cell, _, kind = key.rpartition(_SEP)
            if triples <= 0 or not kind:
                continue
            layer = cell.partition(_SEP)[0]
            classes: frozenset[str] = classes_of.get((layer, kind)) or classes_of.get((MERGED, kind), frozenset())
            for counts in _cells(layers, cell):
                if kind.startswith("^"):
                    counts.datatypes[kind[1:]] = counts.datatypes.get(kind[1:], 0) + triples
                for cls in classes:
                    counts.classes[cls] = counts.classes.get(cls, 0) + triples
        graphs = {
            graph[1:-1]: Counts(triples, self.graph_subjects[graph])
            for graph, triples in sorted(self.graphs.items())
            if triples > 0
        }
        return Survey(graphs, {name: layers[name] for name in (MERGED, IDENTITY, SOURCES) if name in layers})

    def _classes_by_pattern(self) -> dict[tuple[str, str], frozenset[str]]:
        found: dict[tuple[str, str], frozenset[str]] = {}
        for key, count in self.nodes.items():
            layer, classes, pattern = key.split(_SEP)
            if count > 0 and pattern and classes:
                own = frozenset(cls[1:-1] for cls in classes.split())
                place = layer, pattern
                found[place] = found[place] & own if place in found else own
        return found


def _cells(layers: dict[str, Layer], key: str) -> Iterable[PropertyCounts]:
    """Return where a cell counts: its property in the layer, and in each of its subjects' classes."""
    layer, classes, predicate = key.split(_SEP)
    name = predicate[1:-1]
    found = layers.setdefault(layer, Layer())
    places = [found.properties, *(found.by_class.setdefault(cls[1:-1], {}) for cls in classes.split())]
    return [place.setdefault(name, PropertyCounts()) for place in places]


def survey(path: Path, base_iri: str) -> Survey:
    """Return the counts of an artefact whose own graphs lie below ``base_iri``, read line by line.

    Raises OSError when the file cannot be read.
    """
    tally = Tally(base_iri)
    with path.open(encoding="utf-8", newline="\n") as lines:
        for _, about in groupby(map(read_line, lines), key=lambda pair: pair[0][0]):
            tally.add(pages(about))
    return tally.survey()


def pages(statements: Iterable[tuple[Statement, str]]) -> Pages:
    """Return statements by graph."""
    found: dict[str, list[Statement]] = {}
    for statement, graph in statements:
        found.setdefault(graph, []).append(statement)
    return list(found.items())
