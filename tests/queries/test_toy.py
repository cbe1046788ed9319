"""Every named query on the toy world, against a table that was read by a person."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from pyoxigraph import QueryResultsFormat, QuerySolutions, Store

from kg import assets
from kg.queries import NamedQuery, load_all
from kg.store.coauthors import Coauthors

GOLDEN = Path(__file__).parent.parent / "golden" / "queries"
BASE = "http://localhost:8000/"
QUERIES = load_all(BASE)

# The values beside the examples of the header: (query, name of the table, values).
MORE: list[tuple[str, str, dict[str, str]]] = [
    ("authors-of-topic", "rivers", {"topic": "topic/geo.RV"}),
    ("coauthor-path", "two-ways", {"from": "person/ben", "to": "person/dov"}),
    ("coauthor-path", "no-way", {"from": "person/ada", "to": "person/eva"}),
    ("coauthor-path", "same", {"from": "person/ada", "to": "person/ada"}),
    ("coauthor-path", "no-such-person", {"from": "person/ada", "to": "person/nobody"}),
    ("disagreements", "all", {}),
    ("most-prolific-authors", "all", {}),
    ("name-variants", "all", {}),
    ("organization-signatures", "all", {}),
    ("person-coauthors", "dov", {"person": "person/dov"}),
    ("person-coauthors", "eva", {"person": "person/eva"}),
    ("person-works", "delta", {"person": "group/delta"}),
    ("person-works", "nobody", {"person": "person/nobody"}),
    ("single-source-works", "all", {"source": ""}),
    ("titles-containing", "capitals", {"text": "TIDE"}),
    ("top-coauthor-pairs", "once", {"least": "1"}),
    ("work-authors", "rivers", {"work": "work/rivers"}),
    ("works-between", "open", {"since": "2022-11-30"}),
    ("works-by-topic-year", "all", {}),
    ("works-by-topic-year", "year", {"published": "2023"}),
]
CASES = [(name, "", query.examples()) for name, query in QUERIES.items()] + MORE


def run(toy: Store, query: NamedQuery, values: dict[str, str], coauthors: Coauthors) -> str:
    results = toy.query(query.bind(values, path_finder=coauthors.shortest_path))
    assert isinstance(results, QuerySolutions)
    answer = results.serialize(format=QueryResultsFormat.CSV)
    assert answer is not None
    return answer.decode().replace("\r\n", "\n").replace(BASE, "")


def golden(name: str, case: str) -> Path:
    return GOLDEN / (f"{name}.{case}.csv" if case else f"{name}.csv")


@pytest.mark.parametrize(("name", "case", "values"), CASES, ids=[f"{name} {case}".strip() for name, case, _ in CASES])
def test_answer_is_the_golden_table(
    name: str, case: str, values: dict[str, str], toy: Store, coauthors: Coauthors
) -> None:
    assert run(toy, QUERIES[name], values, coauthors) == golden(name, case).read_text()


def test_each_table_belongs_to_a_case() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {golden(name, case).name for name, case, _ in CASES}


def test_each_example_finds_something(toy: Store, coauthors: Coauthors) -> None:
    for name, query in QUERIES.items():
        assert len(list(csv.reader(io.StringIO(run(toy, query, query.examples(), coauthors))))) > 1, name


@pytest.mark.parametrize("name", QUERIES)
def test_file_as_it_stands_is_its_example(name: str) -> None:
    query = QUERIES[name]
    bound = query.bind(query.examples(), path_finder=lambda start, end: [start, end])
    # Whole numbers stand in the files in their short form.
    assert re.sub(r'"(\d+)"\^\^<[^>]*#integer>', r"\1", bound) == query.text


def test_questions_that_people_ask_are_all_there() -> None:
    assert len(QUERIES) == len(assets.names("queries", ".rq")) == 26
    assert QUERIES.keys() >= {
        "person-works",
        "person-coauthors",
        "work-authors",
        "top-coauthor-pairs",
        "coauthor-path",
        "works-by-topic-year",
        "works-without-date",
        "disagreements",
        "organization-signatures",
        "single-source-statements",
    }


def test_answers_are_ordered_whatever_the_order_of_loading(toy: Store, coauthors: Coauthors) -> None:
    shuffled = Store()
    for quad in sorted(toy, key=str, reverse=True):
        shuffled.add(quad)
    for query in QUERIES.values():
        text = query.bind(query.examples(), path_finder=coauthors.shortest_path)
        here, there = toy.query(text), shuffled.query(text)
        assert isinstance(here, QuerySolutions)
        assert isinstance(there, QuerySolutions)
        assert here.serialize(format=QueryResultsFormat.TSV) == there.serialize(format=QueryResultsFormat.TSV)
