"""Validation: what is data, what a finding knows, and which shapes are refused."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, RdfFormat, Store, Triple, parse

from kg.errors import InputError, ShapesError
from kg.quality import Finding, Report, validate, validate_data
from kg.quality.shacl.documents import read_document
from kg.quality.shacl.oracle import from_rdflib_term, to_rdflib_term
from kg.quality.shacl.outcome import Value
from kg.quality.shacl.paths import parse_path, path_text, path_triples
from kg.quality.shacl.reading import ShapesGraph, read_path
from kg.quality.triples import report_triples
from kg.rdf import vocab

BASE = "http://toy.example/"
WORLD = Path(__file__).parents[1] / "shapes" / "world.ttl"

HEADER = """
@prefix ex: <http://toy.example/> . @prefix kg: <https://w3id.org/kg/ns#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <http://schema.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix dcterms: <http://purl.org/dc/terms/> .
"""

SOURCES = (
    HEADER
    + """
ex:page kg:file "a.txt" ; schema:name "Page of Ada" . ex:list kg:file "b.txt" ; schema:name "List of works" .
ex:work a schema:ScholarlyArticle ; prov:wasDerivedFrom ex:page, ex:list ;
    schema:abstract "We say a great deal about tides, and of moons even more." ;
    kg:disagreement <http://toy.example/work#dis> .
<http://toy.example/work#dis> a kg:Disagreement ; kg:onProperty schema:datePublished ;
    kg:chosenValue "2021-10-15"^^xsd:date ; kg:claim <http://toy.example/work#c1>, <http://toy.example/work#c2> .
<http://toy.example/work#c1> a kg:Claim ; kg:claimedValue "2022"^^xsd:gYear ; prov:hadPrimarySource ex:page .
<http://toy.example/work#c2> a kg:Claim ; kg:claimedValue "2021-10-15"^^xsd:date ; prov:hadPrimarySource ex:list .
ex:person a schema:Person ; schema:name "A" .
ex:lone a schema:Person ; schema:name "B" ; prov:wasDerivedFrom ex:page .
<http://toy.example/work#observation-1> a schema:Observation ; prov:hadPrimarySource ex:list .
ex:g1 {
  <http://toy.example/page#L7> a kg:Record ; kg:line 7 ; kg:snippet "preprint2022\\nTides" ; schema:about ex:work ;
      schema:isPartOf ex:page .
}
ex:g2 {
  <http://toy.example/list#L2> a kg:Record ; kg:line 2 ; kg:snippet "Oct 15, 2021" ; schema:about ex:work ;
      schema:isPartOf ex:list .
  <http://toy.example/list#L9> a kg:UnreadLine ; kg:line 9 ; kg:snippet "Cookies?" ; schema:isPartOf ex:list .
  ex:work schema:name "Said by one source only" .
}
ex:identity {
  <http://toy.example/list#L2-m1> a kg:Mention ; kg:refersTo ex:person ; kg:inRecord <http://toy.example/list#L2> .
}
"""
)


def store_of(trig: str) -> Store:
    store = Store()
    store.load(trig, format=RdfFormat.TRIG)
    return store


@pytest.fixture(scope="module")
def report() -> Report:
    return validate(store_of(SOURCES), base_iri=BASE)


def only(report: Report, shape: str) -> Finding:
    (finding,) = (finding for finding in report.findings if finding.shape.endswith(f"#{shape}"))
    return finding


def test_disagreement_names_sources_and_their_values(report: Report) -> None:
    finding = only(report, "disagreement-date")
    assert "Page of Ada says “2022”." in finding.message
    assert "List of works says “2021-10-15”, which is kept." in finding.message
    assert finding.places == (("a.txt", 7, "preprint2022"), ("b.txt", 2, "Oct 15, 2021"))
    assert finding.thing == "http://toy.example/work"
    assert finding.severity == "Warning"


def test_thing_without_title_is_named_by_its_abstract(report: Report) -> None:
    finding = only(report, "work-title")
    assert finding.label == "(untitled) We say a great deal about tides, and of moons even more."
    assert finding.records == ("http://toy.example/page#L7", "http://toy.example/list#L2")
    assert finding.repair
    assert finding.why


def test_part_with_a_source_is_found_there_only(report: Report) -> None:
    assert only(report, "observation-value").places == (("b.txt", 2, "Oct 15, 2021"),)


def test_person_is_found_by_mentions_or_by_file(report: Report) -> None:
    places = {f.focus: f.places for f in report.findings if f.shape.endswith("#person-name-length")}
    assert places[f"{BASE}person"] == (("b.txt", 2, "Oct 15, 2021"),)
    assert places[f"{BASE}lone"] == (("a.txt", 0, ""),)


def test_records_and_unread_lines_of_source_graphs_are_data(report: Report) -> None:
    unread = only(report, "unread-line-text")
    assert unread.places == (("b.txt", 9, "Cookies?"),)
    assert next(count for count in report.counts if count.shape.endswith("#record-line")).focus_nodes == 2
    assert {name: value for name, _, value in report.figures}["unreadLinesInGraph"] == 1


def test_other_statements_of_source_graphs_are_not_data(report: Report) -> None:
    assert only(report, "work-title").severity == "Warning"


def test_report_depends_on_content_alone(report: Report) -> None:
    again = store_of("")
    again.extend(reversed(list(store_of(SOURCES))))
    assert validate(again, base_iri=BASE) == report
    assert report_triples(validate(again, base_iri=BASE)) == report_triples(report)


def test_shape_that_checks_nothing_is_counted(report: Report) -> None:
    (count,) = (count for count in report.counts if count.shape.endswith("#venue-name"))
    assert (count.focus_nodes, count.findings) == (0, 0)
    assert count.target_class == vocab.KG_VENUE.value


def test_plain_strings_stay_plain() -> None:
    shapes = (
        HEADER
        + 'ex:s a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property ex:q . ex:q sh:path ex:p ; sh:in ( "en" ) .'
    )
    assert validate_data(b'<http://toy.example/a> <http://toy.example/p> "en" .', shapes=shapes).conforms
    store = store_of('<http://toy.example/a> <http://toy.example/p> "en" .')
    assert validate(store, shapes).conforms


@pytest.mark.parametrize(
    "term",
    [
        NamedNode("http://toy.example/é"),
        BlankNode("b1"),
        Literal("en"),
        Literal(""),
        Literal("en", language="en"),
        Literal("01", datatype=vocab.XSD_INTEGER),
        Literal("1.50", datatype=vocab.XSD_DECIMAL),
        Literal("1", datatype=vocab.XSD_BOOLEAN),
        Literal("2022", datatype=vocab.XSD_GYEAR),
        Literal("2022-11", datatype=vocab.XSD_GYEAR_MONTH),
        Literal("not a date", datatype=vocab.XSD_DATE),
        Literal('quote " and \\ and \n'),
    ],
    ids=str,
)
def test_terms_cross_unchanged(term: Value) -> None:
    assert from_rdflib_term(to_rdflib_term(term)) == term


def test_lexical_forms_of_a_file_reach_the_shapes() -> None:
    shapes = (
        HEADER
        + 'ex:s a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property ex:q . ex:q sh:path ex:p ; sh:pattern "^0" .'
    )
    data = HEADER + "ex:a ex:p 01 . ex:b ex:p 1 ."
    (finding,) = validate_data(data.encode(), shapes=shapes).findings
    assert (finding.focus, finding.value) == ("http://toy.example/b", "1")


def test_named_graphs_of_a_file_are_data_unless_told_otherwise() -> None:
    data = (
        b"<http://toy.example/v> %b <https://w3id.org/kg/ns#Venue> <http://toy.example/g> ."
        % str(vocab.RDF_TYPE).encode()
    )
    assert not validate_data(data, format="nquads").conforms
    assert validate_data(data, format="nquads", graphs="default").conforms


def test_broken_data_names_the_line() -> None:
    with pytest.raises(InputError, match=r"line 2: this is not turtle"):
        validate_data(b"<http://a> <http://b> <http://c> .\n<http://a> oops .")
    with pytest.raises(InputError, match="not a format of data; use one of turtle"):
        validate_data(b"", format="docx")


FOREIGN = (
    HEADER
    + """
ex:shape a sh:NodeShape ; sh:targetClass ex:Thing ;
    sh:property [ sh:path ex:size ; sh:minCount 1 ] ;
    sh:property [ sh:path ( ex:part [ sh:inversePath ex:whole ] ) ; sh:maxCount 0 ; sh:severity sh:Warning ] .
"""
)


def test_shapes_of_others() -> None:
    data = HEADER + "ex:Kind rdfs:subClassOf ex:Thing . ex:a a ex:Kind ; ex:part ex:b . ex:c ex:whole ex:b ."
    report = validate_data(data.encode(), shapes=FOREIGN)
    size, part = report.findings
    assert (size.shape, size.path) == ("_:http://toy.example/shape http://toy.example/size", "http://toy.example/size")
    assert (part.severity, part.path) == ("Warning", "<http://toy.example/part>/(^<http://toy.example/whole>)")
    assert [count.focus_nodes for count in report.counts] == [1, 1]
    assert report_triples(report) == report_triples(validate_data(data.encode(), shapes=FOREIGN))


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        ("ex:a oops", r"shapes, line \d+: this is not Turtle"),
        (HEADER + "ex:s a sh:NodeShape ; sh:targetClass ex:T ; sh:minCount 1 .", "cannot be run"),
        (HEADER + "ex:s a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:minCount 1 ] .", "cannot be run"),
        (
            HEADER
            + "ex:s a sh:NodeShape ; sh:targetClass ex:T ; sh:property ex:q . ex:q sh:path ex:p ; sh:node ex:s .",
            "circle",
        ),
        (
            HEADER + 'ex:s a sh:NodeShape ; sh:targetClass ex:T ; sh:sparql [ sh:select "SELECT $this {" ] .',
            "is not SPARQL",
        ),
        (
            HEADER + "ex:s a sh:NodeShape ; sh:targetClass ex:T ; sh:sparql [ sh:select "
            '"SELECT $this FROM <http://toy.example/g> WHERE { $this a ?t }" ] .',
            "closed here",
        ),
        (
            HEADER + "ex:s a sh:NodeShape ; sh:targetClass ex:T ; sh:sparql [ sh:select "
            '"SELECT $this WHERE { { SERVICE <http://toy.example/sparql> { $this a ?t } } }" ] .',
            "closed here|cannot be run",
        ),
    ],
    ids=["syntax", "minCount on a node", "no path", "recursion", "broken query", "FROM", "SERVICE"],
)
def test_bad_shapes_are_refused(shapes: str, words: str) -> None:
    with pytest.raises(ShapesError, match=words):
        validate_data((HEADER + "ex:a a ex:T ; ex:p ex:a .").encode(), shapes=shapes)


@pytest.mark.parametrize(
    ("text", "triples"),
    [
        ("http://toy.example/p", 0),
        ("^<http://toy.example/p>", 1),
        ("<http://toy.example/p>/<http://toy.example/q>", 4),
        ("<http://toy.example/p>|(^<http://toy.example/q>)", 6),
        ("(<http://toy.example/p>/<http://toy.example/q>)*", 5),
        ("<http://toy.example/p>+", 1),
        ("<http://toy.example/p>?", 1),
    ],
)
def test_paths_read_and_write(text: str, triples: int) -> None:
    node, written = path_triples(parse_path(text))
    assert len(written) == triples
    assert path_text(read_path(ShapesGraph(written), node)) == text


@pytest.mark.parametrize(
    "text", ["<http://a>/", "<http://a>)", "(<http://a>", "/<http://a>", "<http://a> <http://b>", "^"]
)
def test_broken_paths_are_refused(text: str) -> None:
    with pytest.raises((ShapesError, ValueError)):
        parse_path(text if "<" in text else text + "<")


def test_nothing_is_fetched_and_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def closed(*_: object, **__: object) -> None:
        raise AssertionError("a validation opened a socket")

    monkeypatch.setattr(socket.socket, "connect", closed)
    data = HEADER + '<http://toy.example/o> <http://www.w3.org/2002/07/owl#imports> ex:x .\nex:a ex:p "x"^^xsd:date .'
    imports = "<http://toy.example/o> <http://www.w3.org/2002/07/owl#imports> <http://toy.example/x> ."
    assert validate_data(data.encode(), shapes=FOREIGN + imports).conforms
    assert capfd.readouterr() == ("", "")


def test_import_is_light() -> None:
    code = "import sys, kg.quality; print([n for n in ('rdflib', 'pyshacl', 'jinja2', 'rich') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_world_figures() -> None:
    store = Store()
    store.bulk_load(path=WORLD, format=RdfFormat.TURTLE, base_iri=BASE)
    figures = {name: str(value) for name, _, value in validate(store, base_iri=BASE).figures}
    assert figures["worksInGraph"] == "2"
    assert figures["shareOfWorksWithTitle"] == "1.0000"
    assert figures["shareOfWorksWithIdentifier"] == "0.5000"
    assert figures["shareOfPersonsWithIdentifier"] == "0.3333"
    assert figures["statementsInGraph"] == str(
        sum(1 for _ in store.quads_for_pattern(None, None, None, DefaultGraph()))
    )


def test_empty_store_has_no_shares() -> None:
    report = validate(Store())
    assert report.conforms
    assert report.worst is None
    assert {figure.value for figure in report.figures} == {0}
    assert all(isinstance(triple, Triple) for triple in report_triples(report))


def test_a_file_is_read_as_its_bytes_are(tmp_path: Path) -> None:
    path = tmp_path / "data.trig"
    path.write_text(SOURCES, encoding="utf-8")
    with path.open("rb") as file:
        streamed = validate_data(file, format="trig", base_iri=BASE)
    assert streamed.findings
    assert streamed == validate_data(path.read_bytes(), format="trig", base_iri=BASE)


def test_two_spellings_of_one_value_are_two_values_of_a_document() -> None:
    """The store holds one triple for them; the document has what was written, and nothing else."""
    data = HEADER + 'ex:both ex:p "01"^^xsd:integer , 1 . ex:one ex:p "01"^^xsd:integer , "001"^^xsd:integer .'
    document = read_document(quad.triple for quad in parse(data, RdfFormat.TURTLE))
    p, whole = NamedNode(f"{BASE}p"), vocab.XSD_INTEGER

    def spelt(name: str, value: str | None = None) -> list[str]:
        wanted = None if value is None else Literal(value, datatype=whole)
        found = document.statements.match(NamedNode(BASE + name), p, wanted)
        return sorted(one.object.value for one in found if isinstance(one.object, Literal))

    assert spelt("both") == ["01", "1"] and spelt("one") == ["001", "01"]
    assert spelt("both", "1") == ["1"] and spelt("one", "1") == [] and spelt("one", "01") == ["01"]
    assert len(document.store) == 2
