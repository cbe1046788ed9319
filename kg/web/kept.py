"""Read the quality report that a release keeps, with the words and places its page shows.

A release keeps the report whole (`kg.quality.kept`). Where edits changed it, its quality graph is read instead, and
names and lines are looked up in its store, once, when a server starts. Knows the terms of the report graph. Does not
validate anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store

from kg.quality import kept
from kg.quality.places import Places
from kg.quality.report import Figure, Finding, Report, ShapeCount
from kg.quality.shapes import ShapeInfo, shipped_shapes
from kg.rdf import vocab
from kg.store.finished import Release
from kg.store.nquads import read_artefact

_SH = vocab.PREFIXES["sh"]
_DQV = vocab.PREFIXES["dqv"]
_KG = vocab.PREFIXES["kg"]
_Node = NamedNode | BlankNode | Literal | Any


def read_report(release: Release, base_iri: str) -> Report | None:
    """Return the report of a release, or None when it was built without validation."""
    if not release.path.is_dir() or not release.quality_path.is_file():
        return None
    if (whole := kept.of_release(release)) is not None:
        return whole
    return report_of(read_artefact(release.quality_path), release.open_store(), base_iri)


def report_of(quads: Any, store: Store, base_iri: str) -> Report | None:
    """Make a report of the quads of the quality graph; ``store`` gives names and places."""
    graph = Store()
    graph.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    reading = _Reading(graph)
    if not reading.subjects(vocab.RDF_TYPE, NamedNode(f"{_SH}ValidationReport")):
        return None
    places, infos = Places(store), shipped_shapes().infos
    nodes = reading.subjects(vocab.RDF_TYPE, NamedNode(f"{_SH}ValidationResult"))
    findings = sorted((_finding(reading, node, places, infos) for node in nodes), key=lambda finding: finding.key)
    return Report(tuple(findings), _counts(reading, infos, findings), _figures(reading), base_iri)


class _Reading:
    def __init__(self, graph: Store) -> None:
        self.graph = graph

    def subjects(self, predicate: NamedNode, value: _Node) -> list[Any]:
        return [quad.subject for quad in self.graph.quads_for_pattern(None, predicate, value, DefaultGraph())]

    def values(self, node: Any, predicate: str) -> list[Any]:
        found = self.graph.quads_for_pattern(node, NamedNode(predicate), None, DefaultGraph())
        return sorted((quad.object for quad in found), key=str)

    def first(self, node: Any, predicate: str) -> Any:
        return next(iter(self.values(node, predicate)), None)

    def text(self, node: Any, predicate: str) -> str:
        value = self.first(node, predicate)
        return f"_:{value.value}" if isinstance(value, BlankNode) else getattr(value, "value", "")


def _finding(reading: _Reading, node: Any, places: Places, infos: Mapping[str, ShapeInfo]) -> Finding:
    shape = reading.text(node, f"{_SH}sourceShape")
    info = infos.get(shape)
    focus = reading.first(node, f"{_SH}focusNode")
    focus_text = reading.text(node, f"{_SH}focusNode")
    thing = reading.text(node, vocab.ABOUT.value) or focus_text.partition("#")[0]
    path = reading.first(node, f"{_SH}resultPath")
    value = reading.first(node, f"{_SH}value")
    found = places.of(focus, thing) if isinstance(focus, NamedNode | BlankNode) else None
    return Finding(
        focus=focus_text,
        path=path.value if isinstance(path, NamedNode) else info.path if info else "",
        value=getattr(value, "value", ""),
        shape=shape,
        component=reading.text(node, f"{_SH}sourceConstraintComponent").removeprefix(_SH),
        severity=reading.text(node, f"{_SH}resultSeverity").removeprefix(_SH),
        message=reading.text(node, f"{_SH}resultMessage"),
        thing=thing,
        label=places.label(thing),
        places=found.places if found else (),
        repair=reading.text(node, f"{_KG}repair") or (info.repair or info.why if info else ""),
        why=info.why if info else "",
        value_term=value,
        records=tuple(record.value for record in reading.values(node, vocab.KG_IN_RECORD.value)),
    )


def _counts(reading: _Reading, infos: Mapping[str, ShapeInfo], findings: list[Finding]) -> tuple[ShapeCount, ...]:
    severities = {finding.shape: finding.severity for finding in findings}
    checked: dict[str, int] = {}
    found: dict[str, int] = {}
    for metric, numbers in (("focusNodesChecked", checked), ("findingsOfShape", found)):
        for node in reading.subjects(NamedNode(f"{_DQV}isMeasurementOf"), NamedNode(_KG + metric)):
            numbers[reading.text(node, f"{_SH}sourceShape")] = int(Decimal(reading.text(node, f"{_DQV}value") or "0"))
    counts = []
    for shape in sorted({*checked, *found}):
        info = infos.get(shape)
        counts.append(
            ShapeCount(
                shape=shape,
                target_class=info.target if info else "",
                severity=severities.get(shape) or (info.severity if info else "Violation"),
                focus_nodes=checked.get(shape, 0),
                findings=found.get(shape, 0),
                label=info.label if info else "",
                message=info.message if info else "",
            )
        )
    return tuple(counts)


def _figures(reading: _Reading) -> tuple[Figure, ...]:
    figures = []
    for node in reading.subjects(vocab.RDF_TYPE, NamedNode(f"{_DQV}QualityMeasurement")):
        # A measurement of a shape or of a source is no figure of the dataset.
        if reading.values(node, f"{_SH}sourceShape") or not reading.text(node, f"{_DQV}computedOn").endswith(
            "/dataset"
        ):
            continue
        name = reading.text(node, f"{_DQV}isMeasurementOf").removeprefix(_KG)
        value = reading.first(node, f"{_DQV}value")
        decimal = Decimal(value.value)
        number = int(decimal) if value.datatype == vocab.XSD_INTEGER else decimal
        figures.append(Figure(name, "", number))
    return tuple(sorted(figures))
