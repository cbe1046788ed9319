"""Count what a sorted N-Quads artefact holds: by graph, class, property, and the class or datatype of the values.

Two passes over the text, no store: the first reads which classes things have, the second counts. All statements about
a subject stand together in the file, so subjects are counted without remembering them. What is remembered: the classes
of each typed thing, eight bytes for each value (a digest, by which different values are told apart), and the counts.

Knows the lines that `kg.store.nquads` writes. Does not know what the counts are good for.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final

from kg.rdf import vocab
from kg.rdf.void import IDENTITY, MERGED, SOURCES, Counts, Layer, PropertyCounts, Survey

_TYPE: Final = f"<{vocab.RDF_TYPE.value}>".encode()
_STRING: Final = f"<{vocab.XSD_STRING.value}>".encode()
_LANG: Final = f"<{vocab.PREFIXES['rdf']}langString>".encode()
_NO_CLASS: Final = 0


@dataclass(slots=True)
class _Cell:
    """What subjects with one set of classes have as values of one property, or what one graph holds."""

    triples: int = 0
    subjects: int = 0
    last: bytes = b""
    objects: bytearray = field(default_factory=bytearray)
    classes: dict[int, int] = field(default_factory=dict)
    datatypes: dict[bytes, int] = field(default_factory=dict)


def survey(path: Path, base_iri: str) -> Survey:
    """Return the counts of an artefact whose own graphs lie below ``base_iri``.

    Raises OSError when the file cannot be read.
    """
    return _Surveyor(path, base_iri).survey()


def split_quad(line: bytes) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    """Split one line as the artefact has it: subject, predicate, object, datatype (empty for a thing) and graph.

    >>> split_quad(b'<a:s> <a:p> "x"@en <a:g> .\\n')[2:]
    (b'"x"@en', b'<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>', b'<a:g>')
    """
    if line.startswith(b"<<"):
        raise ValueError("a statement about a statement cannot be counted")
    subject, predicate, rest = line.rstrip(b"\n").removesuffix(b" .").split(b" ", 2)
    if rest.startswith(b'"'):
        end = rest.rindex(b'"') + 1  # no quotation mark stands in a datatype, a language or a graph
        tail, _, graph = rest[end:].partition(b" ")
        datatype = tail[2:] if tail.startswith(b"^^") else _LANG if tail else _STRING
        return subject, predicate, rest[: end + len(tail)], datatype, graph
    if rest.startswith(b"<<"):
        end = rest.rindex(b">>") + 2
        return subject, predicate, rest[:end], b"", rest[end:].strip()
    value, _, graph = rest.partition(b" ")
    return subject, predicate, value, b"", graph


class _Surveyor:
    def __init__(self, path: Path, base_iri: str) -> None:
        self._path = path
        self._identity = f"<{base_iri}graph/identity>".encode()
        self._sources = f"<{base_iri}graph/source/".encode()
        self._class_sets: list[frozenset[bytes]] = [frozenset()]
        self._types: dict[str, dict[bytes, int]] = {MERGED: {}, IDENTITY: {}, SOURCES: {}}

    def survey(self) -> Survey:
        self._read_types()
        graphs: dict[bytes, _Cell] = {}
        cells: dict[str, dict[tuple[int, bytes], _Cell]] = {name: {} for name in self._types}
        merged = self._types[MERGED]
        for line in self._lines():
            subject, predicate, value, datatype, graph = split_quad(line)
            digest = blake2b(value, digest_size=8).digest()
            whole = graphs.get(graph)
            if whole is None:
                whole = graphs[graph] = _Cell()
            touched = [whole]
            name = self._layer_of(graph)
            if name:
                types = self._types[name]
                key = (types.get(subject, _NO_CLASS), predicate)
                cell = cells[name].get(key)
                if cell is None:
                    cell = cells[name][key] = _Cell()
                touched.append(cell)
                if datatype:
                    cell.datatypes[datatype] = cell.datatypes.get(datatype, 0) + 1
                else:
                    classes = types.get(value) or merged.get(value, _NO_CLASS)
                    if classes:
                        cell.classes[classes] = cell.classes.get(classes, 0) + 1
            for cell in touched:
                cell.triples += 1
                cell.objects += digest
                if cell.last != subject:
                    cell.subjects += 1
                    cell.last = subject
        return Survey(
            {_iri(graph): _counts([cell]) for graph, cell in sorted(graphs.items())},
            {name: self._layer(found, self._types[name]) for name, found in cells.items() if found},
        )

    def _lines(self) -> Iterator[bytes]:
        with self._path.open("rb", buffering=1 << 20) as file:
            yield from file

    def _layer_of(self, graph: bytes) -> str:
        if not graph:
            return MERGED
        if graph.startswith(self._sources):
            return SOURCES
        return IDENTITY if graph == self._identity else ""

    def _read_types(self) -> None:
        numbers: dict[frozenset[bytes], int] = {frozenset(): _NO_CLASS}
        last, found = b"", dict[str, set[bytes]]()

        def keep() -> None:
            for name, classes in found.items():
                known = frozenset(classes)
                number = numbers.setdefault(known, len(numbers))
                if number == len(self._class_sets):
                    self._class_sets.append(known)
                self._types[name][last] = number

        for line in self._lines():
            if _TYPE not in line:
                continue
            subject, predicate, value, datatype, graph = split_quad(line)
            name = self._layer_of(graph)
            if predicate != _TYPE or datatype or not name or not value.startswith(b"<"):
                continue
            if subject != last:
                keep()
                last, found = subject, {}
            found.setdefault(name, set()).add(value)
        keep()

    def _layer(self, cells: dict[tuple[int, bytes], _Cell], types: dict[bytes, int]) -> Layer:
        sizes: dict[int, int] = {}
        for number in types.values():
            sizes[number] = sizes.get(number, 0) + 1
        layer = Layer()
        for number, size in sizes.items():
            for cls in self._class_sets[number]:
                layer.entities[_iri(cls)] = layer.entities.get(_iri(cls), 0) + size
        of_property: dict[bytes, list[_Cell]] = {}
        of_class: dict[bytes, dict[bytes, list[_Cell]]] = {}
        for (number, predicate), cell in cells.items():
            of_property.setdefault(predicate, []).append(cell)
            for cls in self._class_sets[number]:
                of_class.setdefault(cls, {}).setdefault(predicate, []).append(cell)
        layer.properties = {_iri(name): self._property(found) for name, found in of_property.items()}
        layer.by_class = {
            _iri(cls): {_iri(name): self._property(found) for name, found in properties.items()}
            for cls, properties in of_class.items()
        }
        return layer

    def _property(self, cells: list[_Cell]) -> PropertyCounts:
        """Add up cells. No subject is in two of them, since it has one set of classes; values may be."""
        counts = _counts(cells)
        found = PropertyCounts(counts.triples, counts.subjects, counts.objects)
        for cell in cells:
            for number, triples in cell.classes.items():
                for cls in self._class_sets[number]:
                    found.classes[_iri(cls)] = found.classes.get(_iri(cls), 0) + triples
            for datatype, triples in cell.datatypes.items():
                found.datatypes[_iri(datatype)] = found.datatypes.get(_iri(datatype), 0) + triples
        return found


def _counts(cells: list[_Cell]) -> Counts:
    different: set[int] = set()
    for cell in cells:
        different.update(array("Q", bytes(cell.objects)))
    return Counts(sum(cell.triples for cell in cells), sum(cell.subjects for cell in cells), len(different))


def _iri(term: bytes) -> str:
    return term.decode()[1:-1]
