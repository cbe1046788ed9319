"""Count what a graph holds: by graph, class, property, the class or datatype of the values; records by source.

Counts are kept by the thing: those of a whole graph are the sums of those of its things, since all statements about a
node stand with its thing. So a build that makes ten things anew counts ten things. The classes of a value are those
that all nodes of its pattern have (``work``, ``work#author``, …), for values stand elsewhere. Knows statements as text.
Does not know what the counts are good for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec

from kg.rdf.iris import SCHEME
from kg.rdf.lines import Page, Pages, Statement, W, read_line
from kg.rdf.void import IDENTITY, MERGED, SOURCES, Counts, Layer, PropertyCounts, Survey

_STRING: Final = "^http://www.w3.org/2001/XMLSchema#string"
_LANG: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_SEP: Final = "\t"
_LITERAL: Final = ('"', "^")
_REMEMBERED: Final = 1 << 12
_NAME: Final = 16
"""Digits that name a record or an entry in its source."""

SMALL: Final = 16
"""Statements of a node up to which its shape is likely another's too."""


class _Kinds(dict[str, str]):
    """Values and nodes -> their kinds: the datatype of a literal, the pattern of a thing of ours (its kind, and the
    beginning of its part's name: ``work``, ``work#author``), empty for any other value.

    Most were met a moment ago, for another graph says the same, and parts are linked to: they are remembered a while.
    """

    def __init__(self, base_iri: str) -> None:
        self._base = f"<{base_iri}"

    def __missing__(self, value: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        if value.startswith(self._base):
            kind = self._pattern(value)
        elif value[0] == '"':
            tail = value[value.rindex('"') + 1 :]
            kind = f"^{tail[3:-1] if tail.startswith('^^') else _LANG}" if tail else _STRING
        else:
            kind = ""
        self[value] = kind
        return kind

    def _pattern(self, node: str) -> str:
        begin = len(self._base)
        slash = node.find("/", begin)
        kind = node[begin:slash]
        mark = node.find("#", slash)
        if mark < 0:
            return "scheme" if kind == "topic" and node[slash + 1 : -1] == SCHEME else kind
        end = node.find("-", mark)
        name = node[mark + 1 : end if end > 0 else -1]
        if len(name) > _NAME:  # records, entries and the names printed on records are named by digits
            return f"{kind}#{'entry' if name[0] == 'p' else 'name' if end > 0 else 'record'}"
        return f"{kind}#{name}"


class Tally:
    """Counts that can be added to and taken from.

    Nodes are counted by their shape: layer, pattern, classes, and each property with the kind of its value. There are
    few shapes, for what is said of one author's place is said of the next. Only large nodes, of which no two are alike,
    are counted property by property. Keys are texts, so that the whole can be kept as it is.
    """

    def __init__(self, base_iri: str) -> None:
        self._identity = f"<{base_iri}graph/identity>"
        self._sources = f"<{base_iri}graph/source/"
        self._layers: dict[str, str] = {"": MERGED}
        self._kinds = _Kinds(base_iri)
        self._shape = lru_cache(maxsize=1 << 12)(partial(_shape, self._kinds))
        self._large = lru_cache(maxsize=1 << 12)(partial(_large, self._kinds))
        self.shapes: Counter[str] = Counter()
        self.cells: Counter[str] = Counter()
        self.graphs: Counter[str] = Counter()
        self.subjects: Counter[str] = Counter()
        self.parts: Counter[str] = Counter()

    def add(self, pages: Iterable[Page], sign: int = 1) -> None:
        """Count the statements about one thing and its parts; with ``sign`` -1 count them no more."""
        kinds, of_type, parts = self._kinds, W.RDF_TYPE, (W.KG_RECORD, W.KG_UNREAD_LINE)
        graphs: dict[str, dict[str, list[str]]] = {}
        for graph, statements in pages:
            if not statements:
                continue
            self.graphs[graph] += sign * len(statements)
            nodes = graphs.setdefault(graph, {})
            typed: list[tuple[str, str]] = []
            last = ""
            for subject, predicate, value in statements:
                if subject is not last:  # statements about a node mostly stand together
                    said = nodes.setdefault(subject, [])
                    last = subject
                said.append(predicate)
                if value[-1] == '"':
                    said.append(_STRING)
                elif predicate == of_type:
                    said.append(value)
                    if value in parts:
                        typed.append((subject, value))
                else:
                    said.append(kinds[value])
            if typed and graph.startswith(self._sources):
                self._add_parts(typed, statements, sign)
        layers: dict[str, dict[str, list[str]]] = {}
        for graph, nodes in graphs.items():
            self.subjects[graph] += sign * len(nodes)
            if layer := self._layer(graph):
                known = layers.setdefault(layer, nodes)
                if known is not nodes:
                    for subject, said in nodes.items():
                        known.setdefault(subject, []).extend(said)
        for layer, nodes in layers.items():
            for subject, said in nodes.items():
                self._add_node(layer, subject, said, sign)

    def _add_node(self, layer: str, subject: str, said: Sequence[str], sign: int) -> None:
        pattern = self._kinds[subject]
        if len(said) <= 2 * SMALL:
            self.shapes[self._shape(layer, pattern, tuple(said))] += sign
            return
        counts = Counter(zip(said[::2], said[1::2], strict=True))
        head, values, predicates = self._large(layer, pattern, tuple(counts))
        self.shapes[head] += sign
        for value, count in zip(values, counts.values(), strict=True):
            self.cells[value] += sign * count
        for predicate in predicates:
            self.cells[predicate] += sign

    def _add_parts(self, typed: Iterable[tuple[str, str]], statements: Sequence[Statement], sign: int) -> None:
        """Count nodes that are records about something, or unread lines, with the source they are part of."""
        for subject, cls in typed:
            own = [(predicate, value) for node, predicate, value in statements if node == subject]
            if cls == W.KG_UNREAD_LINE or any(predicate == W.ABOUT for predicate, _ in own):
                for source in {value for predicate, value in own if predicate == W.IS_PART_OF}:
                    self.parts[f"{cls}{_SEP}{source}"] += sign

    def _layer(self, graph: str) -> str:
        layer = self._layers.get(graph)
        if layer is None:
            other = IDENTITY if graph == self._identity else ""
            layer = self._layers[graph] = SOURCES if graph.startswith(self._sources) else other
        return layer

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


def _shape(kinds: _Kinds, layer: str, pattern: str, said: tuple[str, ...]) -> str:
    """Return the shape of a node with these predicates and kinds, in turns: its head, then its properties in order."""
    pairs = list(zip(said[::2], said[1::2], strict=True))
    return "\n".join((_head(layer, pattern, pairs), *sorted(_property(kinds, *pair) for pair in pairs)))


def _large(
    kinds: _Kinds, layer: str, pattern: str, pairs: tuple[tuple[str, str], ...]
) -> tuple[str, list[str], list[str]]:
    """Return the head of a large node, the keys of its properties with their kinds, and of its properties alone."""
    head = _head(layer, pattern, pairs)
    values = [f"{head}\n{_property(kinds, *pair)}" for pair in pairs]
    return head, values, [f"{head}\n{predicate}" for predicate in dict.fromkeys(predicate for predicate, _ in pairs)]


def _head(layer: str, pattern: str, pairs: Iterable[tuple[str, str]]) -> str:
    classes = {value for predicate, value in pairs if predicate == W.RDF_TYPE and value[0] not in _LITERAL}
    return f"{layer}{_SEP}{pattern}{_SEP}{' '.join(sorted(classes))}"


def _property(kinds: _Kinds, predicate: str, kind: str) -> str:
    """Return a property with the kind of its value; after ``rdf:type`` the value itself was given."""
    if predicate == W.RDF_TYPE and kind[0] != "^":
        kind = kinds[kind]
    return f"{predicate}{_SEP}{kind}"


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
