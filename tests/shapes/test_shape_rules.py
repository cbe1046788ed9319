"""The rules every shipped shape keeps, as ``shapes/README.md`` states them."""

from __future__ import annotations

import re

import pytest
from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg.errors import NotFoundError
from kg.quality.shacl.oracle import to_rdflib
from kg.quality.shapes import PROFILES, SHAPES_IRI, shipped, shipped_shapes
from kg.rdf import vocab

GRAPH: Graph = to_rdflib(shipped_shapes().processor.triples)
FILES = shipped()
GRAPHS = {profile: to_rdflib(shipped_shapes(profile).processor.triples) for profile in PROFILES}
REPAIR = URIRef(vocab.KG_REPAIR.value)
PROPERTY_SHAPES = [
    (profile, shape)
    for profile, graph in GRAPHS.items()
    for shape in sorted(set(graph.objects(None, SH.property)), key=str)
]
NODE_SHAPES = [
    (profile, shape)
    for profile, graph in GRAPHS.items()
    for shape in sorted(set(graph.subjects(RDF.type, SH.NodeShape)), key=str)
]
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
DERIVED = {"int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt", "dateTimeStamp"}


def local(node: object) -> str:
    return str(node).removeprefix(SHAPES_IRI)


def text(graph: Graph, node: Node, predicate: URIRef) -> str:
    (value,) = graph.objects(node, predicate)
    assert isinstance(value, Literal)
    assert value.language == "en"
    return str(value)


@pytest.mark.parametrize("profile", PROFILES)
def test_shapes_conform_to_the_shapes_of_shacl(profile: str) -> None:
    shipped_shapes(profile).processor.oracle.check_shapes()


@pytest.mark.parametrize(("profile", "shape"), PROPERTY_SHAPES, ids=local)
def test_property_shape(profile: str, shape: Node) -> None:
    graph = GRAPHS[profile]
    assert isinstance(shape, URIRef), "a property shape has an IRI"
    assert str(shape).startswith(SHAPES_IRI)
    assert (shape, RDF.type, SH.PropertyShape) in graph
    assert len(list(graph.subjects(SH.property, shape))) == 1, "one node shape refers to it"
    assert graph.value(shape, SH.severity) in (SH.Violation, SH.Warning, SH.Info)
    message, why, repair = text(graph, shape, SH.message), text(graph, shape, RDFS.comment), text(graph, shape, REPAIR)
    assert text(graph, shape, RDFS.label)
    for words in (message, why, repair):
        assert words.endswith(".")
        assert not re.search(r"minCount|sh:|xsd:(?!date|gYear)|node shape", words), "plain words"
    assert len({message, why, repair}) == 3


@pytest.mark.parametrize(("profile", "shape"), NODE_SHAPES, ids=local)
def test_node_shape(profile: str, shape: Node) -> None:
    graph = GRAPHS[profile]
    assert isinstance(shape, URIRef)
    assert text(graph, shape, RDFS.label)
    assert text(graph, shape, RDFS.comment).endswith(".")
    targets = [value for target in TARGETS for value in graph.objects(shape, target)]
    if (shape, SH.property, None) in graph:
        assert len(targets) == 1
    else:
        assert not targets, "a part has no target"
        used = set(graph.subjects(None, shape))
        assert used, "a part is used"


def test_no_nameless_shapes() -> None:
    for graph in GRAPHS.values():
        assert not [node for node in graph.subjects(SH.path, None) if isinstance(node, BNode)]


def test_no_shape_is_in_two_profiles() -> None:
    named = [shape for graph in GRAPHS.values() for shape in set(graph.subjects(RDF.type, None))]
    assert len(named) == len(set(named))
    with pytest.raises(NotFoundError, match="no profile 'schema'; use one of core, google, bioschemas"):
        shipped_shapes("schema")


def test_files_hold_one_class_each() -> None:
    assert set(FILES) == {
        f"{name}.ttl"
        for name in (
            "authorship contribution disagreement grant group observation organization parts person record redirect "
            "software source topic venue work"
        ).split()
    }
    for name, content in FILES.items():
        own = name.removesuffix(".ttl")
        defined = set(re.findall(r"^kgs:([\w-]+)$", content, re.MULTILINE))
        assert own == "parts" or own in defined


def test_queries_are_plain() -> None:
    queries = [str(value) for graph in GRAPHS.values() for value in graph.objects(None, SH.select)]
    assert len(queries) == 28
    for query in queries:
        assert re.match(r"\s*SELECT DISTINCT \$this \?value WHERE", query)
        assert query.count("GROUP BY") == query.count("GROUP BY $this ?value HAVING")
        assert query.count("SELECT") == 1
        assert not re.search(r"\b(VALUES|MINUS|UNION|SERVICE|FROM|OPTIONAL|GRAPH)\b", query)


def test_patterns_work_in_every_engine() -> None:
    patterns = [str(value) for graph in GRAPHS.values() for value in graph.objects(None, SH.pattern)]
    assert patterns
    for pattern in patterns:
        re.compile(pattern)
        assert not re.search(r"\(\?[=!<]|\\\d|\\p|\\w|\\d|\\b", pattern), pattern


def test_no_derived_types() -> None:
    named = {str(node).partition("#")[2] for node in GRAPH.objects(None, SH.datatype)}
    assert named <= {"string", "integer", "boolean", "date", "gYear", "gYearMonth"}
    assert not any(re.search(rf"xsd:{name}\b", content) for content in FILES.values() for name in DERIVED)


def test_no_paths_of_unlimited_length() -> None:
    for predicate in (SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath):
        assert (None, predicate, None) not in GRAPH


def test_shapes_and_vocabulary_know_the_same_observables() -> None:
    (listed,) = GRAPH.objects(URIRef(SHAPES_IRI + "observation-property"), SH["in"])
    members = [str(node) for node in GRAPH.items(listed)]
    assert members == [vocab.kg_term(name).value for name in vocab.OBSERVABLES]


def test_every_own_term_in_the_shapes_exists() -> None:
    known = {value.value for value in vars(vocab).values() if hasattr(value, "value") and not callable(value)}
    known |= {vocab.kg_term(name).value for name in vocab.OBSERVABLES}
    for content in FILES.values():
        for name in re.findall(r"\bkg:(\w+)", content):
            assert vocab.kg_term(name).value in known, name
