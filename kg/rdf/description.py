"""The description of one thing as a value, and the N-Quads in which it crosses a process border.

Knows what a description holds and how to write it down so that nothing is lost. Does not know how it is gathered
(``describe``) or which documents are made of it (``documents``).

The N-Quads are true statements of the store, readable by anything that reads N-Quads: the triples in reading order
in the default graph; then, in each source graph, the triples of the thing that this source states too; then, in the
source graphs as well, the records (told apart by their subject, which is never the thing) with the file's name. The
limits, which no quad says, are a JSON object in the first line, a comment: ``#{"works": [2000, 2113]}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from kg.rdf import vocab

SOURCE_GRAPH = "/graph/source/"
"""What the name of every source graph contains: ``<base>graph/source/<id>``."""

_RECORD_FIELDS = frozenset((vocab.RDF_TYPE, vocab.IS_PART_OF, vocab.KG_LINE, vocab.KG_LAST_LINE, vocab.KG_SNIPPET))


@dataclass(frozen=True)
class SourceRecord:
    """A place in a source that speaks of the thing: lines ``line`` to ``last_line`` of ``file``, and their text.

    ``graph`` is the source graph that holds the record. ``printed`` holds what else that graph says of the record in
    literals, by property: dates and bylines as printed, doubts of reading. ``unread`` is true for a line that fits no
    layout; only the description of a source has such records.
    """

    iri: NamedNode
    graph: NamedNode
    source: NamedNode | None = None
    file: str = ""
    line: int | None = None
    last_line: int | None = None
    snippet: str = ""
    unread: bool = False
    printed: tuple[tuple[NamedNode, Literal], ...] = ()


@dataclass(frozen=True)
class Limit:
    """What was cut: ``shown`` of ``total`` ``what``: "works", "things that point here" or "records"."""

    what: str
    shown: int
    total: int

    def __str__(self) -> str:
        return f"{self.shown} of {self.total} {self.what}"


@dataclass(frozen=True)
class Description:
    """What the graph says about one thing, in reading order, and where the sources say it.

    ``stated`` maps a triple with the thing as subject to the source graphs that state it literally; a triple that no
    source states in these words is not in it. ``stated`` and ``records`` are for pages: documents carry ``triples``
    alone. ``limits`` names everything that was cut, and is empty for most things.
    """

    iri: NamedNode
    triples: tuple[Triple, ...]
    stated: dict[Triple, tuple[NamedNode, ...]] = field(default_factory=dict)
    records: tuple[SourceRecord, ...] = ()
    limits: tuple[Limit, ...] = ()

    @property
    def cut(self) -> tuple[Limit, ...]:
        """The limits on what documents carry; the number of records is no part of them."""
        return tuple(limit for limit in self.limits if limit.what != "records")


def natural(iri: str) -> tuple[tuple[int, str], ...]:
    """Return a sort key that reads numbers as numbers: ``#author-2`` comes before ``#author-10``."""
    return tuple((int(part), part) if part.isdecimal() else (0, part) for part in re.split(r"([0-9]+)", iri))


def to_nquads(description: Description) -> bytes:
    """Write a description, with all that belongs to it, as N-Quads. ``from_nquads`` gives back an equal one."""
    head = ""
    if description.limits:
        head = "#" + json.dumps({limit.what: [limit.shown, limit.total] for limit in description.limits}) + "\n"
    merged = serialize(description.triples, format=RdfFormat.N_TRIPLES) or b""
    return head.encode() + merged + (serialize(_source_quads(description), format=RdfFormat.N_QUADS) or b"")


def _source_quads(description: Description) -> Iterator[Quad]:
    for triple, graphs in description.stated.items():
        for graph in graphs:
            yield Quad(triple.subject, triple.predicate, triple.object, graph)
    for record in description.records:
        iri, graph = record.iri, record.graph
        yield Quad(iri, vocab.RDF_TYPE, vocab.KG_UNREAD_LINE if record.unread else vocab.KG_RECORD, graph)
        if record.source is not None:
            yield Quad(iri, vocab.IS_PART_OF, record.source, graph)
            if record.file and record.source != description.iri:  # the thing's own file is among its triples
                yield Quad(record.source, vocab.KG_FILE, Literal(record.file), graph)
        for predicate, line in ((vocab.KG_LINE, record.line), (vocab.KG_LAST_LINE, record.last_line)):
            if line is not None:
                yield Quad(iri, predicate, Literal(line), graph)
        yield Quad(iri, vocab.KG_SNIPPET, Literal(record.snippet), graph)
        for predicate, value in record.printed:
            yield Quad(iri, predicate, value, graph)


def from_nquads(iri: str, data: bytes) -> Description:
    """Read the description of ``iri`` back from the bytes of ``to_nquads``."""
    limits: tuple[Limit, ...] = ()
    if data.startswith(b"#"):
        head, _, data = data.partition(b"\n")
        limits = tuple(Limit(what, shown, total) for what, (shown, total) in json.loads(head[1:]).items())
    thing = NamedNode(iri)
    triples: list[Triple] = []
    stated: dict[Triple, tuple[NamedNode, ...]] = {}
    said: dict[tuple[NamedNode, NamedNode], list[Quad]] = {}
    files: dict[NamedNode, str] = {}
    for quad in parse(data, format=RdfFormat.N_QUADS):
        graph, subject = quad.graph_name, quad.subject
        if isinstance(graph, DefaultGraph):
            triples.append(quad.triple)
            if quad.predicate == vocab.KG_FILE and isinstance(subject, NamedNode) and isinstance(quad.object, Literal):
                files.setdefault(subject, quad.object.value)
        elif isinstance(graph, BlankNode) or not isinstance(subject, NamedNode):
            continue
        elif subject == thing:
            stated[quad.triple] = (*stated.get(quad.triple, ()), graph)
        elif quad.predicate == vocab.KG_FILE and isinstance(quad.object, Literal):
            files[subject] = quad.object.value
        else:
            said.setdefault((graph, subject), []).append(quad)
    records = tuple(read_record(node, graph, quads, files) for (graph, node), quads in said.items())
    return Description(thing, tuple(triples), stated, records, limits)


def read_record(iri: NamedNode, graph: NamedNode, quads: list[Quad], files: dict[NamedNode, str]) -> SourceRecord:
    """Make a record of the quads that one source graph has about it; ``files`` maps sources to file names."""
    source: NamedNode | None = None
    numbers: dict[NamedNode, int] = {}
    snippet, unread = "", False
    printed: list[tuple[NamedNode, Literal]] = []
    for quad in quads:
        predicate, value = quad.predicate, quad.object
        if predicate == vocab.RDF_TYPE:
            unread = unread or value == vocab.KG_UNREAD_LINE
        elif predicate == vocab.IS_PART_OF and isinstance(value, NamedNode):
            source = value
        elif not isinstance(value, Literal):
            continue
        elif predicate in (vocab.KG_LINE, vocab.KG_LAST_LINE) and value.datatype == vocab.XSD_INTEGER:
            numbers[predicate] = int(value.value)
        elif predicate == vocab.KG_SNIPPET:
            snippet = value.value
        elif predicate not in _RECORD_FIELDS:
            printed.append((predicate, value))
    return SourceRecord(
        iri, graph, source, files.get(source, "") if source is not None else "",
        numbers.get(vocab.KG_LINE), numbers.get(vocab.KG_LAST_LINE), snippet, unread,
        tuple(sorted(printed, key=lambda pair: (pair[0].value, str(pair[1])))),
    )  # fmt: skip
