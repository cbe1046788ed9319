"""The forms a report is handed out in: a table for the terminal, RDF, JSON, CSV, a page, SARIF and JUnit XML.

Knows how to write; every number and word comes from the report. Writing is deterministic.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import orjson
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from kg.errors import NotFoundError
from kg.quality.history import NOTHING, Background, Comparison
from kg.quality.report import SEVERITIES, Detail, Finding, Proposal, Report, ShapeCount
from kg.quality.shacl.outcome import text_of
from kg.quality.shapes import short
from kg.quality.triples import DASH, report_triples
from kg.rdf.vocab import PREFIXES, RDF_TYPE, XSD_STRING

if TYPE_CHECKING:
    from rich.table import Table

STYLES = {"Violation": "bold red", "Warning": "yellow", "Info": "cyan"}

_PREFIXES = {**PREFIXES, "dash": DASH}

_UNLABELLED = re.compile("^_:[0-9a-f]{25,32}$")
LISTED_IDLE = 20
"""Shapes that checked nothing are listed up to so many; with more, the data are of another kind."""

CSV_COLUMNS = (
    "severity",
    "shape",
    "thing",
    "label",
    "focus",
    "path",
    "value",
    "component",
    "message",
    "repair",
    "file",
    "line",
    "snippet",
    "remove",
    "add",
)


def write(report: Report, form: str, background: Background = NOTHING) -> bytes:
    """Write a report in one of `FORMATS`; page and JSON tell of earlier releases. Raises NotFoundError for others."""
    if form not in FORMATS:
        raise NotFoundError(f"there is no report form {form!r}", advice=f"use one of {', '.join(FORMATS)}")
    if form == "html":
        from kg.quality.page import page

        return page(report, background)
    if form == "json":
        return _json(report, background)
    return FORMATS[form][1](report)


def table(report: Report, *, every: bool = False) -> Table:
    """Return a table by severity and shape, with the number of nodes each shape looked at.

    Shapes that found something come first, then those that checked nothing, which may be an error in the shape, unless
    these are many. The others are counted in the caption, or listed as well with ``every``.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    found = report.counts_by_severity
    total = ", ".join(f"{number} {severity}" for severity, number in found.items())
    grid = Table(box=box.SIMPLE_HEAD, title=f"{report.total} findings: {total}", title_justify="left")
    grid.add_column("Severity", no_wrap=True)
    grid.add_column("Shape", no_wrap=True)
    grid.add_column("Nodes checked", justify="right", no_wrap=True)
    grid.add_column("Findings", justify="right", no_wrap=True)
    grid.add_column("What to repair", overflow="fold")
    left_out = 0
    without_nodes = sum(1 for one in report.counts if not one.focus_nodes and not one.findings)
    for count in _by_weight(report.counts):
        if not count.findings and not every and (count.focus_nodes or without_nodes > LISTED_IDLE):
            left_out += 1
            continue
        style = STYLES.get(count.severity, "") if count.findings else "dim"
        words = _words(report, count) if count.findings else ("" if count.focus_nodes else "(no node to check)")
        grid.add_row(
            Text(count.severity, style=style),
            Text(_name(count), style=style),
            Text(str(count.focus_nodes)),
            Text(str(count.findings), style=style),
            Text(words, style="" if count.findings else "dim"),
        )
    if left_out:
        idle = without_nodes if without_nodes > LISTED_IDLE else 0
        said = [f"{left_out - idle} more shapes checked their nodes and found nothing."] if left_out > idle else []
        said += [f"{idle} shapes are about kinds of things that are not in the data."] if idle else []
        grid.caption = " ".join(said)
        grid.caption_justify = "left"
    return grid


def examples(report: Report, most: int = 3) -> Table:
    """Return a table of the first findings of each shape: where, about what, which value."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, title=f"The first {most} findings of each shape", title_justify="left")
    for column in ("Shape", "Where", "About", "Value"):
        grid.add_column(column, overflow="fold")
    by_shape: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_shape.setdefault(finding.shape, []).append(finding)
    for count in _by_weight(report.counts):
        for number, finding in enumerate(by_shape.get(count.shape, [])[:most]):
            where = next((f"{file}:{line}" if line else file for file, line, _ in finding.places), "")
            style = STYLES.get(finding.severity, "") if number == 0 else "dim"
            about = finding.label or _UNLABELLED.sub("(a blank node)", short(finding.focus))
            value = _UNLABELLED.sub("(a blank node)", _cut(short(finding.value)))
            grid.add_row(Text("" if number else _name(count), style=style), Text(where), Text(_cut(about)), Text(value))
    return grid


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else f"{flat[:79]}…"


def _by_weight(counts: Iterable[ShapeCount]) -> list[ShapeCount]:
    """Sort counts: what found something, worst and most first, what looked at nothing, the rest."""
    ranked = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    return sorted(
        counts,
        key=lambda one: (not one.findings, one.focus_nodes > 0, ranked.get(one.severity, 9), -one.findings, one.shape),
    )


def _name(count: ShapeCount) -> str:
    """Return the name of a shape on a terminal; one without an IRI goes by what it is about."""
    return (count.label if count.shape.startswith("_:") else "") or short(count.shape)


def _words(report: Report, count: ShapeCount) -> str:
    """Return what a shape says; one without words of its own what the first of its findings says."""
    return count.message or next((one.message for one in report.findings if one.shape == count.shape), "")


def as_dict(report: Report, background: Background = NOTHING) -> dict[str, Any]:
    """Return the report as plain values: what the JSON form holds and programs read."""
    return {
        "conforms": report.conforms,
        "worst": report.worst,
        "counts": report.counts_by_severity,
        "level": report.level,
        "shapes": [
            {
                "shape": count.shape,
                "label": count.label,
                "target": count.target_class,
                "severity": count.severity,
                "focusNodes": count.focus_nodes,
                "findings": count.findings,
                "listed": count.listed,
            }
            for count in report.counts
        ],
        "refusals": [{"shape": one.shape, "component": one.component, "reason": one.reason} for one in report.refusals],
        "sources": [
            {
                "source": one.source,
                "label": one.label,
                "file": one.file,
                "things": one.things,
                "findings": dict(one.findings),
                "shapes": dict(one.shapes),
            }
            for one in report.sources
        ],
        "figures": [
            {"name": figure.name, "about": figure.about, "value": _number(figure.value)} for figure in report.figures
        ],
        "history": [
            {"release": point.release, "built": point.built, "counts": point.counts} for point in background.points
        ],
        "changes": None if background.comparison is None else _changes(background.comparison),
        "findings": [_finding(finding) for finding in report.findings],
    }


def _changes(comparison: Comparison) -> dict[str, Any]:
    return {
        side: [
            {"shape": one.shape, "label": one.label, "severity": one.severity, "before": one.before, "now": one.now}
            for one in changes
        ]
        for side, changes in (("worse", comparison.worse), ("better", comparison.better))
    } | {
        side: [{"shape": one.shape, "focus": one.focus, "path": one.path, "value": one.value} for one in findings]
        for side, findings in (("new", comparison.new), ("gone", comparison.gone))
    }


def _number(value: int | Decimal) -> int | float:
    return value if isinstance(value, int) else float(value)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity,
        "shape": finding.shape,
        "component": finding.component,
        "thing": finding.thing,
        "label": finding.label,
        "focus": finding.focus,
        "path": finding.path,
        "value": finding.value,
        "message": finding.message,
        "repair": finding.repair,
        "why": finding.why,
        "places": [place._asdict() for place in finding.places],
        "records": list(finding.records),
        "sources": list(finding.sources),
        "branches": [
            {"shape": one.shape, "label": one.label, "holds": one.holds, "wrong": list(one.wrong)}
            for one in finding.branches
        ],
        "proposal": None
        if finding.proposal is None
        else {"remove": _lines(finding.proposal.remove), "add": _lines(finding.proposal.add)},
        "details": [_detail(one) for one in finding.details],
    }


def _detail(detail: Detail) -> dict[str, Any]:
    return {
        "focus": text_of(detail.focus),
        "path": detail.path,
        "value": text_of(detail.value),
        "shape": detail.shape,
        "component": detail.component,
        "severity": detail.severity,
        "message": detail.message,
        "details": [_detail(one) for one in detail.details],
    }


def _lines(triples: Iterable[Triple]) -> list[str]:
    """Write triples as lines of N-Triples."""
    return [f"{triple} ." for triple in triples]


def _json(report: Report, background: Background = NOTHING) -> bytes:
    return orjson.dumps(as_dict(report, background), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _csv(report: Report) -> bytes:
    """One line per finding and place, as RFC 4180 wants it; a finding without a place has one line."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for finding in report.findings:
        row = [getattr(finding, column) for column in CSV_COLUMNS[:10]]
        proposal = finding.proposal or Proposal()
        repair = (" ".join(_lines(proposal.remove)), " ".join(_lines(proposal.add)))
        for file, line, snippet in finding.places or (("", 0, ""),):
            writer.writerow([_cell(cell) for cell in (*row, file, str(line) if line else "", snippet, *repair)])
    return out.getvalue().encode("utf-8")


def _cell(text: str) -> str:
    """Keep a spreadsheet from running a cell as a formula: an apostrophe in front marks it as text."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _turtle(report: Report) -> bytes:
    written = serialize(report_triples(report), format=RdfFormat.TURTLE, prefixes=_PREFIXES)
    if written is None:
        raise AssertionError("serialize without an output returns bytes")
    # The prefixes come in an order of their own in each process; they all stand at the beginning.
    lines = written.splitlines(keepends=True)
    head = [line for line in lines[: len(_PREFIXES)] if line.startswith(b"@prefix ")]
    return b"".join(sorted(head) + lines[len(head) :])


def _jsonld(report: Report) -> bytes:
    """Flat JSON-LD with prefixes as context: one object per node, keys and nodes sorted."""
    nodes: dict[str, dict[str, Any]] = {}
    for triple in report_triples(report):
        node = nodes.setdefault(_jsonld_id(triple.subject), {})
        key = "@type" if triple.predicate == RDF_TYPE else short(triple.predicate.value)
        node.setdefault(key, []).append(_jsonld_value(triple))
    graph = [{"@id": name, **nodes[name]} for name in sorted(nodes)]
    document = {"@context": {**_PREFIXES}, "@graph": graph}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _jsonld_id(node: object) -> str:
    if isinstance(node, BlankNode):
        return f"_:{node.value}"
    return node.value if isinstance(node, NamedNode) else str(node)


def _jsonld_value(triple: Triple) -> object:
    value = triple.object
    if triple.predicate == RDF_TYPE:
        return short(_jsonld_id(value))
    if not isinstance(value, Literal):
        return {"@id": _jsonld_id(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype == XSD_STRING:
        return {"@value": value.value}
    return {"@value": value.value, "@type": short(value.datatype.value)}


def _html(report: Report) -> bytes:
    from kg.quality.page import page

    return page(report)


def _sarif(report: Report) -> bytes:
    from kg.quality.ci import sarif

    return sarif(report)


def _junit(report: Report) -> bytes:
    from kg.quality.ci import junit

    return junit(report)


FORMATS: Mapping[str, tuple[str, Callable[[Report], bytes]]] = {
    "turtle": ("text/turtle; charset=utf-8", _turtle),
    "jsonld": ("application/ld+json", _jsonld),
    "json": ("application/json", _json),
    "csv": ("text/csv; charset=utf-8", _csv),
    "html": ("text/html; charset=utf-8", _html),
    "sarif": ("application/sarif+json", _sarif),
    "junit": ("application/xml; charset=utf-8", _junit),
}
"""Form name to media type and writer."""
