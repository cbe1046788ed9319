"""A report for machines that run builds: SARIF 2.1.0 and JUnit XML.

Knows both formats as far as a report needs them. A shape is a rule and a case; a finding is a result and a failure.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, Final
from xml.etree import ElementTree

import orjson

import kg
from kg.quality.report import Finding, Report, ShapeCount
from kg.quality.shapes import SHAPES_IRI

LEVELS: Final = {"Violation": "error", "Warning": "warning", "Info": "note"}
FAILURES_SHOWN: Final = 100
"""Findings of one shape that are told in full in JUnit XML; the number is told always."""
# XML 1.0, section 2.2: what no document may hold, escaped or not.
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sarif(report: Report) -> bytes:
    """Write a report as SARIF: one rule a shape, one result a finding, with file and line where they are known."""
    rules = [_rule(count) for count in report.counts]
    places = {count.shape: place for place, count in enumerate(report.counts)}
    document = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "kg", "version": kg.__version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, places) for finding in report.findings],
                "properties": {"counts": report.counts_by_severity, "shapes": report.shapes_digest},
            }
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def rule_id(shape: str) -> str:
    """Return the name of a shape as a rule: short for the shipped ones.

    >>> rule_id("https://w3id.org/kg/shapes#work-title")
    'work-title'
    """
    return shape.removeprefix(SHAPES_IRI)


def _rule(count: ShapeCount) -> dict[str, Any]:
    rule: dict[str, Any] = {
        "id": rule_id(count.shape),
        "shortDescription": {"text": count.label or rule_id(count.shape)},
        "defaultConfiguration": {"level": LEVELS.get(count.severity, "warning")},
        "properties": {"focusNodes": count.focus_nodes, "findings": count.findings},
    }
    if count.message:
        rule["fullDescription"] = {"text": count.message}
    return rule


def _result(finding: Finding, rules: dict[str, int]) -> dict[str, Any]:
    identity = (finding.shape, finding.component, finding.focus, finding.path, str(finding.value_term))
    result: dict[str, Any] = {
        "ruleId": rule_id(finding.shape),
        "level": LEVELS.get(finding.severity, "warning"),
        "message": {"text": finding.message or finding.component},
        "locations": [_location(finding, place) for place in finding.places or (None,)],
        "partialFingerprints": {"finding/v1": sha256("\x1f".join(identity).encode()).hexdigest()[:32]},
        "properties": {
            "thing": finding.thing,
            "focus": finding.focus,
            "path": finding.path,
            "value": finding.value,
            "component": finding.component,
            "repair": finding.repair,
        },
    }
    if finding.shape in rules:
        result["ruleIndex"] = rules[finding.shape]
    return result


def _location(finding: Finding, place: tuple[str, int, str] | None) -> dict[str, Any]:
    location: dict[str, Any] = {
        "logicalLocations": [{"name": finding.label or finding.focus, "fullyQualifiedName": finding.focus}]
    }
    if place is not None:
        file, line, snippet = place
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
        if line:
            physical["region"] = {"startLine": line} | ({"snippet": {"text": snippet}} if snippet else {})
        location["physicalLocation"] = physical
    return location


def _uri(file: str) -> str:
    """Write a file name as a relative URI reference (RFC 3986)."""
    from urllib.parse import quote

    return quote(file, safe="/")


def junit(report: Report) -> bytes:
    """Write a report as JUnit XML: a suite for what shapes look at, a case for each shape.

    A shape with violations or warnings fails, one with notes says them, one that looked at nothing is skipped.
    """
    whole = ElementTree.Element("testsuites", {"name": "kg quality"})
    by_shape: dict[str, list[Finding]] = {}
    for finding in report.findings:
        by_shape.setdefault(finding.shape, []).append(finding)
    targets: dict[str, list[ShapeCount]] = {}
    for count in report.counts:
        targets.setdefault(count.target_class, []).append(count)
    for target, counts in sorted(targets.items()):
        suite = ElementTree.SubElement(whole, "testsuite", {"name": _legal(target or "(no target)")})
        failures = skipped = 0
        for count in counts:
            case = ElementTree.SubElement(
                suite, "testcase", {"classname": _legal(target), "name": _legal(count.label or rule_id(count.shape))}
            )
            told = "\n".join(map(_told, by_shape.get(count.shape, [])[:FAILURES_SHOWN]))
            if count.findings and count.severity != "Info":
                failures += 1
                words = count.message or next((one.message for one in by_shape.get(count.shape, ())), "")
                summary = f"{count.findings} of {count.focus_nodes}: {words}"
                failure = ElementTree.SubElement(case, "failure", {"type": count.severity, "message": _legal(summary)})
                failure.text = _legal(told)
            elif count.findings:
                ElementTree.SubElement(case, "system-out").text = _legal(f"{count.findings} notes\n{told}")
            elif not count.focus_nodes:
                skipped += 1
                ElementTree.SubElement(case, "skipped", {"message": "there was no node to look at"})
        numbers = {"tests": len(counts), "failures": failures, "skipped": skipped, "errors": 0}
        suite.attrib.update({name: str(number) for name, number in numbers.items()})
    ElementTree.indent(whole)
    written: bytes = ElementTree.tostring(whole, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _told(finding: Finding) -> str:
    places = ", ".join(f"{file}:{line}" if line else file for file, line, _ in finding.places)
    return f"{finding.label or finding.focus} ({finding.focus}) {finding.value} [{places}]".replace("  ", " ")


def _legal(text: str) -> str:
    """Replace characters that XML cannot hold."""
    return _ILLEGAL.sub("\ufffd", text)
