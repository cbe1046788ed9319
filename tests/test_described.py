"""What a release says about itself follows from its graph, and examples are chosen from what is there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Store

from kg.build import Built
from kg.described import ARTEFACT, describe
from kg.examples import FILE, body, choose_examples, examples_for, read_examples
from kg.precomputed import NONE, Answers, answers_of, ask, rows_of, whole_graph_queries, write_answers
from kg.queries import load_all
from kg.rdf.cards import cards_of
from kg.rdf.iris import Iris
from kg.rdf.signatures import signatures
from kg.rdf.void import MERGED, Survey, partition_triples
from kg.store.coauthors import write_coauthors
from kg.store.nquads import read_artefact
from kg.store.releases import Home
from kg.store.survey import survey

BASE = "http://localhost:8000/"
QUERIES = load_all(BASE)


def test_the_description_counts_the_data_and_not_itself(seeds: Built) -> None:
    found = survey(seeds.release.artefact_path, BASE)
    assert (
        sum(counts.triples for counts in found.graphs.values()) == seeds.release.manifest["files"]["graph.nq"]["quads"]
    )
    assert f"{BASE}graph/dataset" not in found.graphs
    stated = [
        str(quad.object)
        for quad in read_artefact(seeds.release.path / ARTEFACT)
        if str(quad.subject) == f"<{BASE}sparql#default-graph>" and quad.predicate.value.endswith("void#triples")
    ]
    assert [text.split('"')[1] for text in stated] == [str(found.graphs[""].triples)]


def test_partitions_have_names_of_their_own(seeds: Built) -> None:
    found = survey(seeds.release.artefact_path, BASE)
    triples = list(partition_triples(found, Iris(BASE)))
    properties = [t for t in triples if t.predicate.value == "http://rdfs.org/ns/void#property"]
    assert len({t.subject for t in properties}) == len(properties)
    assert len(properties) == sum(
        len(layer.properties) + sum(map(len, layer.by_class.values())) for layer in found.layers.values()
    )


def test_the_description_is_in_the_store_and_completes_queries_without_graph(seeds: Built, seeds_store: Store) -> None:
    written = list(read_artefact(seeds.release.path / ARTEFACT))
    assert all(quad in seeds_store for quad in written)
    graphs = {quad.graph_name for quad in written}
    assert graphs == {
        DefaultGraph(),
        NamedNode(f"{BASE}graph/dataset"),
        NamedNode(f"{BASE}.well-known/sparql-examples"),
    }
    copied = {str(quad.subject) for quad in written if quad.graph_name == DefaultGraph()}
    assert not [iri for iri in copied if "void#" in iri and f"void#{MERGED}!" not in iri]


def test_every_query_has_examples_that_find_something(seeds: Built, seeds_store: Store) -> None:
    chosen = read_examples(seeds.release.path / FILE)
    assert chosen.keys() == QUERIES.keys()
    for name, query in QUERIES.items():
        # In the seeds nobody was nearly taken for somebody else.
        if query.path is None and name != "person-near-misses":
            assert rows_of(ask(seeds_store, query.bind(examples_for(query, chosen)))), name


def test_an_empty_graph_is_described_too(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.begin() as draft:
        draft.write_graph([])
        draft.load()
        write_coauthors(draft.path / "coauthors.bin", signatures([]))
        describe(draft, Survey(), Iris(BASE), [], signatures([]))
        release = draft.commit({}, release_id="00000000000000bb")
    assert read_examples(release.path / FILE)["person-works"] == {"person": "person/ada"}
    known = answers_of(release)
    assert {answered.rows for answered in known.known.values()} <= {0, 1}


def test_examples_prefer_what_finds_something(seeds: Built, seeds_store: Store) -> None:
    def no_way(start: str, end: str) -> None:
        return None

    cards = cards_of(read_artefact(seeds.release.artefact_path))
    chosen = choose_examples(seeds_store, {"p": QUERIES["coauthor-path"]}, Answers(), no_way, cards)
    assert all(value.startswith("person/") for value in chosen["p"].values())
    [values] = choose_examples(seeds_store, {"t": QUERIES["works-by-topic-year"]}, Answers(), no_way, cards).values()
    assert rows_of(ask(seeds_store, QUERIES["works-by-topic-year"].bind(values)))


def test_stored_answers_are_files_of_the_release(seeds: Built, tmp_path: Path, seeds_store: Store) -> None:
    manifest = seeds.release.manifest["files"]
    for name in whole_graph_queries(QUERIES):
        assert {f"answers/{name}.{form}" for form in ("json", "csv", "tsv", "xml")} <= manifest.keys()
    again = write_answers(tmp_path / "answers", seeds_store, QUERIES, manifest["graph.nq"]["sha256"])
    for path in sorted((seeds.release.path / "answers").iterdir()):
        assert path.read_bytes() == (tmp_path / "answers" / path.name).read_bytes()
    assert again.known == answers_of(seeds.release).known
    assert json.loads((tmp_path / "answers" / "index.json").read_bytes())["graph"] == manifest["graph.nq"]["sha256"]
    with pytest.raises(FileNotFoundError):
        NONE.read(next(iter(again.known.values())), "json")


def test_the_text_of_an_example_has_no_marks_of_its_file() -> None:
    for query in QUERIES.values():
        text = body(query.bind(query.examples(), path_finder=lambda start, end: [start, end]))
        assert "#+" not in text
        Store().query(text)
