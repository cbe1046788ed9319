"""pySHACL as the validation engine, on rdflib's memory store.

Knows how terms cross between Oxigraph and rdflib without changing, and how a pySHACL report is read. Refuses to
hand pySHACL an Oxigraph store: plain strings then come back as ``"…"^^xsd:string``, which rdflib holds unequal to
``"…"``, so that ``sh:in`` fires on every one of them, and each candidate result costs a count of the whole graph.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pyshacl.shape
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from pyshacl import validate
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from pyshacl.errors import ReportableRuntimeError, ShapeRecursionWarning, ValidationFailure
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import Identifier, Node

from kg.errors import ShapesError
from kg.quality.engine import Outcome, Result, Value
from kg.quality.paths import path_text
from kg.quality.shapes import RDF, RDFS, SH, Shapes, shape_name
from kg.rdf.vocab import XSD_STRING


class _Known(list[Node]):
    """A list that answers ``in`` at once. A plain list there takes a third of the time of a validation."""

    def __init__(self, members: Iterable[Node]) -> None:
        super().__init__(members)
        self._members = frozenset(self)

    def __contains__(self, member: object) -> bool:
        return member in self._members


def check(data: Iterable[Triple], shapes: Shapes) -> Outcome:
    """Check triples against shapes with pySHACL. Raises ShapesError when pySHACL cannot run the shapes."""
    # pySHACL keeps the parameters it knows under this name, as (list, component by parameter).
    vars(pyshacl.shape)["CONSTRAINT_PARAMS"] = (_Known(ALL_CONSTRAINT_PARAMETERS), CONSTRAINT_PARAMETERS_MAP)
    graph = to_rdflib(data)
    report = _run(graph, shapes.graph)
    return Outcome(results=tuple(_results(report, shapes)), focus_nodes=_focus_nodes(graph, shapes))


def check_shapes(shapes: Shapes) -> None:
    """Hold shapes to SHACL's own shapes for shapes. Raises ShapesError with the first complaints."""
    _run(Graph(), shapes.graph, meta=True)


def _run(data: Graph, shapes: Graph, *, meta: bool = False) -> Graph:
    with _quiet():
        warnings.simplefilter("error", ShapeRecursionWarning)
        try:
            _, report, text = validate(
                data,
                shacl_graph=shapes,
                inference="none",
                advanced=False,
                meta_shacl=meta,
                do_owl_imports=False,
                js=False,
            )
        except ShapesError:
            raise
        except ReportableRuntimeError as error:
            raise ShapesError(f"the shapes cannot be run: {error.message}", advice="repair the shapes") from error
        except (ValidationFailure, KeyError, ValueError) as error:
            raise ShapesError(f"the shapes cannot be run: {error}", advice="repair the shapes") from error
        except ShapeRecursionWarning as error:
            raise ShapesError(
                "the shapes refer to themselves in a circle", advice="SHACL leaves that undefined"
            ) from error
    if not isinstance(report, Graph):
        raise ShapesError(f"the shapes cannot be run: {text}", advice="repair the shapes")
    return report


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the engine's deprecation warnings and its complaints about ill-typed literals to itself.

    Ill-typed literals are what shapes are for: they come back as findings.
    """
    loggers = [logging.getLogger(name) for name in ("rdflib", "rdflib.term", "pyshacl-validate")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


class _DataGraph(Graph):
    """An rdflib graph that reads each query once.

    pySHACL hands over the text of a SPARQL constraint for every focus node, and reading it costs a hundred times
    more than running it. A query that would reach out of the graph (SERVICE, FROM) is refused.
    """

    def query(
        self,
        query_object: str | Query,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Mapping[str, Any] | None = None,  # noqa: N803 - rdflib's names
        initBindings: Mapping[str, Identifier] | None = None,  # noqa: N803
        use_store_provided: bool = True,
        **kwargs: Any,
    ) -> QueryResult:
        """Answer as rdflib does. Raises ShapesError for a query that leaves the graph."""
        if isinstance(query_object, str):
            query_object = _query(query_object)
        return super().query(query_object, processor, result, initNs, initBindings, use_store_provided, **kwargs)


@lru_cache(maxsize=256)
def _query(text: str) -> Query:
    try:
        read = translateQuery(parseQuery(text))
    except Exception as error:  # rdflib raises bare exceptions for undeclared prefixes
        raise ShapesError(f"a query of the shapes is not SPARQL: {error}", advice="repair the query") from error
    pending: list[object] = [read.algebra]
    while pending:
        part = pending.pop()
        if isinstance(part, CompValue):
            if part.name == "ServiceGraphPattern" or dict.get(part, "datasetClause"):
                raise ShapesError(
                    "a query of the shapes asks for data from elsewhere (SERVICE or FROM), which is closed here",
                    advice="write it over the validated data alone",
                )
            pending += part.values()
        elif isinstance(part, list | tuple):
            pending += part
    return read


def to_rdflib(data: Iterable[Triple]) -> Graph:
    """Copy triples into an rdflib graph, every lexical form as it was."""
    graph = _DataGraph(bind_namespaces="none")
    known: dict[object, Identifier] = {}

    def convert(term: object) -> Identifier:
        found = known.get(term)
        if found is None:
            found = known[term] = to_rdflib_term(term)
        return found

    with _quiet():
        add = graph.add
        for triple in data:
            add((convert(triple.subject), convert(triple.predicate), convert(triple.object)))
    return graph


def to_rdflib_term(term: object) -> Identifier:
    """Turn one Oxigraph term into rdflib's. Plain strings stay plain and no lexical form is normalised."""
    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if isinstance(term, Literal):
        if term.language:
            return RdflibLiteral(term.value, lang=term.language)
        if term.datatype == XSD_STRING:
            return RdflibLiteral(term.value)
        return RdflibLiteral(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    raise ShapesError(f"{term} cannot be validated: statements about statements are not part of SHACL")


def from_rdflib_term(term: Node) -> Value:
    """Turn one rdflib term into Oxigraph's."""
    if isinstance(term, URIRef):
        return NamedNode(str(term))
    if isinstance(term, BNode):
        return BlankNode(str(term))
    if isinstance(term, RdflibLiteral):
        if term.language:
            return Literal(str(term), language=term.language)
        if term.datatype is None:
            return Literal(str(term))
        return Literal(str(term), datatype=NamedNode(str(term.datatype)))
    raise ShapesError(f"{term!r} in a validation report is not an RDF term")


def _results(report: Graph, shapes: Shapes) -> Iterator[Result]:

    def sh(name: str) -> URIRef:
        return URIRef(SH + name)

    # Only the results of the report itself: those inside sh:detail belong to one of them.
    for node in report.objects(None, sh("result")):
        focus, shape = report.value(node, sh("focusNode")), report.value(node, sh("sourceShape"))
        if focus is None or shape is None:
            raise ShapesError("a validation result names no focus node or no shape")
        path, value = report.value(node, sh("resultPath")), report.value(node, sh("value"))
        yield Result(
            focus=from_rdflib_term(focus),
            path="" if path is None else path_text(report, path),
            value=None if value is None else from_rdflib_term(value),
            shape=shape_name(shapes.graph, shape),
            component=str(report.value(node, sh("sourceConstraintComponent")) or "").removeprefix(SH),
            severity=str(report.value(node, sh("resultSeverity")) or "").removeprefix(SH),
            message=" ".join(sorted(str(message) for message in report.objects(node, sh("resultMessage")))),
        )


def _focus_nodes(data: Graph, shapes: Shapes) -> dict[str, int]:
    """Count the focus nodes of each shape with targets, and of the property shapes directly below it."""
    targets: dict[Node, set[Node]] = {}
    for shape, cls in shapes.graph.subject_objects(URIRef(SH + "targetClass")):
        found = targets.setdefault(shape, set())
        for kind in data.transitive_subjects(URIRef(RDFS + "subClassOf"), cls):
            found |= set(data.subjects(URIRef(RDF + "type"), kind))
    for cls in shapes.graph.subjects(URIRef(RDF + "type"), URIRef(RDFS + "Class")):
        if (cls, URIRef(RDF + "type"), URIRef(SH + "NodeShape")) in shapes.graph:
            targets.setdefault(cls, set()).update(data.subjects(URIRef(RDF + "type"), cls))
    for shape, node in shapes.graph.subject_objects(URIRef(SH + "targetNode")):
        targets.setdefault(shape, set()).add(node)
    for shape, predicate in shapes.graph.subject_objects(URIRef(SH + "targetSubjectsOf")):
        targets.setdefault(shape, set()).update(data.subjects(predicate))
    for shape, predicate in shapes.graph.subject_objects(URIRef(SH + "targetObjectsOf")):
        targets.setdefault(shape, set()).update(data.objects(None, predicate))
    below: dict[Node, set[Node]] = {}
    for shape, found in targets.items():
        below.setdefault(shape, set()).update(found)
        for inner in shapes.graph.objects(shape, URIRef(SH + "property")):
            below.setdefault(inner, set()).update(found)
    return {shape_name(shapes.graph, shape): len(found) for shape, found in below.items()}
