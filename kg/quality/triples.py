"""A report as RDF: a SHACL validation report and DQV measurements.

Knows SHACL's, DQV's and our own terms for reports. Node names depend on content alone, so that two reports of the
same findings are the same triples and can be compared line by line.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from hashlib import sha256

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.quality.paths import path_triples
from kg.quality.report import Finding, Report
from kg.rdf import vocab
from kg.rdf.iris import Iris
from kg.rdf.vocab import PREFIXES, kg_term

_Object = NamedNode | BlankNode | Literal


def report_triples(report: Report) -> list[Triple]:
    """Return the report as sorted triples; IRIs lie below ``<base>graph/quality#``."""
    iris = Iris(report.base_iri)
    graph, dataset = f"{iris.graph('quality').value}#", iris.dataset
    triples = {*_findings(report, graph), *_counts(report, graph, dataset), *_figures(report, graph, dataset)}
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
    for finding in report.findings:
        node = _finding_name(finding, graph)
        yield Triple(whole, _sh("result"), node)
        yield Triple(node, vocab.RDF_TYPE, _sh("ValidationResult"))
        yield Triple(node, _sh("sourceShape"), _node(finding.shape))
        yield Triple(node, _sh("sourceConstraintComponent"), _sh(finding.component))
        yield Triple(node, _sh("resultSeverity"), _sh(finding.severity))
        if ":" in finding.focus:
            yield Triple(node, _sh("focusNode"), _node(finding.focus))
        if finding.path:
            path, way = path_triples(finding.path)
            yield Triple(node, _sh("resultPath"), path)
            yield from way
        if finding.value_term is not None:
            yield Triple(node, _sh("value"), finding.value_term)
        if finding.message:
            yield Triple(node, _sh("resultMessage"), Literal(finding.message))
        if ":" in finding.thing and not finding.thing.startswith("_:"):
            yield Triple(node, vocab.ABOUT, NamedNode(finding.thing))
        for record in finding.records:
            yield Triple(node, vocab.KG_IN_RECORD, NamedNode(record))
        if finding.repair:
            yield Triple(node, vocab.KG_REPAIR, Literal(finding.repair, language="en"))


def _finding_name(finding: Finding, graph: str) -> NamedNode:
    value = str(finding.value_term)
    return _name(graph, "finding", finding.focus, finding.path, value, finding.shape, finding.component)


def _counts(report: Report, graph: str, dataset: NamedNode) -> Iterator[Triple]:
    for count in report.counts:
        for metric, value in (("focusNodesChecked", count.focus_nodes), ("findingsOfShape", count.findings)):
            node = _name(graph, metric, count.shape)
            yield from _measurement(node, dataset, metric, value)
            yield Triple(node, _sh("sourceShape"), _node(count.shape))


def _figures(report: Report, graph: str, dataset: NamedNode) -> Iterator[Triple]:
    for figure in report.figures:
        yield from _measurement(NamedNode(f"{graph}{figure.name}"), dataset, figure.name, figure.value)


def _measurement(node: NamedNode, dataset: NamedNode, metric: str, value: int | Decimal) -> Iterator[Triple]:
    dqv = PREFIXES["dqv"]
    yield Triple(node, vocab.RDF_TYPE, NamedNode(f"{dqv}QualityMeasurement"))
    yield Triple(node, NamedNode(f"{dqv}computedOn"), dataset)
    yield Triple(node, NamedNode(f"{dqv}isMeasurementOf"), kg_term(metric))
    datatype = vocab.XSD_INTEGER if isinstance(value, int) else vocab.XSD_DECIMAL
    yield Triple(node, NamedNode(f"{dqv}value"), Literal(str(value), datatype=datatype))
