"""pySHACL, on rdflib's memory store: what cannot be compiled goes here, and what its own words and details are for.

Knows how terms cross between Oxigraph and rdflib without changing, how pySHACL is asked about one shape and some nodes,
and how its results are read. Refuses to hand pySHACL an Oxigraph store: plain strings then come back as
``"…"^^xsd:string``, which rdflib holds unequal to ``"…"``, so that ``sh:in`` fires on every one of them. Never uses its
``focus_nodes=``, which filters the nodes of inner shapes too.
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
from pyshacl.graph_abstraction import DataGraph
from pyshacl.monkey import apply_patches
from pyshacl.validator import Validator
from rdflib import BNode, Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as QueryResult
from rdflib.term import Identifier, Node

from kg.errors import ShapesError
from kg.quality.shacl.model import SH, Shape, ShapeMap
from kg.quality.shacl.model import Node as ShapeNode
from kg.quality.shacl.outcome import Result, Value
from kg.quality.shacl.paths import Step, Term, path_text
from kg.rdf.vocab import XSD_STRING


class _Known(list[Node]):
    """A list that answers ``in`` at once. A plain list there takes a third of the time of a validation."""

    def __init__(self, members: Iterable[Node]) -> None:
        super().__init__(members)
        self._members = frozenset(self)

    def __contains__(self, member: object) -> bool:
        return member in self._members


class Oracle:
    """pySHACL with one set of shapes. Raises ShapesError where it cannot run them."""

    def __init__(self, triples: Iterable[Triple], shapes: ShapeMap, names: Mapping[ShapeNode, str]) -> None:
        self._graph = to_rdflib(triples)
        self._shapes: dict[Node, Shape] = {to_rdflib_term(node): shape for node, shape in shapes.items()}
        self._names: dict[Node, str] = {to_rdflib_term(node): name for node, name in names.items()}

    def check_shapes(self) -> None:
        """Hold the shapes to SHACL's own shapes for shapes. Raises ShapesError with the first complaints."""
        with _translated():
            _, report, text = validate(
                Graph(),
                shacl_graph=self._graph,
                inference="none",
                meta_shacl=True,
                do_owl_imports=False,
            )
        if not isinstance(report, Graph):
            raise ShapesError(f"the shapes cannot be run: {text}", advice="repair the shapes")

    def check(self, data: Iterable[Triple]) -> list[Result]:
        """Check some data against every shape with targets."""
        validator = self._validator(data)
        found: list[Result] = []
        with _translated():
            executor = validator.make_executor()
            for shape in validator.shacl_graph.shapes:
                _, reports = shape.validate(executor, validator.data_graph)
                found += (self._result(report, shape.node) for report in reports)
        return found

    def check_nodes(
        self, data: Iterable[Triple], entries: Mapping[ShapeNode, Iterable[Term]], *, advanced: bool = False
    ) -> Iterator[Result]:
        """Check focus nodes against shapes, whatever the targets; the entry is the ``root`` of each result."""
        validator = self._validator(data)
        with _translated():
            executor = validator.make_executor()
            _ = validator.shacl_graph.shapes
            for node, focus_nodes in entries.items():
                entry = to_rdflib_term(node)
                shape = validator.shacl_graph.lookup_shape_from_node(entry)
                shape.set_advanced(advanced)
                for focus in focus_nodes:
                    _, reports = shape.validate(executor, validator.data_graph, focus=[to_rdflib_term(focus)])
                    for report in reports:
                        yield self._result(report, entry, focus)

    def _validator(self, data: Iterable[Triple]) -> Any:
        # pySHACL keeps the parameters it knows under this name, as (list, component by parameter).
        vars(pyshacl.shape)["CONSTRAINT_PARAMS"] = (_Known(ALL_CONSTRAINT_PARAMETERS), CONSTRAINT_PARAMETERS_MAP)
        apply_patches()  # type: ignore[no-untyped-call]  # pySHACL has no types there
        return Validator(DataGraph.from_rdflib(to_rdflib(data)), shacl_graph=self._graph, options={"inplace": True})

    def _result(self, report: Any, root: Node, root_focus: Term | None = None) -> Result:
        """Read one of pySHACL's reports: its text, its node, and triples whose objects may come with their graph."""
        _, node, triples = report
        said: dict[Node, dict[str, list[Node]]] = {}
        for subject, predicate, value in triples:
            term = value[1] if isinstance(value, tuple) else value
            said.setdefault(subject, {}).setdefault(str(predicate).removeprefix(SH), []).append(term)
        return self._read(said, node, root, root_focus)

    def _read(
        self, said: Mapping[Node, Mapping[str, list[Node]]], node: Node, root: Node, root_focus: Term | None = None
    ) -> Result:
        own = said[node]
        focus = from_rdflib_term(own["focusNode"][0])
        shape = own["sourceShape"][0]
        path = own.get("resultPath", [None])[0]
        written = ""
        if isinstance(path, URIRef):
            written = path_text(Step(NamedNode(str(path))))
        elif path is not None and (read := self._shapes[shape].path) is not None:
            written = path_text(read)
        value = own.get("value", [None])[0]
        details = tuple(self._read(said, inner, root) for inner in own.get("detail", []) if inner in said)
        return Result(
            focus=focus,
            path=written,
            value=None if value is None else from_rdflib_term(value),
            shape=self._names.get(shape, str(shape)),
            component=str(own["sourceConstraintComponent"][0]).removeprefix(SH),
            severity=str(own["resultSeverity"][0]).removeprefix(SH),
            messages=tuple(_message(one) for one in own.get("resultMessage", [])),
            root=self._names.get(root, str(root)),
            root_focus=None if root_focus is None or root_focus == focus else root_focus,
            details=tuple(sorted(details, key=lambda one: one.key)),
        )


def _message(term: Node) -> Literal:
    read = from_rdflib_term(term)
    return read if isinstance(read, Literal) else Literal(str(term))


@contextmanager
def _translated() -> Iterator[None]:
    """Turn pySHACL's errors into ShapesError, and keep its complaints about ill-typed literals to itself.

    Ill-typed literals are what shapes are for: they come back as findings.
    """
    loggers = [logging.getLogger(name) for name in ("rdflib", "rdflib.term", "pyshacl-validate", "pyshacl.validator")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", ShapeRecursionWarning)
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        try:
            yield
        except ShapesError:
            raise
        except ReportableRuntimeError as error:
            raise ShapesError(f"the shapes cannot be run: {error.message}", advice="repair the shapes") from error
        except (ValidationFailure, KeyError, ValueError, NotImplementedError) as error:
            raise ShapesError(f"the shapes cannot be run: {error}", advice="repair the shapes") from error
        except ShapeRecursionWarning as error:
            raise ShapesError(
                "the shapes refer to themselves in a circle", advice="SHACL leaves that undefined"
            ) from error
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

    with _translated():
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
