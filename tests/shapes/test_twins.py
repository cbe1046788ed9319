"""Each property shape has a failing twin: the conforming world with one change, and the findings it must give.

A file ``<class>.ru`` holds the twins of ``shapes/<class>.ttl`` as SPARQL updates of ``world.ttl``; the twins of a
profile are updates of a world of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, Store, parse
from rdflib import BNode, Graph, URIRef

from kg.quality import Report, validate
from kg.quality.shacl.model import SH
from kg.quality.shacl.oracle import to_rdflib
from kg.quality.shapes import PROFILES, SHAPES_IRI, shipped_shapes, short
from kg.rdf.vocab import PREFIXES

HERE = Path(__file__).parent
BASE = "http://toy.example/"
PREFIX_LINES = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())

COMPONENTS = {
    "minCount", "maxCount", "datatype", "nodeKind", "class", "pattern", "minLength", "maxLength", "minInclusive",
    "maxInclusive", "equals", "disjoint", "lessThanOrEquals", "uniqueLang", "in", "hasValue", "or", "and", "not",
    "sparql", "qualifiedMaxCount",
}  # fmt: skip
OTHERS = {"path", "severity", "message", "flags", "qualifiedValueShape"}


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

    @property
    def profile(self) -> str:
        return self.file.removeprefix("profile-") if self.file.startswith("profile-") else "core"


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
FAULTS = {"unread", "disagreement", "claim"}
"""What a world without faults has none of, so that its shapes look at nothing."""


def world(profile: str = "core") -> Store:
    store = Store()
    name = "world.ttl" if profile == "core" else f"profile-{profile}-world.ttl"
    store.bulk_load(path=HERE / name, format=RdfFormat.TURTLE, base_iri=BASE)
    return store


def run(store: Store, profile: str) -> Report:
    return validate(store, shipped_shapes(profile), base_iri=BASE)


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
    graph = to_rdflib(triple for profile in PROFILES for triple in shipped_shapes(profile).processor.triples)
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


@pytest.mark.parametrize("profile", PROFILES)
def test_world_conforms(profile: str) -> None:
    report = run(world(profile), profile)
    assert found(report) == []
    idle = {count.shape.removeprefix(SHAPES_IRI).split("-")[0] for count in report.counts if not count.focus_nodes}
    assert idle == (FAULTS if profile == "core" else set())


@pytest.mark.parametrize("twin", TWINS, ids=str)
def test_twin_finds_what_it_must(twin: Twin) -> None:
    store = world(twin.profile)
    before = set(store)
    store.update(PREFIX_LINES + twin.update, base_iri=BASE)
    assert set(store) != before, "the twin changes nothing"
    assert found(run(store, twin.profile)) == list(twin.finds)


REPAIRED = {
    "person-foaf-name", "person-foaf-class", "person-name-capitals", "person-work-back", "person-identifier-form",
    "person-work-class", "person-affiliation", "person-provenance", "organization-foaf-name",
    "organization-provenance", "group-class", "group-foaf-class", "group-work-back", "group-work-class",
    "source-subject", "source-subject-class", "work-maker", "work-author-flat", "work-author-class",
    "work-title-markup", "work-identifier-form", "work-topic-class", "work-venue",
    "work-organization", "work-software", "work-disagreement-class", "work-foaf-class", "work-provenance",
    "authorship-agent-class", "authorship-provenance", "contribution-provenance", "claim-source",
    "disagreement-claims", "observation-source",
    "record-source", "unread-line-source", "software-provenance", "topic-scheme", "topic-broader", "venue-provenance",
    "redirect-chain", "redirect-used", "grant-award-words", "grant-funder", "work-funding-class",
}  # fmt: skip
"""Shapes with a twin whose finding comes with a proposed repair."""


def test_proposed_repairs_repair() -> None:
    """Applying a proposal makes its finding go away and breaks no other rule of the graph's own model."""
    repaired = set()
    for twin in TWINS:
        store = world(twin.profile)
        store.update(PREFIX_LINES + twin.update, base_iri=BASE)
        before = run(store, twin.profile)
        for finding in before.findings:
            if finding.proposal is None:
                continue
            mended = Store()
            mended.extend(store)
            for triple in finding.proposal.remove:
                quad = Quad(triple.subject, triple.predicate, triple.object)
                assert quad in mended, f"{twin} proposes to remove what is not there"
                mended.remove(quad)
            for triple in finding.proposal.add:
                mended.add(Quad(triple.subject, triple.predicate, triple.object))
            after = run(mended, twin.profile)
            assert finding.key not in {one.key for one in after.findings}, str(twin)
            new = {one.key for one in after.findings if one.severity == "Violation"} - {
                one.key for one in before.findings
            }
            # A link taken away may leave a place empty, or said in another property: that is then the next finding.
            assert {key[5] for key in new} <= {"MinCountConstraintComponent", "EqualsConstraintComponent"}, str(twin)
            repaired.add(finding.shape.removeprefix(SHAPES_IRI))
    assert repaired == REPAIRED


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
    assert len(property_shapes()) == 237
    assert len(TWINS) == 307


def test_world_is_plain_turtle() -> None:
    assert sum(1 for _ in parse(path=HERE / "world.ttl", format=RdfFormat.TURTLE, base_iri=BASE)) > 150
    assert not any(isinstance(node, BNode) for node in Graph().parse(HERE / "world.ttl").all_nodes())
