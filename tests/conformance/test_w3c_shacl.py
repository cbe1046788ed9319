"""The W3C test suite for SHACL: 98 tests of Core and 22 of SHACL-SPARQL, at both levels.

A test's expected report is compared as a multiset of results (focus, path, value, shape, component, severity, and the
message where the test states one). ``EXCEPTIONS`` names what is not passed, with the reason.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import ShapesError
from kg.quality.shacl.documents import check_document, read_document
from kg.quality.shacl.model import SH, sh
from kg.quality.shacl.outcome import Value
from kg.quality.shacl.paths import path_text
from kg.quality.shacl.processor import Level, Processor
from kg.quality.shacl.reading import ShapesGraph, read_path

FOLDER = Path(__file__).resolve().parents[3] / "shared/conformance/data-shapes/data-shapes-test-suite/tests"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
EXCEPTIONS = {
    "shapesGraph-001": "asks for the shapes graph inside a query ($shapesGraph), which a processor may refuse"
    " (SHACL 1.0, section 5.3.1)",
}
COUNTS = {"core": 98, "sparql": 22}


@dataclass(frozen=True)
class Case:
    part: str
    file: Path
    node: str

    def __str__(self) -> str:
        return f"{self.part}-{self.file.parent.name}-{self.file.stem}"


@cache
def triples(file: Path) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(path=file, format=RdfFormat.TURTLE, base_iri=file.as_uri()))


@cache
def graph(file: Path) -> ShapesGraph:
    return ShapesGraph(triples(file))


def collect(part: str, file: Path) -> list[Case]:
    found = []
    for node in graph(file).subjects(NamedNode(MF + "include")):
        for included in graph(file).values(node, NamedNode(MF + "include")):
            found += collect(part, Path(included.value.removeprefix("file://")))
    found += [Case(part, file, node.value) for node in graph(file).instances(NamedNode(SHT + "Validate"))]
    return found


CASES = [case for part in COUNTS for case in collect(part, FOLDER / part / "manifest.ttl")] if FOLDER.is_dir() else []


def test_all_cases_are_collected(shared: Path) -> None:
    assert Counter(case.part for case in CASES) == COUNTS


def written(value: Value | None) -> str:
    return "_:" if isinstance(value, BlankNode) else str(value)


@pytest.mark.parametrize("level", ["fast", "full"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case, level: Level) -> None:
    said = graph(case.file)
    action = said.value(NamedNode(case.node), NamedNode(MF + "action"))
    assert action is not None

    def file_of(name: str) -> Path:
        value = said.value(action, NamedNode(SHT + name))
        assert isinstance(value, NamedNode)
        return Path(value.value.removeprefix("file://"))

    def run() -> tuple[Processor, Counter[tuple[object, ...]]]:
        processor = Processor(triples(file_of("shapesGraph")))
        outcome = check_document(processor, read_document(triples(file_of("dataGraph"))), level=level)
        return processor, Counter(
            (
                written(one.focus),
                one.path,
                written(one.value),
                one.shape,
                one.component,
                one.severity,
                tuple(sorted(map(str, one.messages))),
            )
            for one in outcome.results
        )

    expected_result = said.value(NamedNode(case.node), NamedNode(MF + "result"))
    assert expected_result is not None
    if case.file.stem in EXCEPTIONS or expected_result == NamedNode(SHT + "Failure"):
        with pytest.raises(ShapesError):
            run()
        return
    processor, found = run()
    expected: Counter[tuple[object, ...]] = Counter()
    for result in said.values(expected_result, sh("result")):
        path, shape = said.value(result, sh("resultPath")), said.value(result, sh("sourceShape"))
        component, severity = (said.value(result, sh(name)) for name in ("sourceConstraintComponent", "resultSeverity"))
        assert component is not None
        assert severity is not None
        expected[
            (
                written(said.value(result, sh("focusNode"))),
                "" if path is None else path_text(read_path(said, path)),
                written(said.value(result, sh("value"))),
                "" if shape is None or isinstance(shape, Literal) else processor.names[shape],
                component.value.removeprefix(SH),
                severity.value.removeprefix(SH),
                tuple(sorted(map(str, said.values(result, sh("resultMessage"))))),
            )
        ] += 1
    # A report that leaves the messages or the source shape open says nothing about them.
    shown = [place for place in (3, 6) if any(key[place] for key in expected)]
    kept = [0, 1, 2, *([3] if 3 in shown else []), 4, 5, *([6] if 6 in shown else [])]

    def cut(keys: Counter[tuple[object, ...]]) -> Counter[tuple[object, ...]]:
        short: Counter[tuple[object, ...]] = Counter()
        for key, number in keys.items():
            short[tuple(key[place] for place in kept)] += number
        return short

    assert cut(found) == cut(expected)
