"""The rules every shipped shape keeps, as ``shapes/README.md`` states them."""

from __future__ import annotations

import re

import pytest
from rdflib import RDF, RDFS, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from kg.quality.shacl.oracle import to_rdflib
from kg.quality.shapes import SHAPES_IRI, shipped, shipped_shapes
from kg.rdf import vocab

GRAPH: Graph = to_rdflib(shipped_shapes().processor.triples)
FILES = shipped()
REPAIR = URIRef(vocab.KG_REPAIR.value)
PROPERTY_SHAPES = sorted(set(GRAPH.objects(None, SH.property)), key=str)
NODE_SHAPES = sorted(set(GRAPH.subjects(RDF.type, SH.NodeShape)), key=str)
TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
DERIVED = {"int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt", "dateTimeStamp"}


def local(node: Node) -> str:
    return str(node).removeprefix(SHAPES_IRI)


def text(node: Node, predicate: URIRef) -> str:
    (value,) = GRAPH.objects(node, predicate)
    assert isinstance(value, Literal)
    assert value.language == "en"
    return str(value)


def test_shapes_conform_to_the_shapes_of_shacl() -> None:
    shipped_shapes().processor.oracle.check_shapes()


@pytest.mark.parametrize("shape", PROPERTY_SHAPES, ids=local)
def test_property_shape(shape: Node) -> None:
    assert isinstance(shape, URIRef), "a property shape has an IRI"
    assert str(shape).startswith(SHAPES_IRI)
    assert (shape, RDF.type, SH.PropertyShape) in GRAPH
    assert len(list(GRAPH.subjects(SH.property, shape))) == 1, "one node shape refers to it"
    assert GRAPH.value(shape, SH.severity) in (SH.Violation, SH.Warning, SH.Info)
    message, why, repair = text(shape, SH.message), text(shape, RDFS.comment), text(shape, REPAIR)
    assert text(shape, RDFS.label)
    for words in (message, why, repair):
        assert words.endswith(".")
        assert not re.search(r"minCount|sh:|xsd:(?!date|gYear)|node shape", words), "plain words"
    assert len({message, why, repair}) == 3


@pytest.mark.parametrize("shape", NODE_SHAPES, ids=local)
def test_node_shape(shape: Node) -> None:
    assert isinstance(shape, URIRef)
    assert text(shape, RDFS.label)
    assert text(shape, RDFS.comment).endswith(".")
    targets = [value for target in TARGETS for value in GRAPH.objects(shape, target)]
    if (shape, SH.property, None) in GRAPH:
        assert len(targets) == 1
    else:
        assert not targets, "a part has no target"
        used = set(GRAPH.subjects(None, shape))
        assert used, "a part is used"


def test_no_nameless_shapes() -> None:
    assert not [node for node in GRAPH.subjects(SH.path, None) if isinstance(node, BNode)]


def test_files_hold_one_class_each() -> None:
    assert set(FILES) == {
        f"{name}.ttl"
        for name in (
            "authorship disagreement group observation organization parts person record software source topic venue "
            "work"
        ).split()
    }
    for name, content in FILES.items():
        own = name.removesuffix(".ttl")
        defined = set(re.findall(r"^kgs:([\w-]+)$", content, re.MULTILINE))
        assert own == "parts" or own in defined


def test_queries_are_plain() -> None:
    queries = [str(value) for value in GRAPH.objects(None, SH.select)]
    assert len(queries) == 14
    for query in queries:
        assert re.match(r"\s*SELECT DISTINCT \$this \?value WHERE", query)
        assert query.count("SELECT") == 1
        assert not re.search(r"\b(VALUES|MINUS|UNION|SERVICE|FROM|OPTIONAL|GRAPH)\b", query)


def test_patterns_work_in_every_engine() -> None:
    patterns = [str(value) for value in GRAPH.objects(None, SH.pattern)]
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
