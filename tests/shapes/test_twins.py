"""Each property shape has a failing twin: the conforming world with one change, and the findings it must give.

A file ``<class>.ru`` holds the twins of ``shapes/<class>.ttl`` as SPARQL updates of ``world.ttl``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store, parse
from rdflib import BNode, Graph, URIRef

from kg.quality import Report, validate
from kg.quality.forms import short
from kg.quality.shacl.model import SH
from kg.quality.shacl.oracle import to_rdflib
from kg.quality.shapes import SHAPES_IRI, shipped_shapes
from kg.rdf.vocab import PREFIXES

HERE = Path(__file__).parent
BASE = "http://toy.example/"
PREFIX_LINES = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())

COMPONENTS = {
    "minCount", "maxCount", "datatype", "nodeKind", "class", "pattern", "minLength", "maxLength", "minInclusive",
    "maxInclusive", "equals", "disjoint", "lessThanOrEquals", "uniqueLang", "in", "hasValue", "or", "and", "not",
    "sparql",
}  # fmt: skip
OTHERS = {"path", "severity", "message", "flags"}


@dataclass(frozen=True, order=True)
class Expected:
    shape: str
    focus: str
    path: str
    component: str
    severity: str


@dataclass(frozen=True)
class Twin:
    file: str
    number: int
    shape: str
    finds: tuple[Expected, ...]
    update: str

    def __str__(self) -> str:
        return f"{self.file}-{self.number}-{self.shape}"


def read_twins() -> list[Twin]:
    twins = []
    for file in sorted(HERE.glob("*.ru")):
        for number, text in enumerate(file.read_text("utf-8").split("# twin ")[1:], 1):
            shape, _, rest = text.partition("\n")
            finds = [
                Expected(*line.removeprefix("# finds ").split())
                for line in rest.splitlines()
                if line.startswith("# finds ")
            ]
            twins.append(Twin(file.stem, number, shape.strip(), tuple(sorted(finds)), rest))
    return twins


TWINS = read_twins()


def world() -> Store:
    store = Store()
    store.bulk_load(path=HERE / "world.ttl", format=RdfFormat.TURTLE, base_iri=BASE)
    return store


def found(report: Report) -> list[Expected]:
    return sorted(
        Expected(
            finding.shape.removeprefix(SHAPES_IRI),
            f"<{finding.focus.removeprefix(BASE)}>",
            short(finding.path),
            finding.component.removesuffix("ConstraintComponent"),
            finding.severity,
        )
        for finding in report.findings
    )


def property_shapes() -> dict[str, set[str]]:
    """Return each property shape with its constraint components."""
    graph = to_rdflib(shipped_shapes().processor.triples)
    shapes = {}
    for shape in graph.objects(None, URIRef(SH + "property")):
        terms = {
            str(predicate).removeprefix(SH) for predicate in graph.predicates(shape) if str(predicate).startswith(SH)
        }
        assert terms <= COMPONENTS | OTHERS, (
            f"{shape} uses {terms - COMPONENTS - OTHERS}, which this test does not know"
        )
        shapes[str(shape).removeprefix(SHAPES_IRI)] = {
            "SPARQL" if term == "sparql" else term[0].upper() + term[1:] for term in terms & COMPONENTS
        }
    return shapes


def test_world_conforms() -> None:
    assert found(validate(world(), base_iri=BASE)) == []


@pytest.mark.parametrize("twin", TWINS, ids=str)
def test_twin_finds_what_it_must(twin: Twin) -> None:
    store = world()
    before = set(store)
    store.update(PREFIX_LINES + twin.update, base_iri=BASE)
    assert set(store) != before, "the twin changes nothing"
    assert found(validate(store, base_iri=BASE)) == list(twin.finds)


def test_every_component_of_every_property_shape_has_a_twin() -> None:
    shown = {(twin.shape, one.component) for twin in TWINS for one in twin.finds if one.shape == twin.shape}
    wanted = {(shape, component) for shape, components in property_shapes().items() for component in components}
    assert wanted - shown == set(), "these rules have no failing twin"
    assert shown - wanted == set(), "these twins belong to no rule"


def test_twins_lie_with_their_shapes() -> None:
    for twin in TWINS:
        text = (HERE.parents[1] / "shapes" / f"{twin.file}.ttl").read_text("utf-8")
        assert re.search(rf"^kgs:{re.escape(twin.shape)}$", text, re.MULTILINE), str(twin)
        assert any(one.shape == twin.shape for one in twin.finds), f"{twin} does not find its own shape"


def test_expectations_are_not_empty() -> None:
    assert len(property_shapes()) == 142
    assert len(TWINS) == 198


def test_world_is_plain_turtle() -> None:
    assert sum(1 for _ in parse(path=HERE / "world.ttl", format=RdfFormat.TURTLE, base_iri=BASE)) > 150
    assert not any(isinstance(node, BNode) for node in Graph().parse(HERE / "world.ttl").all_nodes())
