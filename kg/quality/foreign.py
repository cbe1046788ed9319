"""Validate a document of anybody's, in any syntax of RDF, so that shapes can be used on other people's data alone.

Knows syntaxes, and what differs in the documents of others: two spellings of schema.org, contexts named by address,
which are never fetched. Knows neither how shapes are run nor how a report is shown.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import IO, Final

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from kg.errors import InputError
from kg.quality import figures
from kg.quality.compose import LIMIT, Composer, things_of_sources
from kg.quality.data import Graphs
from kg.quality.lines import placed
from kg.quality.report import Figure, Report
from kg.quality.shacl.documents import check_document, read_document
from kg.quality.shacl.processor import Level
from kg.quality.shacl.slices import StoreStatements
from kg.quality.shapes import SHAPES_IRI, Shapes, parsers_words
from kg.quality.validate import DEFAULT_BASE, chosen_shapes

FORMATS: Final[Mapping[str, RdfFormat]] = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
_HTTPS: Final = "https://schema.org/"


def validate_data(
    data: bytes | IO[bytes],
    *,
    format: str = "turtle",  # noqa: A002 - the word everybody uses
    shapes: str | Shapes | None = None,
    graphs: Graphs = "all",
    base_iri: str = DEFAULT_BASE,
    level: Level = "fast",
    limit: int = LIMIT,
    name: str = "",
) -> Report:
    """Validate one document, so that the shapes can be used on other people's data alone.

    ``data`` are its bytes, or a binary file, which is read as it is needed. ``format`` is one of ``FORMATS``. With
    ``graphs="all"`` the named graphs of the document are data as well. Lexical forms reach the shapes as they stand in
    the document. With a ``name`` for the document, findings tell which of its lines they are about, unless it is a file
    that cannot be read twice. Memory is about 450 bytes a triple.

    Raises InputError with the line where the document is broken, and ShapesError for shapes.
    """
    if format not in FORMATS:
        raise InputError(f"{format!r} is not a format of data", advice=f"use one of {', '.join(FORMATS)}")
    chosen = chosen_shapes(shapes)
    ours = any(shape.startswith(SHAPES_IRI) for shape in chosen.infos)
    syntax = FORMATS[format]
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    if syntax == RdfFormat.JSON_LD:
        from kg.sources.rdf_jsonld import with_known_contexts

        try:
            file = io.BytesIO(with_known_contexts(file.read()))
        except InputError as error:
            where = ", ".join(filter(None, (name, error.where)))
            raise InputError(error.message, where=where, advice=error.advice) from error
    start = file.tell() if file.seekable() else None

    def read(given: IO[bytes]) -> Iterator[Quad]:
        quads = parse(given, syntax, base_iri=base_iri)
        return map(_in_our_schema, quads) if ours else quads

    try:
        document = read_document(
            quad.triple
            for quad in read(file)
            if graphs == "all"
            or (isinstance(quad.graph_name, DefaultGraph) if isinstance(graphs, str) else quad.graph_name in graphs)
        )
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = ", ".join(filter(None, (name, "" if line is None else f"line {line}")))
        raise InputError(f"this is not {format}: {parsers_words(error)}", where=where, advice="repair it") from error
    outcome = check_document(chosen.processor, document, level=level)
    store = document.store
    composer = Composer(chosen, store, StoreStatements(store), base_iri, limit)
    report = composer.compose(outcome, figures.measure(store, len(store)), things_of_sources(store), level)
    if not ours:
        # What figures measure is of our model; of another's document they would count nothing.
        report = replace(report, figures=(Figure(figures.STATEMENTS, "statements", len(store)),), tallies=())
    if not name or start is None or not report.findings:
        return report
    file.seek(start)
    return placed(report, file, syntax, read, name)


def _in_our_schema(quad: Quad) -> Quad:
    """Write schema.org's terms as the shipped shapes do: half of the world writes them with https."""
    predicate, value = quad.predicate, quad.object
    if predicate.value.startswith(_HTTPS):
        predicate = NamedNode(f"http{predicate.value[5:]}")
    if isinstance(value, NamedNode) and value.value.startswith(_HTTPS):
        value = NamedNode(f"http{value.value[5:]}")
    return Quad(quad.subject, predicate, value, quad.graph_name)
