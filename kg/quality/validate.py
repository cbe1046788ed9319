"""Validate a store or a file: run the shapes, then tell each finding whose it is, where it was read and what to do.

Knows the order of the steps and which statements of a store are data. Knows no engine's inside and no form of output.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal as Choice

from pyoxigraph import BlankNode, DefaultGraph, Quad, RdfFormat, Store, Triple, parse

from kg.errors import InputError
from kg.quality.engine import Engine, Outcome, Result, text_of
from kg.quality.figures import figures
from kg.quality.places import Places
from kg.quality.report import Finding, Report, ShapeCount
from kg.quality.shapes import ShapeInfo, Shapes, parse_shapes, shipped_shapes
from kg.rdf import vocab

DEFAULT_BASE = "http://localhost:8000/"
RECORD_CLASSES = (vocab.KG_RECORD, vocab.KG_UNREAD_LINE)
FORMATS: Mapping[str, RdfFormat] = {
    "turtle": RdfFormat.TURTLE,
    "trig": RdfFormat.TRIG,
    "ntriples": RdfFormat.N_TRIPLES,
    "nquads": RdfFormat.N_QUADS,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


def validate(store: Store, shapes: str | None = None, *, base_iri: str = DEFAULT_BASE) -> Report:
    """Validate a store against shapes in Turtle; without any, against the shipped ones.

    The data are the default graph, and from the other graphs what is said of records and unread lines, which have
    no place in the merged view. Everything is copied into memory: about 1 kB a triple. Same store, same report.

    Raises ShapesError when the shapes cannot be read or run.
    """
    chosen = shipped_shapes() if shapes is None else parse_shapes(shapes)
    return _report(store, data_of(store), chosen, base_iri)


def validate_data(
    data: bytes,
    *,
    format: str = "turtle",  # noqa: A002 - the word everybody uses
    shapes: str | None = None,
    graphs: Choice["default", "all"] = "all",
    base_iri: str = DEFAULT_BASE,
) -> Report:
    """Validate one document, so that the shapes can be used on other people's data alone.

    ``format`` is one of ``FORMATS``. With ``graphs="all"`` the named graphs of the document are data as well.
    Lexical forms reach the shapes as they stand in the document.

    Raises InputError with the line where the document is broken, and ShapesError for shapes.
    """
    if format not in FORMATS:
        raise InputError(f"{format!r} is not a format of data", advice=f"use one of {', '.join(FORMATS)}")
    chosen = shipped_shapes() if shapes is None else parse_shapes(shapes)
    try:
        quads = list(parse(data, FORMATS[format], base_iri=base_iri))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = "" if line is None else f"line {line}"
        raise InputError(f"this is not {format}: {error}", where=where, advice="repair the document") from error
    if graphs == "default":
        quads = [quad for quad in quads if isinstance(quad.graph_name, DefaultGraph)]
    store = Store()
    store.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    return _report(store, (quad.triple for quad in quads), chosen, base_iri)


def data_of(store: Store) -> Iterator[Triple]:
    """Yield the triples that are validated: the default graph, then each record and unread line of the sources."""
    for quad in store.quads_for_pattern(None, None, None, DefaultGraph()):
        yield quad.triple
    for cls in RECORD_CLASSES:
        for typed in store.quads_for_pattern(None, vocab.RDF_TYPE, cls, None):
            if not isinstance(typed.graph_name, DefaultGraph) and not isinstance(typed.subject, Triple):
                for quad in store.quads_for_pattern(typed.subject, None, None, typed.graph_name):
                    yield quad.triple


def engine() -> Engine:
    """Return the engine in use."""
    from kg.quality.pyshacl_engine import check

    return check


def _report(store: Store, data: Iterable[Triple], shapes: Shapes, base_iri: str) -> Report:
    outcome = engine()(data, shapes)
    places = Places(store)
    findings = sorted((_finding(result, shapes, places) for result in outcome.results), key=lambda found: found.key)
    return Report(
        findings=tuple(findings),
        counts=_counts(outcome, shapes),
        figures=figures(store),
        base_iri=base_iri,
    )


def _finding(result: Result, shapes: Shapes, places: Places) -> Finding:
    info = shapes.infos.get(result.shape)
    focus = text_of(result.focus)
    thing = focus if isinstance(result.focus, BlankNode) else focus.partition("#")[0]
    found = places.of(result.focus, thing)
    return Finding(
        focus=focus,
        path=result.path,
        value=text_of(result.value),
        shape=result.shape,
        component=result.component,
        severity=result.severity,
        message=f"{result.message} {found.detail}".strip(),
        thing=thing,
        label=places.label(thing),
        places=found.places,
        repair=info.repair or info.why if info else "",
        why=info.why if info else "",
        value_term=result.value,
        records=found.records,
    )


def _counts(outcome: Outcome, shapes: Shapes) -> tuple[ShapeCount, ...]:
    """Count per shape: property shapes, node shapes that found something, and anything else that found something."""
    found = Counter(result.shape for result in outcome.results)
    severities = {result.shape: result.severity for result in outcome.results}
    counts = []
    for shape in sorted({*outcome.focus_nodes, *found}):
        info: ShapeInfo | None = shapes.infos.get(shape)
        if info and not info.path and not found[shape] and any(shape in one.parents for one in shapes.infos.values()):
            continue
        counts.append(
            ShapeCount(
                shape=shape,
                target_class=info.target if info else "",
                severity=severities.get(shape) or (info.severity if info else "Violation"),
                focus_nodes=outcome.focus_nodes.get(shape, 0),
                findings=found[shape],
                label=info.label if info else "",
                message=info.message if info else "",
            )
        )
    return tuple(counts)
