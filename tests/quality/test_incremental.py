"""An incremental run gives the report of a full run: whatever changed, at every level of the report."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg.errors import ShapesError
from kg.quality import Report, validate
from kg.quality.changes import affected, changes
from kg.quality.data import View
from kg.quality.incremental import revalidate
from kg.quality.shacl.outcome import Result, Value
from kg.quality.shacl.slices import StoreStatements
from kg.quality.shapes import PROFILES, Shapes, read_shapes_text, shipped_shapes
from kg.rdf import vocab

from .shacl.generated import Generator

BASE = "http://toy.example/"
WORLD = Path(__file__).parents[1] / "shapes" / "world.ttl"
TRIG = Path(__file__).parent / "sources.trig"
SOME = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def copy(store: Store) -> Store:
    again = Store()
    again.extend(store)
    return again


def subjects(quads: Iterable[Quad]) -> list[NamedNode | BlankNode]:
    return list(dict.fromkeys(quad.subject for quad in quads if isinstance(quad.subject, NamedNode | BlankNode)))


def same(report: Report, other: Report) -> None:
    """Compare two reports part by part, so that a failure says where they differ."""
    assert Counter(report.findings) == Counter(other.findings)
    for name in ("counts", "figures", "tallies", "sources", "refusals"):
        assert getattr(report, name) == getattr(other, name), name
    assert report == other


def edit(store: Store, seed: int, number: int) -> Store:
    """Return a copy with some statements taken away, replaced and added, links and types too."""
    chance = random.Random(seed)
    after = copy(store)
    quads = sorted(store, key=str)
    terms = [quad.object for quad in quads]
    for quad in chance.sample(quads, min(number, len(quads))):
        kind = chance.random()
        if kind < 0.4:
            after.remove(quad)
        elif kind < 0.7:
            after.remove(quad)
            after.add(Quad(quad.subject, quad.predicate, chance.choice(terms), quad.graph_name))
        else:
            other = chance.choice(quads)
            after.add(Quad(quad.subject, other.predicate, other.object, quad.graph_name))
    return after


@SOME
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_any_shapes_on_any_change(seed: int, number: int) -> None:
    """Results kept and results made anew are together the results of a full run (the processor alone)."""
    generator = Generator(seed)
    shapes = read_shapes_text(generator.shapes())
    before = Store()
    before.extend(Quad(t.subject, t.predicate, t.object) for t in _triples(generator.data()))
    after = edit(before, seed, number)
    changed = changes(subjects([*before, *after]), StoreStatements(before), StoreStatements(after))
    nodes = affected(shapes, changed, StoreStatements(after))
    processor = shapes.processor
    try:
        old, new = processor.check(before), processor.check(after)
    except ShapesError:  # pySHACL refuses to compare a blank node
        reject()
    names = {(processor.names[p.root], processor.names[one]): some for p, some in nodes.items() for one in p.shapes}
    kept = [one for one in old.results if not _among(one, names)]
    graph = StoreStatements(after)
    again = {
        part: frozenset(node for node in processor.focus_nodes(graph, part.root) if some is None or node in some)
        for part, some in nodes.items()
    }
    found = [*kept, *processor.check_parts(graph, again).results]
    assert _keys(found) == _keys(new.results)


@SOME
@given(st.integers(0, 2**32))
def test_the_parts_of_a_root_find_together_what_it_finds(seed: int) -> None:
    """And each of them results of its own shapes alone, so that what a part found can be replaced."""
    generator = Generator(seed)
    processor = read_shapes_text(generator.shapes()).processor
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in _triples(generator.data()))
    graph = StoreStatements(store)
    found: list[Result] = []
    for part in processor.parts:
        results = processor.check_parts(graph, {part: processor.focus_nodes(graph, part.root)}).results
        if processor.footprint(part).known:
            assert {one.shape for one in results} <= {processor.names[shape] for shape in part.shapes}
        found += results
    assert _keys(found) == _keys(processor.check(store).results)


def _triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, RdfFormat.TURTLE)]


def _among(result: Result, nodes: Mapping[tuple[str, str], frozenset[Value] | None]) -> bool:
    root, focus = result.origin
    key = (root, result.shape)
    if key not in nodes:
        return False
    some = nodes[key]
    return some is None or focus in some


def _keys(results: Iterable[Result]) -> Counter[object]:
    return Counter((*one.key, one.root, str(one.root_focus), tuple(map(str, one.messages))) for one in results)


@pytest.fixture(scope="module")
def world() -> Store:
    """The conforming world, the records of ``sources.trig``, and a handful of faults."""
    store = Store()
    store.bulk_load(path=WORLD, format=RdfFormat.TURTLE, base_iri=BASE)
    store.load(path=TRIG, format=RdfFormat.TRIG)
    return store


@pytest.mark.parametrize("seed", range(60))
def test_reports_of_edited_worlds(world: Store, seed: int) -> None:
    before = edit(world, seed + 1000, 12)
    after = edit(before, seed, 1 + seed % 9)
    old = validate(before, base_iri=BASE)
    whole = validate(after, base_iri=BASE)
    same(revalidate(after, None, old, subjects([*before, *after]), before=before, base_iri=BASE), whole)


@pytest.mark.parametrize("profile", PROFILES)
def test_no_shipped_shape_reads_everything(profile: str) -> None:
    """A shape that does would turn every revalidation into a full run, unnoticed but for the time."""
    processor = shipped_shapes(profile).processor
    for root in processor.roots:
        footprint = processor.footprint(root.node)
        assert footprint.known, root.node
        assert footprint.everywhere == {NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")}, root.node


def test_only_what_changed_is_looked_at(world: Store) -> None:
    ada = NamedNode(BASE + "person/ada")
    after = copy(world)
    after.remove(Quad(ada, vocab.FOAF_NAME, Literal("Ada Moréno"), DefaultGraph()))
    changed = changes([ada], View(world), View(after))
    assert {triple.predicate for triple in changed.triples} == {vocab.FOAF_NAME}
    found = affected(shipped_shapes(), changed, View(after))
    rules = {str(shape).rpartition("#")[2].rstrip(">"): nodes for part, nodes in found.items() for shape in part.shapes}
    # Every rule that reads foaf:name at the focus node; those of other classes are no targets and fall away later.
    # The rule on replaced ids reads every link to one, so that the value is looked at as well.
    assert rules.pop("redirect-used") == frozenset({Literal("Ada Moréno")})
    assert set(rules) == {"person-foaf-name", "organization-foaf-name"}
    assert all(nodes == frozenset({ada}) for nodes in rules.values())


def test_a_change_far_away_along_a_path_reaches_the_focus_node(world: Store) -> None:
    """Another work takes the title of a work: the finding is about both."""
    moons, tides = NamedNode(BASE + "work/moons"), NamedNode(BASE + "work/tides")
    after = copy(world)
    after.update(f"DELETE WHERE {{ {moons} {vocab.NAME} ?n }}")
    after.add(Quad(moons, vocab.NAME, Literal("On Tides")))
    old = validate(world, base_iri=BASE)
    new = revalidate(after, None, old, [moons], before=world, base_iri=BASE)
    assert {one.focus for one in new.findings if one.shape.endswith("#work-title-shared")} == {moons.value, tides.value}
    same(new, validate(after, base_iri=BASE))


def test_a_new_class_below_another_means_a_full_run(world: Store) -> None:
    after = copy(world)
    sub = NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
    fossil = NamedNode(BASE + "Fossil")
    after.add(Quad(fossil, sub, vocab.PERSON))
    after.add(Quad(NamedNode(BASE + "person/lucy"), vocab.RDF_TYPE, fossil))
    changed = [fossil, NamedNode(BASE + "person/lucy")]
    assert set(affected(shipped_shapes(), changes(changed, View(world), View(after)), View(after)).values()) == {None}
    old = validate(world, base_iri=BASE)
    same(
        revalidate(after, None, old, changed, before=world, base_iri=BASE),
        validate(after, base_iri=BASE),
    )


def test_no_change_gives_the_same_report(world: Store) -> None:
    old = validate(world, base_iri=BASE)
    same(revalidate(copy(world), None, old, subjects(world), before=world, base_iri=BASE), old)


def test_other_shapes_mean_a_full_run(world: Store) -> None:
    old = replace(validate(world, base_iri=BASE), shapes_digest="another")
    same(revalidate(copy(world), None, old, [], before=world, base_iri=BASE), validate(world, base_iri=BASE))


def test_a_list_that_is_cut_and_loses_findings_is_made_anew(world: Store) -> None:
    before = copy(world)
    for number in range(6):
        before.add(Quad(NamedNode(f"{BASE}person/p{number}"), vocab.RDF_TYPE, vocab.PERSON))
    after = copy(before)
    changed = [NamedNode(f"{BASE}person/p{number}") for number in (0, 4, 7)]
    after.remove(Quad(changed[0], vocab.RDF_TYPE, vocab.PERSON))
    after.add(Quad(changed[1], vocab.NAME, Literal("Five")))
    after.add(Quad(changed[2], vocab.RDF_TYPE, vocab.PERSON))
    old = validate(before, base_iri=BASE, limit=2)
    assert any(count.listed < count.findings for count in old.counts)
    new = revalidate(after, None, old, changed, before=before, base_iri=BASE, limit=2)
    same(new, validate(after, base_iri=BASE, limit=2))


@pytest.mark.parametrize("seed", range(30))
def test_lists_are_those_of_a_full_run_where_they_are_cut(world: Store, seed: int) -> None:
    before = edit(world, seed + 2000, 30)
    after = edit(before, seed, 1 + seed % 5)
    old = validate(before, base_iri=BASE, limit=1)
    new = revalidate(after, None, old, subjects([*before, *after]), before=before, base_iri=BASE, limit=1)
    same(new, validate(after, base_iri=BASE, limit=1))


def test_shapes_that_read_everything_mean_a_full_run() -> None:
    text = """@prefix : <http://toy.example/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
        :s sh:targetClass :T ; sh:message "m" ; sh:sparql [ sh:select
        "SELECT $this WHERE { { $this <http://toy.example/p> ?x } UNION { ?y <http://toy.example/q> ?z } }" ] ."""
    shapes: Shapes = read_shapes_text(text)
    assert not shapes.processor.footprint(NamedNode("http://toy.example/s")).known
    before = Store()
    before.extend(
        Quad(t.subject, t.predicate, t.object) for t in _triples("@prefix : <http://toy.example/> . :a a :T .")
    )
    after = copy(before)
    after.add(Quad(NamedNode(BASE + "far"), NamedNode(BASE + "q"), Literal("away")))
    old = validate(before, shapes, base_iri=BASE)
    new = revalidate(after, shapes, old, [NamedNode(BASE + "far")], before=before, base_iri=BASE)
    assert (len(old.findings), len(new.findings)) == (0, 1)
