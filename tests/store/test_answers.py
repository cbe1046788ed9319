"""One query, one answer: in every format, with the dataset asked for, or an error that a person can use."""

from __future__ import annotations

import io
import json

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    parse,
    parse_query_results,
)

from kg.errors import NotFoundError, QueryError, QueryRefused
from kg.rdf.vocab import FOAF_NAME, NAME
from kg.store.answers import GRAPH_FORMATS, MEDIA_TYPES, SELECT_FORMATS, Head, Question, evaluate, syntax_error

ADA = NamedNode("http://toy.example/person/ada")
GRAPH = NamedNode("http://toy.example/graph/source/s1")


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    store.add(Quad(ADA, NAME, Literal("Ada Ångström")))
    store.add(Quad(ADA, FOAF_NAME, Literal("Ada", language="en")))
    store.add(Quad(ADA, NAME, Literal("A. Angstrom"), GRAPH))
    return store


def ask(store: Store, query: str, **more: object) -> tuple[Head, bytes]:
    heads: list[Head] = []
    out = io.BytesIO()
    evaluate(store, Question(query, **more), heads.append, out)  # type: ignore[arg-type]
    assert len(heads) == 1
    return heads[0], out.getvalue()


@pytest.mark.parametrize("name", SELECT_FORMATS)
def test_a_select_in_each_format(store: Store, name: str) -> None:
    head, body = ask(store, "SELECT ?n { ?p schema:name ?n }", select_format=name)
    assert head == Head("solutions", name, MEDIA_TYPES[name])
    assert "Ada Ångström" in body.decode()
    if name in ("json", "xml", "tsv"):
        rows = parse_query_results(body, format=SELECT_FORMATS[name])
        assert isinstance(rows, QuerySolutions)
        assert [row["n"] for row in rows] == [Literal("Ada Ångström")]


@pytest.mark.parametrize("name", SELECT_FORMATS)
def test_an_ask_in_each_format(store: Store, name: str) -> None:
    head, body = ask(store, "ASK { ?p schema:name ?n }", select_format=name)
    assert head.kind == "boolean"
    if name in ("json", "xml"):
        result = parse_query_results(body, format=SELECT_FORMATS[name])
        assert isinstance(result, QueryBoolean) and bool(result)
    else:
        assert body.strip() == b"true"


@pytest.mark.parametrize("name", GRAPH_FORMATS)
@pytest.mark.parametrize("query", ["CONSTRUCT WHERE { ?s ?p ?o }", f"DESCRIBE {ADA}"])
def test_a_graph_in_each_format(store: Store, name: str, query: str) -> None:
    head, body = ask(store, query, graph_format=name)
    assert head == Head("graph", name, MEDIA_TYPES[name])
    found = {Triple(q.subject, q.predicate, q.object) for q in parse(body, format=GRAPH_FORMATS[name])}
    assert found == {Triple(ADA, NAME, Literal("Ada Ångström")), Triple(ADA, FOAF_NAME, Literal("Ada", language="en"))}


def test_turtle_uses_our_prefixes(store: Store) -> None:
    body = ask(store, "CONSTRUCT WHERE { ?s ?p ?o }")[1].decode()
    assert "schema:name" in body and "foaf:name" in body


def test_a_declared_prefix_wins_over_ours(store: Store) -> None:
    assert json.loads(ask(store, "PREFIX schema: <http://other/> ASK { ?p schema:name ?n }")[1])["boolean"] is False


@pytest.mark.parametrize(
    ("default", "named", "expected"),
    [
        ((), (), {"d:Ada Ångström", "g:A. Angstrom"}),
        ((GRAPH.value,), (), {"d:A. Angstrom"}),
        ((), (GRAPH.value,), {"g:A. Angstrom"}),
        ((GRAPH.value,), (GRAPH.value,), {"d:A. Angstrom", "g:A. Angstrom"}),
        (("http://toy.example/nothing",), (), set()),
    ],
)
def test_the_dataset_of_the_protocol_replaces_that_of_the_query(
    store: Store, default: tuple[str, ...], named: tuple[str, ...], expected: set[str]
) -> None:
    pattern = "{ ?s schema:name ?n BIND('d' AS ?k) } UNION { GRAPH ?g { ?s schema:name ?n } BIND('g' AS ?k) }"
    source = "FROM <http://toy.example/ignored>" if default or named else ""
    query = f"SELECT (CONCAT(?k, ':', ?n) AS ?x) {source} {{ {pattern} }}"
    body = ask(store, query, default_graphs=default, named_graphs=named)[1]
    assert {row["x"]["value"] for row in json.loads(body)["results"]["bindings"]} == expected


@pytest.mark.parametrize(
    ("query", "line", "words"),
    [
        ("SELECT * { ?s dct:title ?o }", 1, "the prefix dct: is not declared near"),
        ("SELECT *\n{ ?s <title> ?o }", 2, "an IRI is relative or malformed"),
        ("SELECT ?s ?o { ?s ?p ?o } GROUP BY ?s", 1, "SELECT names a variable that is neither bound nor grouped"),
        ("SELECT * { ?s ?p }", 1, "not valid SPARQL near"),
        ("", 1, "not valid SPARQL at its start"),
        ("SELECT *\n\n{ ?s ?p 'open }", 3, "near"),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 1, "not valid SPARQL"),
    ],
)
def test_a_wrong_query_is_explained_in_one_short_sentence(store: Store, query: str, line: int, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        ask(store, query)
    assert caught.value.line == line and caught.value.column is not None
    assert words in caught.value.message and len(str(caught.value)) < 200
    assert "expected" not in str(caught.value) and "\n" not in str(caught.value)


def test_an_unknown_message_of_the_engine_is_passed_on() -> None:
    assert syntax_error("SELECT", "something new").line is None


def test_closed_doors_and_unknown_formats_and_bad_graph_names(store: Store) -> None:
    with pytest.raises(QueryRefused):
        ask(store, "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    with pytest.raises(NotFoundError, match="no result format 'yaml'"):
        ask(store, "ASK {}", select_format="yaml")
    with pytest.raises(QueryError, match="does not name a graph"):
        ask(store, "ASK {}", default_graphs=("relative",))


def test_a_writer_that_refuses_stops_the_query(store: Store) -> None:
    class Full(io.RawIOBase):
        def write(self, data: object) -> int:
            raise BlockingIOError("no more")

    with pytest.raises(BlockingIOError):
        evaluate(store, Question("SELECT * { ?s ?p ?o }"), lambda head: None, Full())  # type: ignore[arg-type]


def test_the_tables_of_formats_are_complete() -> None:
    assert set(MEDIA_TYPES) == SELECT_FORMATS.keys() | GRAPH_FORMATS.keys()
    for name in GRAPH_FORMATS:
        assert RdfFormat.from_media_type(MEDIA_TYPES[name].split(";")[0]) == GRAPH_FORMATS[name]
    for name in SELECT_FORMATS:
        assert QueryResultsFormat.from_media_type(MEDIA_TYPES[name].split(";")[0]) == SELECT_FORMATS[name]
