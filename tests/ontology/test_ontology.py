"""The ontology is complete: constants, definitions and the list of borrowed terms say the same."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import NamedNode
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef

from kg import assets
from kg.quality import validate_data
from kg.rdf import vocab

KG = vocab.PREFIXES["kg"]
ONTOLOGY = URIRef("https://w3id.org/kg/ns")
GRAPH = Graph().parse(data=assets.text("ontology", "kg.ttl"), format="turtle")
TERMS = sorted({str(term) for term in GRAPH.subjects(RDFS.isDefinedBy, ONTOLOGY)} - {str(ONTOLOGY)})
CONSTANTS = {value.value for value in vars(vocab).values() if isinstance(value, NamedNode)}
OWN = {iri for iri in CONSTANTS if iri.startswith(KG)} | {
    KG + name for name in (*vocab.OBSERVABLES, *vocab.METRICS, *vocab.EVIDENCE)
}


def test_constants_and_definitions_are_the_same_terms() -> None:
    assert sorted(OWN) == TERMS


def test_every_subject_of_ours_is_defined() -> None:
    assert sorted({str(term) for term in GRAPH.subjects() if str(term).startswith(KG)}) == TERMS


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.removeprefix(KG))
def test_term_is_explained(term: str) -> None:
    for predicate in (RDFS.label, RDFS.comment):
        values = list(GRAPH.objects(URIRef(term), predicate))
        assert len(values) == 1
        assert isinstance(values[0], Literal)
        assert values[0].language == "en"
    (comment,) = GRAPH.objects(URIRef(term), RDFS.comment)
    assert str(comment).endswith(".")
    assert ". " not in str(comment), "one sentence"
    (example,) = GRAPH.objects(URIRef(term), SKOS.example)
    assert "kg:" + term.removeprefix(KG) in str(example), "the example uses the term"
    assert list(GRAPH.objects(URIRef(term), RDF.type))


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.removeprefix(KG))
def test_example_is_turtle(term: str) -> None:
    (example,) = GRAPH.objects(URIRef(term), SKOS.example)
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in vocab.PREFIXES.items())
    shapes = "@prefix kgs: <https://w3id.org/kg/shapes#> .\n"
    assert len(Graph().parse(data=f"{prefixes}{shapes}{example}", format="turtle", publicID="http://toy.example/")) > 0


def test_kinds_of_terms() -> None:
    def of(kind: str) -> set[str]:
        return {str(term).removeprefix(KG) for term in GRAPH.subjects(RDF.type, URIRef(kind))}

    assert of(vocab.PREFIXES["schema"] + "Property") == set(vocab.OBSERVABLES)
    assert of(vocab.PREFIXES["dqv"] + "Metric") == set(vocab.METRICS)
    assert "Authorship" in of(str(OWL.Class))
    assert (URIRef(KG + "Authorship"), RDFS.subClassOf, URIRef(vocab.PREFIXES["schema"] + "Role")) in GRAPH


def test_header() -> None:
    dcterms = vocab.PREFIXES["dcterms"]
    for predicate in (URIRef(dcterms + "title"), URIRef(dcterms + "license"), OWL.versionInfo):
        assert GRAPH.value(ONTOLOGY, predicate) is not None


def test_every_borrowed_term_is_listed_with_a_reason() -> None:
    table = assets.text("ontology", "README.md").partition("## Borrowed terms")[2]
    listed: set[str] = set()
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[0].startswith("`"):
            assert all(cells), f"no reason in: {line}"
            listed |= set(re.findall(r"`([a-z]+:\w+)`", cells[0]))
    borrowed = set()
    for iri in CONSTANTS - OWN:
        prefix, namespace = next((p, n) for p, n in vocab.PREFIXES.items() if iri.startswith(n))
        borrowed.add(f"{prefix}:{iri.removeprefix(namespace)}")
    assert borrowed - listed == set()


def test_metrics_are_those_that_are_measured() -> None:
    report = validate_data(
        b"""@prefix schema: <http://schema.org/> . @prefix kg: <https://w3id.org/kg/ns#> .
        <http://toy.example/w> a schema:ScholarlyArticle . <http://toy.example/p> a schema:Person ."""
    )
    of_parts = {"focusNodesChecked", "findingsOfShape", "findingsOfSource"}
    assert {figure.name for figure in report.figures} | of_parts == set(vocab.METRICS)
