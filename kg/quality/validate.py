"""Validate a store or a document: run the shapes, and make a report of what they found.

Knows the order of the steps. Knows no processor's inside and no form of output.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import IO

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Store, parse

from kg.errors import InputError
from kg.quality import figures
from kg.quality.compose import LIMIT, Composer, things_of_sources
from kg.quality.data import Graphs, Loaded, View, load, size
from kg.quality.report import Report
from kg.quality.shacl.documents import check_document, read_document
from kg.quality.shacl.processor import Level
from kg.quality.shacl.slices import StoreStatements
from kg.quality.shapes import Shapes, parse_shapes, shipped_shapes

DEFAULT_BASE = "http://localhost:8000/"
FORMATS: Mapping[str, RdfFormat] = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


def validate(
    store: Store,
    shapes: str | Shapes | None = None,
    *,
    base_iri: str = DEFAULT_BASE,
    graphs: Graphs = "view",
    level: Level = "fast",
    limit: int = LIMIT,
    artefact: Path | None = None,
) -> Report:
    """Validate a store against shapes; without any, against the shipped ones. Same store, same report.

    ``graphs`` says which statements are data: ``view`` (the default graph, and the records, unread lines and replaced
    ids of the other graphs), ``default``, ``all``, or the names of some graphs. Where more than the default graph is
    data, it is copied into memory, about 350 bytes a triple; ``artefact``, the sorted N-Quads file of the same store,
    makes that twice as fast. ``level`` ``full`` adds pySHACL's details to what was found. At most ``limit`` findings of
    a shape are listed (0: all); all are counted.

    Raises ShapesError when the shapes cannot be read or run.
    """
    chosen = chosen_shapes(shapes)
    view = View(store, graphs)
    alone = view.is_default_graph()
    loaded = Loaded(store, size(store, graphs)) if alone else load(view, read_by(chosen), artefact)
    data = loaded.store
    outcome = chosen.processor.check(data, level=level)
    composer = Composer(chosen, store, StoreStatements(data), base_iri, limit)
    return composer.compose(outcome, figures.measure(data, loaded.statements), things_of_sources(data), level)


def validate_data(
    data: bytes | IO[bytes],
    *,
    format: str = "turtle",  # noqa: A002 - the word everybody uses
    shapes: str | Shapes | None = None,
    graphs: Graphs = "all",
    base_iri: str = DEFAULT_BASE,
    level: Level = "fast",
    limit: int = LIMIT,
) -> Report:
    """Validate one document, so that the shapes can be used on other people's data alone.

    ``data`` are its bytes, or a binary file, which is read as it is needed. ``format`` is one of ``FORMATS``. With
    ``graphs="all"`` the named graphs of the document are data as well. Lexical forms reach the shapes as they stand in
    the document. Memory is about 450 bytes a triple.

    Raises InputError with the line where the document is broken, and ShapesError for shapes.
    """
    if format not in FORMATS:
        raise InputError(f"{format!r} is not a format of data", advice=f"use one of {', '.join(FORMATS)}")
    chosen = chosen_shapes(shapes)
    try:
        quads = parse(data, FORMATS[format], base_iri=base_iri)
        document = read_document(
            quad.triple
            for quad in quads
            if graphs == "all"
            or (isinstance(quad.graph_name, DefaultGraph) if isinstance(graphs, str) else quad.graph_name in graphs)
        )
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = "" if line is None else f"line {line}"
        raise InputError(f"this is not {format}: {error}", where=where, advice="repair the document") from error
    outcome = check_document(chosen.processor, document, level=level)
    store = document.store
    composer = Composer(chosen, store, StoreStatements(store), base_iri, limit)
    return composer.compose(outcome, figures.measure(store, len(store)), things_of_sources(store), level)


def chosen_shapes(shapes: str | Shapes | None) -> Shapes:
    """Return shapes as given, read from Turtle, or the shipped ones. Raises ShapesError."""
    if shapes is None:
        return shipped_shapes()
    return parse_shapes(shapes) if isinstance(shapes, str) else shapes


def read_by(shapes: Shapes) -> frozenset[NamedNode] | None:
    """Return the properties that shapes and figures read; None for all."""
    predicates = shapes.processor.predicates
    return None if predicates is None else predicates | figures.PREDICATES
