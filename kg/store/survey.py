"""Count what a graph holds: by graph, class, property, the class or datatype of the values; records by source.

Counts are kept by the thing: those of a whole graph are the sums of those of its things, since all statements about a
node stand with its thing. So a build that makes ten things anew counts ten things. The classes of a value are those
that all nodes of its pattern have (``work``, ``work#author``, …), for values stand elsewhere. Knows statements as text.
Does not know what the counts are good for.
"""

from __future__ import annotations

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
_SEP: Final = "\t"
_NAME: Final = 16
"""Digits that name a record or an entry in its source."""

SMALL: Final = 16
"""Statements of a node up to which its shape is likely another's too."""


class Tally:
    """Counts that can be added to and taken from.

    Nodes are counted by their shape: layer, pattern, classes, and each property with the kind of its value. There are
    few shapes, for what is said of one author's place is said of the next. Only large nodes, of which no two are alike,
    are counted property by property. Keys are texts, so that the whole can be kept as it is.
    """

    def __init__(self, base_iri: str) -> None:
        self._base = f"<{base_iri}"
        self._start = len(self._base)
        self._identity = f"<{base_iri}graph/identity>"
        self._sources = f"<{base_iri}graph/source/"
        self.shapes: Counter[str] = Counter()
        self.cells: Counter[str] = Counter()
        self.graphs: Counter[str] = Counter()
        self.subjects: Counter[str] = Counter()
        self.parts: Counter[str] = Counter()

    def add(self, pages: Iterable[Page], sign: int = 1) -> None:
        """Count the statements about one thing and its parts; with ``sign`` -1 count them no more."""
        layers: dict[str, dict[str, list[tuple[str, str]]]] = {}
        subjects: dict[str, set[str]] = {}
        for graph, statements in pages:
            if not statements:
                continue
            self.graphs[graph] += sign * len(statements)
            found = subjects.setdefault(graph, set())
            layer = self._layer(graph)
            by_subject = layers.setdefault(layer, {})
            for subject, predicate, value in statements:
                if subject not in found:
                    found.add(subject)
                    by_subject.setdefault(subject, [])
                by_subject[subject].append((predicate, value))
        for graph, found in subjects.items():
            self.subjects[graph] += sign * len(found)
        layers.pop("", None)
        for layer, by_subject in layers.items():
            for subject, said in by_subject.items():
                self._add_node(layer, subject, said, sign)

    def _add_node(self, layer: str, subject: str, said: Sequence[tuple[str, str]], sign: int) -> None:
        classes = [value for predicate, value in said if predicate == W.RDF_TYPE]
        if len(classes) > 1:
            classes = sorted(set(classes))
        if layer == SOURCES and (W.KG_RECORD in classes or W.KG_UNREAD_LINE in classes):
            self._add_part(classes, said, sign)
        head = f"{layer}{_SEP}{self._pattern(subject)}{_SEP}{' '.join(classes)}"
        kind = self._kind
        values = [f"{predicate}{_SEP}{kind(value)}" for predicate, value in said]
        if len(values) <= SMALL:
            values.sort()
            self.shapes["\n".join((head, *values))] += sign
            return
        self.shapes[head] += sign
        for value, count in Counter(values).items():
            self.cells[f"{head}\n{value}"] += sign * count
        for predicate in {predicate for predicate, _ in said}:
            self.cells[f"{head}\n{predicate}"] += sign

    def _add_part(self, classes: Sequence[str], said: Sequence[tuple[str, str]], sign: int) -> None:
        """Count a record that is about something, or an unread line, with the source it is part of."""
        about = any(predicate == W.ABOUT for predicate, _ in said)
        for source in {value for predicate, value in said if predicate == W.IS_PART_OF}:
            for cls, counts in ((W.KG_RECORD, about), (W.KG_UNREAD_LINE, True)):
                if counts and cls in classes:
                    self.parts[f"{cls}{_SEP}{source}"] += sign

    def _layer(self, graph: str) -> str:
        if not graph:
            return MERGED
        if graph.startswith(self._sources):
            return SOURCES
        return IDENTITY if graph == self._identity else ""

    def _kind(self, value: str) -> str:
        """Return the datatype of a literal, or the pattern of a thing of ours; empty for any other value."""
        if value[0] == '"':
            if value[-1] == '"':
                return f"^{_STRING}"
            tail = value[value.rindex('"') + 1 :]
            return f"^{tail[3:-1] if tail.startswith('^^') else _LANG}"
        return self._pattern(value)

    def _pattern(self, node: str) -> str:
        """Return the kind of a node of ours and the beginning of its part's name: ``work``, ``work#author``."""
        if not node.startswith(self._base):
            return ""
        slash = node.find("/", self._start)
        kind = node[self._start : slash]
        mark = node.find("#", slash)
        if mark < 0:
            return "scheme" if kind == "topic" and node[slash + 1 : -1] == SCHEME else kind
        end = node.find("-", mark)
        name = node[mark + 1 : end if end > 0 else -1]
        if len(name) > _NAME:  # records, entries and the names printed on records are named by digits
            return f"{kind}#{'entry' if name[0] == 'p' else 'name' if end > 0 else 'record'}"
        return f"{kind}#{name}"

    def kept(self) -> bytes:
        """Return the counts as bytes, without those that have become none."""
        return msgspec.msgpack.encode([dict(sorted((+counts).items())) for counts in self._counters()])

    def take(self, kept: bytes) -> None:
        """Go on from counts that were kept."""
        for counts, known in zip(self._counters(), msgspec.msgpack.decode(kept), strict=True):
            counts.update(known)

    def _counters(self) -> tuple[Counter[str], ...]:
        return self.shapes, self.cells, self.graphs, self.subjects, self.parts

    def survey(self) -> Survey:
        """Return the counts of the whole."""
        heads: Counter[str] = Counter()
        triples: Counter[tuple[str, str]] = Counter()
        subjects: Counter[tuple[str, str]] = Counter()
        for shape, count in self.shapes.items():
            head, *values = shape.split("\n")
            heads[head] += count
            for value in values:
                triples[head, value] += count
            for predicate in {value.partition(_SEP)[0] for value in values}:
                subjects[head, predicate] += count
        for cell, count in self.cells.items():
            head, value = cell.split("\n")
            (triples if _SEP in value else subjects)[head, value] += count
        layers: dict[str, Layer] = {}
        for head, count in heads.items():
            layer, _, classes = head.split(_SEP)
            if count > 0:
                entities = layers.setdefault(layer, Layer()).entities
                for cls in classes.split():
                    entities[cls[1:-1]] = entities.get(cls[1:-1], 0) + count
        for (head, predicate), count in subjects.items():
            if count > 0:
                for counts in _cells(layers, head, predicate):
                    counts.subjects += count
        classes_of = _classes_by_pattern(heads)
        for (head, value), count in triples.items():
            predicate, _, kind = value.partition(_SEP)
            if count > 0:
                layer = head.partition(_SEP)[0]
                known: frozenset[str] = classes_of.get((layer, kind)) or classes_of.get((MERGED, kind), frozenset())
                for counts in _cells(layers, head, predicate):
                    counts.triples += count
                    if kind.startswith("^"):
                        counts.datatypes[kind[1:]] = counts.datatypes.get(kind[1:], 0) + count
                    for cls in known:
                        counts.classes[cls] = counts.classes.get(cls, 0) + count
        graphs = {
            graph[1:-1]: Counts(count, self.subjects[graph])
            for graph, count in sorted(self.graphs.items())
            if count > 0
        }
        parts: dict[str, dict[str, int]] = {W.KG_RECORD: {}, W.KG_UNREAD_LINE: {}}
        for part, count in sorted(self.parts.items()):
            if count > 0:
                cls, _, source = part.partition(_SEP)
                parts[cls][source[1:-1]] = count
        ordered: dict[str, Layer] = {name: layers[name] for name in (MERGED, IDENTITY, SOURCES) if name in layers}
        return Survey(graphs, ordered, parts[W.KG_RECORD], parts[W.KG_UNREAD_LINE])


def _classes_by_pattern(heads: Counter[str]) -> dict[tuple[str, str], frozenset[str]]:
    """Return the classes that all nodes of a pattern have, by layer and pattern."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    for head, count in heads.items():
        layer, pattern, classes = head.split(_SEP)
        if count > 0 and pattern and classes:
            own = frozenset(cls[1:-1] for cls in classes.split())
            place = layer, pattern
            found[place] = found[place] & own if place in found else own
    return found


def _cells(layers: dict[str, Layer], head: str, predicate: str) -> Iterable[PropertyCounts]:
    """Return where a property counts: in the layer, and in each of its subjects' classes."""
    layer, _, classes = head.split(_SEP)
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
