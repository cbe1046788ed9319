"""What is left out of the copy that is validated changes no finding, wherever the copy is made from."""

from __future__ import annotations

import random
from importlib import import_module
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple

from kg.quality import Report, copying, validate
from kg.quality.shacl import processor
from kg.quality.shacl.footprint import EVERYTHING, Needs
from kg.quality.shapes import PROFILES, Shapes, read_shapes_text, shipped_shapes
from kg.quality.validate import read_by
from kg.rdf import vocab
from kg.store.nquads import write_artefact

BASE = "http://toy.example/"
WORLD = Path(__file__).parents[1] / "shapes" / "world.ttl"
TRIG = Path(__file__).parent / "sources.trig"
UNHEARD = NamedNode("http://toy.example/unheard-of")


@pytest.fixture(scope="module")
def quads() -> list[Quad]:
    store = Store()
    store.load(path=WORLD, format=RdfFormat.TURTLE, base_iri=BASE)
    store.load(path=TRIG, format=RdfFormat.TRIG)
    return sorted(store, key=str)


def edited(quads: list[Quad], seed: int) -> list[Quad]:
    """Take statements away, let others lead elsewhere, and replace a thing that is linked to."""
    chance = random.Random(seed)
    terms = [quad.object for quad in quads]
    kept = [quad for quad in quads if chance.random() > 0.1]
    kept += [Quad(q.subject, q.predicate, chance.choice(terms), q.graph_name) for q in chance.sample(quads, 9)]
    old, new = chance.sample(sorted({q.subject for q in quads if isinstance(q.subject, NamedNode)}, key=str), 2)
    kept.append(Quad(old, vocab.DCT_IS_REPLACED_BY, new, DefaultGraph()))
    kept.append(Quad(new, UNHEARD, old, DefaultGraph()))
    kept.append(Quad(new, UNHEARD, Literal(old.value), DefaultGraph()))
    return kept


@pytest.mark.parametrize("seed", range(40))
def test_a_report_is_the_same_whatever_the_copy_leaves_out(
    quads: list[Quad], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    store = Store()
    store.extend(edited(quads, seed))
    artefact = write_artefact(tmp_path / "graph.nq", store)

    def report(path: Path | None, needs: Needs | None = None) -> Report:
        with pytest.MonkeyPatch.context() as patch:
            if needs is not None:
                patch.setattr(import_module("kg.quality.validate"), "read_by", lambda shapes: needs)
            return validate(store, base_iri=BASE, artefact=path)

    everything = report(None, EVERYTHING)
    assert any(one.shape.endswith("#redirect-used") for one in everything.findings)
    assert report(None) == report(artefact.path) == report(artefact.path, EVERYTHING) == everything
    # The same in small blocks, from a copy on disk, and by several threads.
    monkeypatch.setattr(copying, "_BLOCK", 1000)
    monkeypatch.setattr(copying, "IN_MEMORY", seed % 2 * artefact.path.stat().st_size)
    monkeypatch.setattr(processor, "MANY", seed // 2 % 2 * 10**9)
    assert report(artefact.path) == everything


@pytest.mark.parametrize("profile", PROFILES)
def test_no_shipped_shape_needs_everything(profile: str) -> None:
    """One that does would double what a large graph takes up while it is validated."""
    needs = read_by(shipped_shapes(profile))
    assert needs.predicates is not None
    assert not needs.hold(Triple(UNHEARD, UNHEARD, Literal("a")))


def shapes_of(target: str) -> Shapes:
    return read_shapes_text(
        f"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <http://x/> .
        x:shape a sh:NodeShape ; {target} ; sh:sparql [ sh:select "SELECT $this ?value {{ ?value ?p $this }}" ] ."""
    )


def test_any_link_to_a_literal_may_be_needed() -> None:
    assert read_by(shapes_of("sh:targetSubjectsOf x:p")).links
    assert read_by(shapes_of("sh:targetSubjectsOf x:p")).predicates is not None
    for target in ("sh:targetObjectsOf x:p", 'sh:targetNode "a"'):
        assert read_by(shapes_of(target)) == EVERYTHING
