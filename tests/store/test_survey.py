"""The counts of an artefact, against the same counts asked from a store."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, QuerySolutions, RdfFormat, Store

from kg.rdf.lines import read_line
from kg.rdf.void import IDENTITY, MERGED, SOURCES, Survey
from kg.store.nquads import read_artefact, write_artefact
from kg.store.survey import Tally, pages, survey

Graph = NamedNode | BlankNode | DefaultGraph
BASE = "http://localhost:8000/"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"


@pytest.fixture(scope="module")
def found(toy_artefact: Path) -> Survey:
    return survey(toy_artefact, BASE)


@pytest.fixture(scope="module")
def toy_artefact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = Store()
    store.load(path=str(Path(__file__).parents[1] / "toy" / "world.trig"), format=RdfFormat.TRIG)
    return write_artefact(tmp_path_factory.mktemp("survey") / "graph.nq", store).path


@pytest.fixture(scope="module")
def store(toy_artefact: Path) -> Store:
    store = Store()
    store.extend(read_artefact(toy_artefact))
    return store


def rows(store: Store, text: str, graphs: list[Graph]) -> list[tuple[str, ...]]:
    results = store.query(text, default_graph=graphs)
    assert isinstance(results, QuerySolutions)
    return [tuple(getattr(term, "value", "") for term in row) for row in results]


def graphs_of(store: Store, layer: str) -> list[Graph]:
    if layer == MERGED:
        return [DefaultGraph()]
    if layer == IDENTITY:
        return [NamedNode(f"{BASE}graph/identity")]
    return [graph for graph in store.named_graphs() if str(graph).startswith(f"<{BASE}graph/source/")]


@pytest.mark.parametrize("layer", [MERGED, IDENTITY, SOURCES])
def test_classes_and_properties_are_those_of_the_store(found: Survey, store: Store, layer: str) -> None:
    graphs = graphs_of(store, layer)
    part = found.layers[layer]
    text = f"SELECT ?c (COUNT(DISTINCT ?s) AS ?n) {{ ?s {TYPE} ?c }} GROUP BY ?c"
    assert part.entities == {cls: int(number) for cls, number in rows(store, text, graphs)}
    text = "SELECT ?p (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o } GROUP BY ?p"
    asked = {name: int(subjects) for name, subjects in rows(store, text, graphs)}
    assert {name: counts.subjects for name, counts in part.properties.items()} == asked


@pytest.mark.parametrize("layer", [MERGED, IDENTITY])
def test_partitions_are_those_of_the_store(found: Survey, store: Store, layer: str) -> None:
    graphs = graphs_of(store, layer)
    text = f"SELECT ?c ?p (COUNT(*) AS ?t) (COUNT(DISTINCT ?s) AS ?n) {{ ?s {TYPE} ?c ; ?p ?o }} GROUP BY ?c ?p"
    asked = {(c, p): (int(t), int(n)) for c, p, t, n in rows(store, text, graphs)}
    own = {
        (cls, name): (counts.triples, counts.subjects)
        for cls, properties in found.layers[layer].by_class.items()
        for name, counts in properties.items()
    }
    assert own == asked
    text = f"""SELECT ?c ?p ?d (COUNT(*) AS ?n) {{ ?s {TYPE} ?c ; ?p ?o
        FILTER(ISLITERAL(?o)) BIND(DATATYPE(?o) AS ?d) }} GROUP BY ?c ?p ?d"""
    datatypes = {(c, p, d): int(n) for c, p, d, n in rows(store, text, graphs)}
    assert datatypes == {
        (cls, name, datatype): number
        for cls, properties in found.layers[layer].by_class.items()
        for name, counts in properties.items()
        for datatype, number in counts.datatypes.items()
    }


def test_links_from_class_to_class_are_those_of_the_store(found: Survey, store: Store) -> None:
    # Sources are pages of several kinds, so a link to a source counts for what all sources are.
    text = f"""SELECT ?c ?p ?d (COUNT(*) AS ?n) {{ ?s {TYPE} ?c ; ?p ?o . ?o {TYPE} ?d
        FILTER(!STRENDS(STR(?d), "Page")) }} GROUP BY ?c ?p ?d"""
    assert {(c, p, d): int(n) for c, p, d, n in rows(store, text, [DefaultGraph()])} == {
        (cls, name, target): number
        for cls, properties in found.layers[MERGED].by_class.items()
        for name, counts in properties.items()
        for target, number in counts.classes.items()
    }


def test_graphs_are_counted_one_by_one(found: Survey, store: Store) -> None:
    assert sum(counts.triples for counts in found.graphs.values()) == len(store)
    assert found.graphs.keys() == {""} | {g.value for g in store.named_graphs() if isinstance(g, NamedNode)}
    text = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
    for name, counts in found.graphs.items():
        graph: Graph = NamedNode(name) if name else DefaultGraph()
        assert rows(store, text, [graph]) == [(str(counts.subjects),)]


def test_links_into_the_merged_view_know_its_classes(tmp_path: Path) -> None:
    path = tmp_path / "graph.nq"
    path.write_text(
        f"<{BASE}a> {TYPE} <c:A> .\n"
        f"<{BASE}m> <p:refers> <{BASE}a> <{BASE}graph/identity> .\n"
        f"<{BASE}m> {TYPE} <c:M> <{BASE}graph/identity> .\n",
        encoding="utf-8",
    )
    assert survey(path, BASE).layers[IDENTITY].by_class["c:M"]["p:refers"].classes == {"c:A": 1}


@pytest.mark.parametrize(
    ("line", "value", "graph"),
    [
        ('<a:s> <a:p> "x" .\n', '"x"', ""),
        ('<a:s> <a:p> "a \\" <b> ." <a:g> .\n', '"a \\" <b> ."', "<a:g>"),
        ('_:b <a:p> "1"^^<a:d> .\n', '"1"^^<a:d>', ""),
        ('<a:s> <a:p> "x"@en-GB <a:g> .\n', '"x"@en-GB', "<a:g>"),
        ("<a:s> <a:p> _:b <a:g> .\n", "_:b", "<a:g>"),
        ("<a:s> <a:p> <<( <a:s> <a:p> <a:o> )>> <a:g> .\n", "<<( <a:s> <a:p> <a:o> )>>", "<a:g>"),
    ],
)  # fmt: skip
def test_a_line_is_split_as_the_grammar_says(line: str, value: str, graph: str) -> None:
    (_, _, found), named = read_line(line)
    assert (found, named) == (value, graph)


def test_counts_are_sums_over_things(toy_artefact: Path) -> None:
    whole, parts = Tally(BASE), Tally(BASE)
    about: dict[str, list[tuple[tuple[str, str, str], str]]] = {}
    for line in toy_artefact.read_text(encoding="utf-8").splitlines(keepends=True):
        said = read_line(line)
        about.setdefault(said[0][0].rstrip(">").partition("#")[0], []).append(said)
    things = [pages(said) for said in about.values()]
    for thing in things:
        whole.add(thing)
    for thing in (*things[1::2], *things, *things[::2]):
        parts.add(thing)
    for thing in (*things[::2], *things[1::2]):
        parts.add(thing, -1)
    kept = Tally(BASE)
    kept.take(parts.kept())
    assert kept.survey() == whole.survey() == survey(toy_artefact, BASE)
