"""A report as RDF: a SHACL validation report, DASH suggestions and DQV measurements.

Knows SHACL's, DASH's, DQV's and our own terms for reports. Node names depend on content alone, so that two reports of
the same findings are the same triples and can be compared line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.quality.report import Detail, Finding, Report
from kg.quality.shacl.paths import parse_path, path_triples
from kg.rdf import vocab
from kg.rdf.iris import Iris
from kg.rdf.vocab import PREFIXES, kg_term

DASH: Final = "http://datashapes.org/dash#"
_RDF: Final = PREFIXES["rdf"]
_Object = NamedNode | BlankNode | Literal


def report_triples(report: Report) -> list[Triple]:
    """Return the report as sorted triples; IRIs lie below ``<base>graph/quality#``."""
    iris = Iris(report.base_iri)
    graph, dataset = f"{iris.graph('quality').value}#", iris.dataset
    triples = {
        *_findings(report, graph),
        *_counts(report, graph, dataset),
        *_figures(report, graph, dataset),
        *_scores(report, graph),
    }
    return sorted(triples, key=str)


def _sh(name: str) -> NamedNode:
    return NamedNode(name) if ":" in name else NamedNode(PREFIXES["sh"] + name)


def _name(graph: str, kind: str, *parts: str) -> NamedNode:
    digest = sha256("\x1f".join(parts).encode()).hexdigest()[:16]
    return NamedNode(f"{graph}{kind}-{digest}")


def _node(text: str) -> NamedNode | BlankNode:
    """Read back a node; a shape without an IRI is named by words and becomes a blank node of that name."""
    if not text.startswith("_:"):
        return NamedNode(text)
    return BlankNode("n" + sha256(text.encode()).hexdigest()[:16])


def _findings(report: Report, graph: str) -> Iterator[Triple]:
    whole = NamedNode(f"{graph}report")
    yield Triple(whole, vocab.RDF_TYPE, _sh("ValidationReport"))
    yield Triple(whole, _sh("conforms"), Literal(report.conforms))
    same: dict[tuple[str, ...], int] = {}
    for finding in report.findings:
        parts = (finding.focus, finding.path, str(finding.value_term), finding.shape, finding.component)
        # A shape that is reached in two ways finds the same twice; SHACL counts both.
        same[parts] = same.get(parts, 0) + 1
        node = _name(graph, "finding", *parts, *([str(same[parts])] if same[parts] > 1 else []))
        yield Triple(whole, _sh("result"), node)
        yield from _result(finding, node)
        for place, detail in enumerate(finding.details):
            yield from _detail(detail, node, f"{node.value}-{place}")
        yield from _suggestion(finding, node)


def _result(finding: Finding, node: NamedNode) -> Iterator[Triple]:
    yield Triple(node, vocab.RDF_TYPE, _sh("ValidationResult"))
    yield Triple(node, _sh("sourceShape"), _node(finding.shape))
    yield Triple(node, _sh("sourceConstraintComponent"), _sh(finding.component))
    yield Triple(node, _sh("resultSeverity"), _sh(finding.severity))
    if finding.focus_term is not None:
        yield Triple(node, _sh("focusNode"), finding.focus_term)
    if finding.path:
        path, way = path_triples(parse_path(finding.path))
        yield Triple(node, _sh("resultPath"), path)
        yield from way
    if finding.value_term is not None:
        yield Triple(node, _sh("value"), finding.value_term)
    plain = " ".join(sorted(message.value for message in finding.messages))
    words = finding.messages if plain == finding.message else (Literal(finding.message),)
    for message in words:
        yield Triple(node, _sh("resultMessage"), message)
    if ":" in finding.thing and not finding.thing.startswith("_:"):
        yield Triple(node, vocab.ABOUT, NamedNode(finding.thing))
    for record in finding.records:
        yield Triple(node, vocab.KG_IN_RECORD, NamedNode(record))
    if finding.repair:
        yield Triple(node, vocab.KG_REPAIR, Literal(finding.repair, language="en"))


def _detail(detail: Detail, above: NamedNode, name: str) -> Iterator[Triple]:
    node = NamedNode(name)
    yield Triple(above, _sh("detail"), node)
    yield Triple(node, vocab.RDF_TYPE, _sh("ValidationResult"))
    yield Triple(node, _sh("focusNode"), detail.focus)
    yield Triple(node, _sh("sourceShape"), _node(detail.shape))
    yield Triple(node, _sh("sourceConstraintComponent"), _sh(detail.component))
    yield Triple(node, _sh("resultSeverity"), _sh(detail.severity))
    if detail.path:
        path, way = path_triples(parse_path(detail.path))
        yield Triple(node, _sh("resultPath"), path)
        yield from way
    if detail.value is not None:
        yield Triple(node, _sh("value"), detail.value)
    if detail.message:
        yield Triple(node, _sh("resultMessage"), Literal(detail.message))
    for place, inner in enumerate(detail.details):
        yield from _detail(inner, node, f"{name}-{place}")


def _suggestion(finding: Finding, node: NamedNode) -> Iterator[Triple]:
    """Yield the proposed repair as a DASH graph update."""
    if finding.proposal is None:
        return
    update = NamedNode(f"{node.value}-repair")
    yield Triple(node, NamedNode(f"{DASH}suggestion"), update)
    yield Triple(update, vocab.RDF_TYPE, NamedNode(f"{DASH}GraphUpdate"))
    for name, triples in (("deletedTriple", finding.proposal.remove), ("addedTriple", finding.proposal.add)):
        for place, triple in enumerate(triples):
            statement = NamedNode(f"{update.value}-{name}-{place}")
            yield Triple(update, NamedNode(DASH + name), statement)
            yield Triple(statement, vocab.RDF_TYPE, NamedNode(f"{_RDF}Statement"))
            yield Triple(statement, NamedNode(f"{_RDF}subject"), triple.subject)
            yield Triple(statement, NamedNode(f"{_RDF}predicate"), triple.predicate)
            yield Triple(statement, NamedNode(f"{_RDF}object"), triple.object)


def _counts(report: Report, graph: str, dataset: NamedNode) -> Iterator[Triple]:
    for count in report.counts:
        for metric, value in (("focusNodesChecked", count.focus_nodes), ("findingsOfShape", count.findings)):
            node = _name(graph, metric, count.shape)
            yield from _measurement(node, dataset, metric, value)
            yield Triple(node, _sh("sourceShape"), _node(count.shape))


def _figures(report: Report, graph: str, dataset: NamedNode) -> Iterator[Triple]:
    for figure in report.figures:
        yield from _measurement(NamedNode(f"{graph}{figure.name}"), dataset, figure.name, figure.value)


def _scores(report: Report, graph: str) -> Iterator[Triple]:
    for score in report.sources:
        if score.total:
            node = _name(graph, "findingsOfSource", score.source)
            yield from _measurement(node, NamedNode(score.source), "findingsOfSource", score.total)


def _measurement(node: NamedNode, of: NamedNode, metric: str, value: int | Decimal) -> Iterator[Triple]:
    dqv = PREFIXES["dqv"]
    yield Triple(node, vocab.RDF_TYPE, NamedNode(f"{dqv}QualityMeasurement"))
    yield Triple(node, NamedNode(f"{dqv}computedOn"), of)
    yield Triple(node, NamedNode(f"{dqv}isMeasurementOf"), kg_term(metric))
    datatype = vocab.XSD_INTEGER if isinstance(value, int) else vocab.XSD_DECIMAL
    yield Triple(node, NamedNode(f"{dqv}value"), Literal(str(value), datatype=datatype))
