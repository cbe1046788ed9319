"""The forms of a report carry the same findings, and nothing in the data can break out of them."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from pyoxigraph import RdfFormat, Triple, parse
from rdflib import Graph, URIRef
from rdflib import Literal as RdflibLiteral
from rdflib.compare import isomorphic
from rich.console import Console

from kg.errors import NotFoundError
from kg.quality import FORMATS, FailOn, Report, fails, table, validate_data, write
from kg.quality.report import Figure
from kg.quality.shapes import short
from kg.quality.triples import report_triples
from kg.rdf.vocab import PREFIXES

EVIL = "<script>alert(1)</script>\\\"' onload=x &amp; =HYPERLINK(1)"
DATA = (
    "@prefix schema: <http://schema.org/> . @prefix kg: <https://w3id.org/kg/ns#> .\n"
    "@prefix prov: <http://www.w3.org/ns/prov#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
    '<http://toy.example/s> a kg:Source ; schema:name "S" ; kg:file "=1+1.txt" .\n'
    f'<http://toy.example/w> a schema:ScholarlyArticle ; schema:name "{EVIL}" ;\n'
    "    prov:wasDerivedFrom <http://toy.example/s> .\n"
    f'<javascript:alert(1)> a schema:Person ; schema:name "{EVIL}" .\n'
    '<http://toy.example/p> a schema:Person, foaf:Person ; schema:name "B" ; foaf:name "B" ; '
    "prov:wasDerivedFrom <http://toy.example/s> .\n"
    '_:b a schema:Person ; schema:name "Nameless Node" .\n'
)


@pytest.fixture(scope="module")
def report() -> Report:
    return validate_data(DATA.encode(), base_iri="http://toy.example/")


def test_counts_come_first_and_add_up(report: Report) -> None:
    assert report.worst == "Violation"
    assert list(report.counts_by_severity) == ["Violation", "Warning", "Info"]
    assert sum(report.counts_by_severity.values()) == len(report.findings) == sum(c.findings for c in report.counts)
    ranks = [["Violation", "Warning", "Info"].index(finding.severity) for finding in report.findings]
    assert ranks == sorted(ranks)
    assert report.of("http://toy.example/p")


@pytest.mark.parametrize(
    ("severity", "stops"),
    [
        ("Violation", {"violation": True, "warning": True, "info": True, "never": False}),
        ("Warning", {"violation": False, "warning": True, "info": True, "never": False}),
        ("Info", {"violation": False, "warning": False, "info": True, "never": False}),
    ],
)
def test_policy(report: Report, severity: str, stops: dict[FailOn, bool]) -> None:
    finding = next(finding for finding in report.findings if finding.severity == severity)
    one = Report((finding,), (), (), "http://toy.example/")
    assert {policy: fails(one, policy) for policy in stops} == stops
    none = Report((), (), (), "http://toy.example/")
    assert not any(fails(none, policy) for policy in stops)


def test_rdf_forms_are_the_same_graph(report: Report) -> None:
    turtle = Graph().parse(data=write(report, "turtle"), format="turtle")
    jsonld = Graph()
    lines = "\n".join(f"{triple} ." for triple in _triples(write(report, "jsonld"), RdfFormat.JSON_LD))
    jsonld.parse(data=lines, format="nt")
    own = Graph().parse(data="\n".join(f"{triple} ." for triple in report_triples(report)), format="nt")
    assert len(own) == len(report_triples(report)) > 500
    assert isomorphic(turtle, own)
    assert isomorphic(jsonld, own)


def _triples(data: bytes, form: RdfFormat) -> list[Triple]:
    return [quad.triple for quad in parse(data, form)]


def test_graph_is_a_shacl_report(report: Report) -> None:
    graph = Graph().parse(data=write(report, "turtle"), format="turtle")
    sh = PREFIXES["sh"]
    rows = graph.query(
        f"SELECT ?r ?f ?s ?v ?c {{ ?x a <{sh}ValidationReport> ; <{sh}result> ?r . ?r a <{sh}ValidationResult> ; "
        f"<{sh}focusNode> ?f ; <{sh}sourceShape> ?s ; <{sh}resultSeverity> ?v ; <{sh}sourceConstraintComponent> ?c }}"
    )
    assert len(list(rows)) == len(report.findings)
    assert len(list(graph.objects(None, URIRef(sh + "result")))) == len(report.findings)
    assert all("graph/quality#finding-" in str(node) for node in graph.objects(None, URIRef(sh + "result")))


def test_measurements_are_well_typed(report: Report) -> None:
    graph = Graph().parse(data=write(report, "turtle"), format="turtle")
    values = list(graph.objects(None, URIRef(PREFIXES["dqv"] + "value")))
    assert len(values) > len(report.counts)
    assert {type(value.toPython()).__name__ for value in values if isinstance(value, RdflibLiteral)} == {
        "int",
        "Decimal",
    }
    assert write(report, "turtle").startswith(b"@prefix bibo:")


def test_json(report: Report) -> None:
    read = json.loads(write(report, "json"))
    assert read["counts"] == report.counts_by_severity
    assert len(read["findings"]) == len(report.findings)
    assert read["findings"][0]["message"] == report.findings[0].message
    assert {one["name"] for one in read["figures"]} == {figure.name for figure in report.figures}


def test_csv_has_no_formulas(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(write(report, "csv").decode())))
    assert len(rows) >= len(report.findings)
    assert any(row["file"] == "'=1+1.txt" for row in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_page_is_self_contained_and_escaped(report: Report) -> None:
    html = write(report, "html").decode()
    page = _Page()
    page.feed(html)
    names = {name for name, _ in page.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    for name, attributes in page.tags:
        assert not any(attribute.startswith("on") or attribute in {"src", "style"} for attribute in attributes)
        address = attributes.get("href")
        if address is not None:
            assert name == "a"
            assert address.startswith(("#", "http://toy.example/")), address
    assert "<script>alert(1)</script>" in page.text
    assert "url(" not in html
    assert "@import" not in html
    anchors = {attributes.get("id") for _, attributes in page.tags}
    assert {str(a["href"])[1:] for _, a in page.tags if str(a.get("href", "")).startswith("#")} <= anchors
    assert html.index('id="checks"') < html.index('id="findings"')


def test_page_of_a_clean_report() -> None:
    assert "No findings." in write(Report((), (), (Figure("x", "things", 0),), "http://toy.example/"), "html").decode()


def test_table(report: Report) -> None:
    def printed(every: bool) -> str:
        console = Console(file=io.StringIO(), width=200, color_system=None)
        console.print(table(report, every=every))
        return str(console.file.getvalue())  # type: ignore[attr-defined]

    short_form, whole = printed(False), printed(True)
    assert re.search(r"Violation +person-provenance +3 +2 ", short_form)
    assert re.search(r"venue-name +0 +0 +\(no node to check\)", whole)
    assert re.search(r"\d\d shapes are about kinds of things that are not in the data", short_form)
    few = replace(report, counts=tuple(one for one in report.counts if one.focus_nodes or "#venue" in one.shape))
    console = Console(file=io.StringIO(), width=200, color_system=None)
    console.print(table(few))
    assert re.search(r"venue-name +0 +0 +\(no node to check\)", str(console.file.getvalue()))  # type: ignore[attr-defined]
    assert "more shapes checked their nodes and found nothing" in short_form
    assert len(whole.splitlines()) > len(report.counts)


def test_unknown_form(report: Report) -> None:
    with pytest.raises(NotFoundError, match="no report form 'pdf'; use one of turtle, jsonld, json, csv, html"):
        write(report, "pdf")
    assert all(";" in media or "json" in media for media, _ in FORMATS.values())


@pytest.mark.parametrize(
    ("iri", "text"),
    [
        ("http://schema.org/name", "schema:name"),
        ("https://w3id.org/kg/shapes#work-title", "work-title"),
        ("<http://schema.org/name>/(^<http://schema.org/name>)", "schema:name/(^schema:name)"),
        ("http://toy.example/a", "http://toy.example/a"),
        ("", ""),
    ],
)
def test_short(iri: str, text: str) -> None:
    assert short(iri) == text


def test_writing_is_deterministic() -> None:
    data = "".join(line for line in DATA.splitlines(keepends=True) if not line.startswith("_:")).encode()
    first, again = (
        validate_data(data, base_iri="http://toy.example/"),
        validate_data(data, base_iri="http://toy.example/"),
    )
    for form in FORMATS:
        assert write(first, form) == write(again, form)
