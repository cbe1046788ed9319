"""Our JSON-LD: the context maps to known terms only, nothing is lost in compacting, nothing remote is fetched."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld
from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from kg import assets
from kg.errors import InputError
from kg.rdf import jsonld, vocab
from kg.rdf.describe import Description, describe

TOY = Path(__file__).with_name("toy.trig")
BASE = "http://localhost:8000/"
THING = NamedNode(BASE + "work/w1")


@pytest.fixture(scope="module")
def toy() -> Store:
    store = Store()
    store.load(path=TOY, format=RdfFormat.TRIG)
    return store


def framed(store: Store, name: str) -> dict[str, Any]:
    description = describe(store, NamedNode(BASE + name))
    assert description is not None
    return jsonld.framed(description)


def canonical(dataset: Dataset) -> Dataset:
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def graph_of(document: Any) -> Dataset:
    nquads = pyld.to_rdf(document, {"format": "application/n-quads", "documentLoader": jsonld.refuse_remote})
    return canonical(Dataset(parse(nquads, format=RdfFormat.N_QUADS)))


def triples(*pairs: tuple[NamedNode, Literal | NamedNode]) -> list[Triple]:
    return [Triple(THING, predicate, value) for predicate, value in pairs]


# The context


def test_the_context_maps_only_to_terms_of_the_vocabulary() -> None:
    known = {value.value for value in vars(vocab).values() if isinstance(value, NamedNode)}
    known |= {vocab.kg_term(name).value for name in vocab.OBSERVABLES}
    turned = jsonld.Context(jsonld.context())
    assert set(turned.prefixes.items()) == set(vocab.PREFIXES.items())
    assert set(turned.names) <= known
    assert set(turned.reverse) <= known
    assert {term.type for term in turned.properties.values()} - {None, "@id", "@vocab"} <= known


def test_every_own_term_and_every_term_of_schema_org_has_a_name_without_prefix() -> None:
    turned = jsonld.Context(jsonld.context())
    terms = {value.value for value in vars(vocab).values() if isinstance(value, NamedNode)}
    for iri in terms:
        if iri.startswith((vocab.PREFIXES["kg"], vocab.PREFIXES["schema"])):
            assert turned.names.get(iri, turned.reverse.get(iri)) is not None, iri
    assert {f"{vocab.PREFIXES['kg']}{name}" for name in vocab.OBSERVABLES} <= set(turned.names)


def test_no_two_names_mean_the_same_property_and_nothing_is_remote() -> None:
    definitions = jsonld.context()
    targets = [
        value["@id"] if isinstance(value, dict) and "@id" in value else value
        for value in definitions.values()
        if isinstance(value, str) or (isinstance(value, dict) and "@id" in value)
    ]
    assert len(targets) == len(set(targets))
    assert "@import" not in definitions
    assert "@vocab" not in definitions, "a misspelt key must not become a term"
    assert definitions["limit"] is None


def test_the_frames_use_terms_of_the_context() -> None:
    definitions = jsonld.context()
    frames = [name for name in assets.names("ontology", ".jsonld") if name.startswith("frame-")]
    assert frames == ["frame-profile.jsonld", "frame-thing.jsonld", "frame-work.jsonld"]
    for name in frames:
        frame = json.loads(assets.text("ontology", name))
        keys = {key for key in frame if not key.startswith("@")} | set(frame.get("@reverse", {}))
        assert keys <= set(definitions), name


def test_the_caller_gets_a_context_of_its_own() -> None:
    jsonld.context().clear()
    assert jsonld.context()["name"] == "schema:name"


# Values


@pytest.mark.parametrize(
    ("predicate", "literal", "key", "value"),
    [
        (vocab.POSITION, Literal(7), "position", 7),
        (vocab.POSITION, Literal(-7), "position", -7),
        (vocab.CODE_REPOSITORY, Literal("no IRI"), "codeRepository", {"@value": "no IRI"}),
        (vocab.VALUE, Literal(2**53), "value", {"@type": "xsd:integer", "@value": str(2**53)}),
        (vocab.VALUE, Literal("9" * 5000, datatype=vocab.XSD_INTEGER), "value",
         {"@type": "xsd:integer", "@value": "9" * 5000}),
        (vocab.VALUE, Literal("007", datatype=vocab.XSD_INTEGER), "value", {"@type": "xsd:integer", "@value": "007"}),
        (vocab.VALUE, Literal("70.80", datatype=vocab.XSD_DECIMAL), "value",
         {"@type": "xsd:decimal", "@value": "70.80"}),
        (vocab.VALUE, Literal("21"), "value", "21"),
        (vocab.KG_CODE_AVAILABLE, Literal(True), "codeAvailable", True),
        (vocab.KG_CODE_AVAILABLE, Literal("1", datatype=vocab.XSD_BOOLEAN), "codeAvailable",
         {"@type": "xsd:boolean", "@value": "1"}),
        (vocab.DATE_PUBLISHED, Literal("2022-11-09", datatype=vocab.XSD_DATE), "datePublished", "2022-11-09"),
        (vocab.DATE_PUBLISHED, Literal("2022-11", datatype=vocab.XSD_GYEAR_MONTH), "datePublished",
         {"@type": "xsd:gYearMonth", "@value": "2022-11"}),
        (vocab.DATE_PUBLISHED, Literal("2022", datatype=vocab.XSD_GYEAR), "datePublished",
         {"@type": "xsd:gYear", "@value": "2022"}),
        (vocab.DATE_PUBLISHED, Literal("2022"), "datePublished", {"@value": "2022"}),
        (vocab.SKOS_PREF_LABEL, Literal("Sprache", language="de"), "prefLabel",
         {"@language": "de", "@value": "Sprache"}),
        (vocab.FOAF_NAME, Literal("Ada"), "foaf:name", "Ada"),
        (vocab.AUTHOR, Literal("Ada"), "author", [{"@value": "Ada"}]),
        (NamedNode("http://example.org/p"), Literal("x"), "http://example.org/p", "x"),
        (NamedNode("http://schema.org/gtin"), Literal("x"), "schema:gtin", "x"),
    ],
)  # fmt: skip
def test_a_literal_is_native_json_where_that_reads_back_exactly(
    predicate: NamedNode, literal: Literal, key: str, value: object
) -> None:
    document = jsonld.compact(triples((predicate, literal)))
    assert document["@graph"] == [{"@id": THING.value, key: value}]
    assert type(document["@graph"][0][key]) is type(value)
    assert graph_of(document) == Dataset([Quad(THING, predicate, literal)])


def test_iris_are_named_by_their_role() -> None:
    node = jsonld.compact(
        triples(
            (vocab.RDF_TYPE, vocab.SCHOLARLY_ARTICLE),
            (vocab.SAME_AS, NamedNode("https://doi.org/10.1/x")),
            (vocab.MEASURED_PROPERTY, vocab.kg_term("trustScore")),
            (vocab.KG_ON_PROPERTY, vocab.DATE_PUBLISHED),
            (vocab.FOAF_PAGE, NamedNode("http://a.example/")),
        )
    )["@graph"][0]
    assert node == {
        "@id": THING.value,
        "@type": "ScholarlyArticle",
        "sameAs": ["https://doi.org/10.1/x"],
        "measuredProperty": "trustScore",
        "onProperty": "datePublished",
        "page": "http://a.example/",
    }


@pytest.mark.parametrize(
    "triple",
    [
        Triple(THING, vocab.ABOUT, NamedNode("schema:name")),
        Triple(NamedNode("kg:x"), vocab.NAME, Literal("x")),
        Triple(THING, NamedNode("foaf:name"), Literal("x")),
        Triple(THING, vocab.ABOUT, Triple(THING, vocab.NAME, Literal("x"))),
    ],
)
def test_a_term_without_a_form_in_json_ld_is_refused(triple: Triple) -> None:
    with pytest.raises(InputError, match="Turtle"):
        jsonld.compact([triple])


def test_compact_quads_needs_no_order_and_loses_no_graph() -> None:
    quads = sorted(parse(path=TOY, format=RdfFormat.TRIG), key=str)
    for order in (quads, quads[::-1], sorted(quads, key=lambda quad: str(quad)[::-1])):
        elements = list(jsonld.compact_quads(order))
        assert graph_of({"@context": jsonld.context(), "@graph": elements}) == Dataset(quads)
    elements = list(jsonld.compact_quads(quads))
    described = {quad.subject for quad in quads if isinstance(quad.graph_name, DefaultGraph)}
    assert sum("@graph" not in element for element in elements) == len(described), "one element for each subject"


# The frame


def test_authors_are_an_ordered_list_and_an_array_in_the_same_order(toy: Store) -> None:
    work = framed(toy, "work/w1")
    assert work["authorList"] == [BASE + "group/g1", BASE + "person/p2", BASE + "person/p1"]
    assert [author["name"] for author in work["author"]] == [
        "Toy Workshop", "李小明", "Ada Ødegård", "Zoë de las Casas",
    ]  # fmt: skip
    assert work["authorship"][0]["agent"] == {"@id": BASE + "group/g1"}, "embedded once"
    assert work["observation"][0]["value"] == {"@type": "xsd:decimal", "@value": "70.8"}
    assert "observationAbout" not in work["observation"][0]


def test_a_profile_is_one_tree(toy: Store) -> None:
    profile = framed(toy, "person/p1")
    assert list(profile)[:4] == ["@context", "@id", "@type", "name"]
    assert profile["@type"] == ["Person", "foaf:Person"]
    assert [work["@id"] for work in profile["made"]] == [BASE + "work/w2", BASE + "work/w1"]
    assert [o["measuredProperty"] for o in profile["observation"]] == ["trustScore", "novelty"]
    assert "@included" not in profile
    assert "limit" not in profile


def test_a_topic_shows_what_points_to_it(toy: Store) -> None:
    topic = framed(toy, "topic/cs.CL")
    assert [work["name"] for work in topic["@reverse"]["about"]] == ["Toys: a survey"]
    assert topic["broader"]["name"] == "Computer Science"


def test_what_nothing_links_to_the_thing_is_included() -> None:
    other = NamedNode(BASE + "person/far")
    description = Description(
        THING, (Triple(THING, vocab.NAME, Literal("x")), Triple(other, vocab.NAME, Literal("far away")))
    )
    document = jsonld.framed(description)
    assert document["@included"] == [{"@id": other.value, "name": "far away"}]
    assert graph_of(document) == Dataset(Quad(*triple) for triple in description.triples)


def test_a_long_chain_of_things_does_not_exhaust_the_stack() -> None:
    nodes = [NamedNode(f"{BASE}topic/t{n}") for n in range(2000)]
    chain = tuple(Triple(a, vocab.SKOS_BROADER, b) for a, b in itertools.pairwise(nodes))
    document = jsonld.framed(Description(nodes[0], chain))
    assert set(parse(jsonld.dumps(document), format=RdfFormat.JSON_LD)) == {Quad(*triple) for triple in chain}


@pytest.mark.parametrize("name", ["person/p1", "work/w1", "topic/cs.CL", "organization/o1", "source/s2"])
def test_our_framing_embeds_what_pyld_embeds(toy: Store, name: str) -> None:
    """pyld, given the same frame file, reaches at most the nodes that our tree holds, and the same graph of them."""
    document = framed(toy, name)
    kind = {"person": "profile", "work": "work"}.get(name.split("/")[0], "thing")
    frame = json.loads(assets.text("ontology", f"frame-{kind}.jsonld"))
    theirs = pyld.frame(document, {"@context": jsonld.context(), "@id": BASE + name, **frame}, {"omitGraph": True})
    ours = {key: value for key, value in document.items() if key != "@included"}
    assert theirs["@id"] == document["@id"]
    assert graph_of(theirs) == graph_of(ours)


# Safety


def test_a_remote_context_is_never_fetched() -> None:
    with pytest.raises(InputError, match=r"http://169\.254\.169\.254/.*never fetched"):
        jsonld.refuse_remote("http://169.254.169.254/latest", {})
    for document in (
        {"@context": "https://schema.org/", "name": "x"},
        {"@context": ["file:///etc/passwd", {}], "name": "x"},
        {"@context": {"@version": 1.1, "@import": "http://a.example/c"}, "name": "x"},
        {"@context": {"name": {"@id": "http://a.example/n", "@context": "http://a.example/c"}}, "name": {"name": "x"}},
        "http://a.example/document.jsonld",
    ):
        with pytest.raises(InputError, match=r"never fetched|not JSON-LD"):
            jsonld.expand(document)


def test_a_document_with_its_own_context_is_expanded() -> None:
    document = jsonld.compact(triples((vocab.NAME, Literal("x"))))
    assert jsonld.expand(document) == [{"@id": THING.value, vocab.NAME.value: [{"@value": "x"}]}]
    with pytest.raises(InputError, match="not JSON-LD"):
        jsonld.expand({"@context": {"@version": 1.1}, "@id": 5})


@given(st.text(max_size=60) | st.sampled_from(["</script>", "<!--<script>", "]]>", "\u2028", "&lt;", "\\u003c"]))
@settings(max_examples=300, deadline=None)
def test_no_text_ends_the_script_element_and_all_text_survives_it(text: str) -> None:
    document = jsonld.framed(Description(THING, tuple(triples((vocab.NAME, Literal(text))))))
    script = jsonld.for_script(document)
    assert not re.search("[<>&\u2028\u2029]", script)
    assert json.loads(script) == document
