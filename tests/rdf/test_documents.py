"""One description, many documents: every format of every kind of thing is the same graph."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import rdflib
import rdflib.compare
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from kg.errors import InputError, NotFoundError
from kg.rdf import documents, rdfxml, vocab
from kg.rdf.describe import Description, Limit, describe

TOY = Path(__file__).with_name("toy.trig")
BASE = "http://localhost:8000/"
THINGS = (
    "person/p1", "person/p2", "person/p9", "group/g1", "work/w1", "work/w2", "topic/cs.CL", "topic/cs", "topic/arxiv",
    "venue/v1", "organization/o1", "software/r1", "source/s2", "source/s4",
)  # fmt: skip
ENGINE = {
    "ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG,
    "rdf": RdfFormat.RDF_XML, "jsonld": RdfFormat.JSON_LD,
}  # fmt: skip
RDFLIB = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "trig": "trig"}


@pytest.fixture(scope="module")
def toy() -> Store:
    store = Store()
    store.load(path=TOY, format=RdfFormat.TRIG)
    return store


def described(store: Store, name: str) -> Description:
    description = describe(store, NamedNode(BASE + name))
    assert description is not None
    return description


def canonical(triples: Iterable[Triple | Quad]) -> Dataset:
    """Return the graph with canonical blank nodes: two graphs are isomorphic when these are equal."""
    dataset = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def expanded_by_pyld(document: bytes) -> Dataset:
    """Let pyld, which knows nothing of us, say which graph a JSON-LD document is."""
    nquads = pyld.to_rdf(json.loads(document), {"format": "application/n-quads"})
    return canonical(parse(nquads, format=RdfFormat.N_QUADS))


def test_the_formats_are_those_that_are_tested() -> None:
    assert set(documents.FORMATS) == set(ENGINE)


@pytest.mark.parametrize("extension", ENGINE)
@pytest.mark.parametrize("name", THINGS)
def test_the_engine_reads_every_document_back_as_the_same_graph(toy: Store, name: str, extension: str) -> None:
    description = described(toy, name)
    written = documents.write(description, extension)
    assert canonical(parse(written, format=ENGINE[extension])) == canonical(description.triples)
    assert documents.write(described(toy, name), extension) == written, "the same bytes every time"


@pytest.mark.parametrize("name", THINGS)
def test_pyld_expands_the_framed_document_to_the_graph_of_the_turtle(toy: Store, name: str) -> None:
    description = described(toy, name)
    turtle = canonical(parse(documents.write(description, "ttl"), format=RdfFormat.TURTLE))
    assert expanded_by_pyld(documents.write(description, "jsonld")) == turtle


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # its Dataset.parse uses what it deprecates itself
@pytest.mark.parametrize("extension", RDFLIB)
@pytest.mark.parametrize("name", THINGS)
def test_rdflib_reads_the_graph_of_the_n_triples(toy: Store, name: str, extension: str) -> None:
    description = described(toy, name)
    expected = rdflib.Graph().parse(data=documents.write(description, "nt"), format="nt")
    if extension == "trig":
        graph = rdflib.Dataset().parse(data=documents.write(description, "trig"), format="trig").default_graph
    else:
        graph = rdflib.Graph().parse(data=documents.write(description, extension), format=RDFLIB[extension])
    assert len(expected) == len(description.triples)
    assert rdflib.compare.isomorphic(graph, expected)


def test_turtle_is_written_for_readers(toy: Store) -> None:
    text = documents.write(described(toy, "work/w2"), "ttl").decode()
    prefixes, first = text.split("\n\n")[:2]
    assert "@prefix dcat:" not in prefixes, "only the used prefixes"
    assert first.startswith(f"<{BASE}work/w2> a schema:ScholarlyArticle, foaf:Document ;")
    assert f"bibo:authorList ( <{BASE}person/p1> )" in first
    assert "kg:yearFromCapture true ;" in first
    assert '"2023-01"^^xsd:gYearMonth' in first


@pytest.mark.parametrize("extension", ["ttl", "nt", "nq", "trig", "rdf", "jsonld"])
def test_a_cut_is_told_in_the_document_and_is_no_statement(toy: Store, extension: str) -> None:
    whole = described(toy, "topic/cs.CL")
    cut = Description(whole.iri, whole.triples, limits=(Limit("things -- that\npoint here", 1000, 1234),))
    written = documents.write(cut, extension)
    assert b"1000 of 1234 things" in written
    assert canonical(parse(written, format=ENGINE[extension])) == canonical(whole.triples)


def test_an_unknown_format_is_refused_with_the_known_ones(toy: Store) -> None:
    with pytest.raises(NotFoundError, match=r"'xlsx'.*ttl, jsonld"):
        documents.write(described(toy, "work/w1"), "xlsx")
    with pytest.raises(NotFoundError, match="'xlsx'"):
        documents.write_dataset([], "xlsx", io.BytesIO())


# What people, pages and attackers put into text.
TEXTS = (
    "</script><script>alert(1)</script>", "<!--", "]]>", '"""', "'''", "\\", "\\u0041", "\r\n", "\t", " ", "",
    "{{7*7}}", "&amp;", "\u2028\u2029", "\ufeff", "\U0001f4a9", "e\u0301", "_:b0", "@type", "# no comment",
)  # fmt: skip
LEXICAL = ("007", "+5", "-0", "true", "1", "5.", ".5", "2022", "2022-11", "2022-11-09", "no number", "1e3", " 1 ")
DATATYPES = (
    vocab.XSD_INTEGER, vocab.XSD_DECIMAL, vocab.XSD_BOOLEAN, vocab.XSD_DATE, vocab.XSD_GYEAR, vocab.XSD_GYEAR_MONTH,
    NamedNode("http://example.org/type#1"),
)  # fmt: skip
LITERALS = st.one_of(
    st.text(max_size=40).map(Literal),
    st.sampled_from(TEXTS).map(Literal),
    st.builds(lambda text, tag: Literal(text, language=tag), st.text(max_size=20), st.sampled_from(["en", "zh-hant"])),
    st.integers().map(Literal),
    st.booleans().map(Literal),
    st.decimals(allow_nan=False, allow_infinity=False, places=3).map(
        lambda number: Literal(f"{number:f}", datatype=vocab.XSD_DECIMAL)
    ),
    st.builds(lambda text, kind: Literal(text, datatype=kind), st.sampled_from(LEXICAL), st.sampled_from(DATATYPES)),
)
IRIS = st.sampled_from(
    [
        BASE + "person/p1", BASE + "person/p1#part", "http://schema.org/Person", "http://schema.org/", "x:",
        "urn:isbn:0-486-27557-4", "mailto:a@example.org", "https://example.org/%20%3C?q=a'b&c=(d)#e;f,g",
        "https://example.org/ü/李", "tag:x,2026:y", "https://w3id.org/kg/ns#trustScore", "kg://host/x",
        "http://xmlns.com/foaf/0.1//two", "http://a.example/b/../c/./d", vocab.RDF_NIL.value,
    ]
).map(NamedNode)  # fmt: skip
PREDICATES = st.sampled_from(
    [*(value for value in vars(vocab).values() if isinstance(value, NamedNode) and value != vocab.RDF_NIL),
     NamedNode("http://example.org/ü/p.-x"), NamedNode("http://example.org/0p1"), NamedNode("urn:p:q")]
)  # fmt: skip
BLANKS = st.sampled_from([BlankNode(name) for name in ("a", "b", "0-c", "c.d")])
TRIPLES = st.builds(Triple, IRIS | BLANKS, PREDICATES, IRIS | BLANKS | LITERALS)


@given(st.lists(TRIPLES, min_size=1, max_size=12))
@settings(max_examples=400, deadline=None)
def test_no_term_is_lost_or_changed_in_any_format(triples: list[Triple]) -> None:
    description = Description(NamedNode(BASE + "person/p1"), tuple(triples))
    expected = canonical(triples)
    for extension, form in ENGINE.items():
        try:
            written = documents.write(description, extension)
        except NotFoundError as refused:
            assert extension == "rdf"
            assert "RDF/XML" in str(refused)
            continue
        assert canonical(parse(written, format=form)) == expected, extension
        if extension == "rdf":
            ElementTree.fromstring(written)


@given(st.lists(TRIPLES, min_size=1, max_size=12), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_graph_of_any_size_is_written_as_rdf_xml_without_loss(triples: list[Triple], ordered: bool) -> None:
    out = io.BytesIO()
    try:
        rdfxml.write_all(sorted(triples, key=str) if ordered else triples, out)
    except NotFoundError as refused:
        assert "RDF/XML" in str(refused)
        return
    ElementTree.fromstring(out.getvalue())
    assert canonical(parse(out.getvalue(), format=RdfFormat.RDF_XML)) == canonical(triples)


@given(st.lists(TRIPLES, min_size=1, max_size=12))
@settings(max_examples=200, deadline=None)
def test_pyld_reads_every_framed_document_as_the_same_graph(triples: list[Triple]) -> None:
    written = documents.write(Description(NamedNode(BASE + "person/p1"), tuple(triples)), "jsonld")
    assert expanded_by_pyld(written) == canonical(triples)


@pytest.mark.parametrize(
    ("triple", "what"),
    [
        (Triple(NamedNode("http://a.example/"), vocab.NAME, Literal("form\x0cfeed")), r"U\+000C"),
        (
            Triple(NamedNode("http://a.example/"), NamedNode("http://a.example/123"), Literal("x")),
            "http://a.example/123",
        ),
        (Triple(NamedNode("http://a.example/"), NamedNode(vocab.PREFIXES["rdf"] + "li"), Literal("x")), "ns#li"),
    ],
)
def test_rdf_xml_refuses_what_xml_cannot_hold(triple: Triple, what: str) -> None:
    with pytest.raises(NotFoundError, match=what):
        rdfxml.write([triple])


def test_rdf_xml_keeps_carriage_returns_and_lists_of_anything() -> None:
    a, b, c = BlankNode("a"), BlankNode("b"), BlankNode("c")
    thing = NamedNode("http://a.example/")
    triples = [
        Triple(thing, vocab.NAME, Literal("one\r\ntwo\rthree")),
        Triple(thing, vocab.ABOUT, a),
        Triple(a, vocab.RDF_FIRST, Literal("x<y")),
        Triple(a, vocab.RDF_REST, b),
        Triple(b, vocab.RDF_FIRST, thing),
        Triple(b, vocab.RDF_REST, c),
        Triple(c, vocab.RDF_FIRST, BlankNode("other")),
        Triple(c, vocab.RDF_REST, vocab.RDF_NIL),
    ]
    assert canonical(parse(rdfxml.write(triples), format=RdfFormat.RDF_XML)) == canonical(triples)


def quads_of(data: bytes, form: RdfFormat) -> set[Quad]:
    return set(parse(data, format=form))


@pytest.mark.parametrize("extension", documents.DATASET_FORMATS)
@pytest.mark.parametrize("from_file", [True, False])
def test_a_dataset_is_written_whole(tmp_path: Path, extension: str, from_file: bool) -> None:
    quads = sorted(parse(path=TOY, format=RdfFormat.TRIG), key=str)
    artefact = tmp_path / "graph.nq"
    serialize(quads, artefact, format=RdfFormat.N_QUADS)
    out = io.BytesIO()
    documents.write_dataset(artefact if from_file else quads, extension, out)
    merged = {q for q in quads if str(q.graph_name) == "DEFAULT"}
    expected = merged if extension in ("ttl", "nt", "rdf") else set(quads)
    assert quads_of(out.getvalue(), ENGINE[extension]) == expected
    if extension == "jsonld":
        nquads = pyld.to_rdf(json.loads(out.getvalue()), {"format": "application/n-quads"})
        assert set(parse(nquads, format=RdfFormat.N_QUADS)) == expected


def test_an_iri_that_json_ld_would_misread_is_refused_not_changed() -> None:
    triple = Triple(NamedNode("http://a.example/"), vocab.ABOUT, NamedNode("foaf:Person"))
    with pytest.raises(InputError, match="foaf:Person"):
        documents.write(Description(triple.subject, (triple,)), "jsonld")  # type: ignore[arg-type]
    assert b"<foaf:Person>" in documents.write(Description(NamedNode("http://a.example/"), (triple,)), "ttl")
