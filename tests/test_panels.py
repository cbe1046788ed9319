"""Rows that a release keeps of the things with most works are those that a page would be given live."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg import panels
from kg.build import Built
from kg.panels.counting import Counting
from kg.rdf.cards import Card, cards_of
from kg.store.answers import Question, evaluate
from kg.store.nquads import read_artefact

BASE = "http://localhost:8000/"


@pytest.fixture(scope="module")
def cards(seeds: Built) -> list[Card]:
    return cards_of(read_artefact(seeds.release.artefact_path))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two works are many enough for the seeds."""
    monkeypatch.setattr(panels, "MANY", 2)


def sum_of(seeds: Built) -> str:
    return str(seeds.release.manifest["files"]["graph.nq"]["sha256"])


def live(store: Store, name: str, values: dict[str, str]) -> panels.Rows:
    out = io.BytesIO()
    text = panels.read_questions(BASE)[name].bind(values)
    evaluate(store, Question(text), lambda head: None, out)
    return panels.texts(out.getvalue())


def ordered(rows: panels.Rows) -> list[list[list[str]]]:
    return sorted([sorted(value.split(" ")) for value in row] for row in rows)


@pytest.mark.parametrize("counted", [False, True])
def test_kept_rows_are_those_of_the_questions(
    seeds: Built, seeds_store: Store, cards: list[Card], few: None, tmp_path: Path, counted: bool
) -> None:
    path = tmp_path / panels.FILE
    count = panels.write_panels(path, seeds_store, cards, BASE, sum_of(seeds), counted=counted)
    kept = panels._load(path, sum_of(seeds))
    assert len(kept.places) == count > 10
    kinds = {iri.removeprefix(BASE).partition("/")[0] for iri in kept.places}
    assert {"person", "topic", "organization"} <= kinds
    compared = 0
    for iri in kept.places:
        kind = iri.removeprefix(BASE).partition("/")[0]
        found = kept.find(iri)
        assert set(found) == set(panels.asked(kind, iri))
        for name, values in panels.asked(kind, iri).items():
            assert ordered(found[name]) == ordered(live(seeds_store, name, values)), (iri, name)
            compared += len(found[name])
    assert compared > 200


def test_the_file_follows_from_the_graph(
    seeds: Built, seeds_store: Store, cards: list[Card], few: None, tmp_path: Path
) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    panels.write_panels(one, seeds_store, cards, BASE, "sum")
    panels.write_panels(other, seeds_store, list(reversed(cards)), BASE, "sum")
    assert one.read_bytes() == other.read_bytes()
    panels.write_panels(other, seeds_store, list(reversed(cards)), BASE, "sum", counted=True)
    assert one.read_bytes() == other.read_bytes()


def test_rows_of_another_graph_are_not_used(
    seeds: Built, seeds_store: Store, cards: list[Card], few: None, tmp_path: Path
) -> None:
    path = tmp_path / panels.FILE
    panels.write_panels(path, seeds_store, cards, BASE, "one graph")
    assert panels._load(path, "another graph") == panels.NONE
    assert panels.NONE.find(f"{BASE}person/ada") == {}


@pytest.mark.parametrize("data", [b"", b"no panels at all", panels.MAGIC, panels.MAGIC + b"\xff" * 40])
def test_a_damaged_file_keeps_nothing(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.bin"
    path.write_bytes(data)
    assert panels._load(path, "sum") == panels.NONE


def test_a_release_keeps_rows_for_things_with_many_works_only(seeds: Built, cards: list[Card]) -> None:
    assert (seeds.release.path / panels.FILE).is_file()
    assert not panels.panels_of(seeds.release).places  # no one in the seeds has so many
    works = [
        Card(f"{BASE}work/{number}", "work", "", authors=(f"{BASE}person/a", f"{BASE}person/{number % 7}"))
        for number in range(panels.MANY)
    ]
    people = [Card(f"{BASE}person/{name}", "person", name) for name in ("a", *map(str, range(7)))]
    assert panels.chosen([*works, *people]) == [("person", f"{BASE}person/a")]


def test_a_blank_node_and_a_missing_value_are_empty_texts() -> None:
    data = b'{"head":{"vars":["a","b"]},"results":{"bindings":[{"a":{"type":"bnode","value":"x"}}]}}'
    assert panels.texts(data) == [["", ""]]


def test_a_release_with_edits_asks_again(seeds: Built) -> None:
    changed = seeds.release.manifest | {"files": {"graph.nq": {"sha256": "of the graph with edits"}}}
    assert panels.panels_of(replace(seeds.release, manifest=changed)) == panels.NONE


def test_where_a_date_has_no_year_the_engine_is_asked() -> None:
    person, other = f"{BASE}person/a", f"{BASE}person/b"
    works = [Card(f"{BASE}work/{n}", "work", "", year=2000 + n, dated=True, authors=(person, other)) for n in (1, 2)]
    people = [Card(person, "person", "A", titled=True), Card(other, "person", "B", titled=True)]
    things = [("person", person)]
    counting = Counting([*people, *works], things, panels.read_questions(BASE))
    assert counting.rows("partners", "person", person) == [[other, "B", "2", "2001", "2002"]]
    assert counting.rows("listed", "person", person) is None
    yearless = works[0]._replace(year=0)
    counting = Counting([*people, yearless], things, panels.read_questions(BASE))
    assert counting.rows("partners", "person", person) is None
    undated = yearless._replace(dated=False)
    counting = Counting([*people, undated], things, panels.read_questions(BASE))
    assert counting.rows("partners", "person", person) == [[other, "B", "1", "", ""]]
