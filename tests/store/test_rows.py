"""A result is cut after a row, says so, and is read by every reader of its format."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store, parse_query_results

from kg.store import rows
from kg.store.answers import SELECT_FORMATS, Head, Question, evaluate

NASTY = [
    'a "quoted" one',
    "two\nlines",
    "},{",
    '},{"x":{',
    '"',
    '""\n"',
    "</result>",
    "\\",
    '\\"',
    "tab\there",
    "é" * 9000,
    "",
]


@pytest.fixture(scope="module")
def store() -> Store:
    store = Store()
    for place in range(300):
        thing = NamedNode(f"http://toy.example/{place:03}")
        store.add(Quad(thing, NamedNode("http://toy.example/p"), Literal(NASTY[place % len(NASTY)])))
    return store


def ask(store: Store, form: str, most: int, query: str = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s") -> tuple[Head, bytes]:
    heads: list[Head] = []
    out = io.BytesIO()
    evaluate(store, Question(query, select_format=form, max_rows=most), heads.append, out)
    return heads[0], out.getvalue()


def read(form: str, body: bytes) -> list[tuple[str, str]]:
    text = body.decode()
    if form == "json":
        return [(row["s"]["value"], row["o"]["value"]) for row in json.loads(text)["results"]["bindings"]]
    if form == "xml":
        space = "{http://www.w3.org/2005/sparql-results#}"
        found = ElementTree.fromstring(text).iter(f"{space}result")
        return [tuple("".join(b.itertext()) for b in row) for row in found]  # type: ignore[misc]
    if form == "csv":
        return [(row[0], row[1]) for row in csv.reader(io.StringIO(text, newline=""))][1:]
    return [(row.split("\t")[0], row.split("\t")[1]) for row in text.split("\n")[1:] if row]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("most", [1, 2, 7, 11, 12, 13, 100, 299])
def test_a_cut_result_holds_the_first_rows_and_says_so(store: Store, form: str, most: int) -> None:
    whole = ask(store, form, 0)
    head, body = ask(store, form, most)
    assert (head.rows, head.cut, whole[0].rows) == (most, True, -1)
    assert read(form, body) == read(form, whole[1])[:most]
    if form == "json":
        assert json.loads(body)["head"] == {"vars": ["s", "o"], "truncated": {"rows": most}}
        results = parse_query_results(body, QueryResultsFormat.JSON)
        assert isinstance(results, QuerySolutions) and len(list(results)) == most


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
@pytest.mark.parametrize("most", [300, 301, 10_000])
def test_a_result_within_the_limit_is_as_it_was(store: Store, form: str, most: int) -> None:
    head, body = ask(store, form, most)
    assert (head.rows, head.cut) == (300, False)
    assert body == ask(store, form, 0)[1]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows_without_values_count_too(store: Store, form: str) -> None:
    head, body = ask(store, form, 5, "SELECT ?nothing { ?s ?p ?o }")
    assert (head.rows, head.cut) == (5, True)
    if form == "json":
        assert json.loads(body)["results"]["bindings"] == [{}] * 5


def test_an_endless_result_ends_at_the_limit(store: Store) -> None:
    head, body = ask(store, "json", 10, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o }")
    assert head.cut and len(json.loads(body)["results"]["bindings"]) == 10


def test_a_piece_may_end_anywhere(store: Store) -> None:
    for form in ("json", "xml", "csv", "tsv"):
        whole = ask(store, form, 0)[1]
        expected = ask(store, form, 9)[1]
        for size in (1, 2, 3, 7, 64):
            counter = rows._Counter(SELECT_FORMATS[form], 9)
            try:
                for start in range(0, len(whole), size):
                    counter.write(whole[start : start + size])
            except rows._EnoughError:
                pass
            assert counter.body() == expected, (form, size)
