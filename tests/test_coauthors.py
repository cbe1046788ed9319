"""The co-author index: what joins people, which of several shortest paths is taken, and the file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store

from kg.errors import ReleaseError
from kg.rdf import vocab
from kg.rdf.cards import cards_of
from kg.rdf.signatures import signatures
from kg.store.coauthors import Coauthors, write_coauthors

BASE = "http://localhost:8000/"


def person(name: object) -> str:
    return f"{BASE}person/{name}"


def quads_of(works: Iterable[Iterable[object]], lonely: Iterable[object] = ()) -> list[Quad]:
    quads = []
    for number, team in enumerate(works):
        for name in team:
            who = NamedNode(person(name))
            quads.append(Quad(NamedNode(f"{BASE}work/{number}"), vocab.AUTHOR, who, DefaultGraph()))
            quads.append(
                Quad(NamedNode(f"{BASE}work/{number}"), vocab.RDF_TYPE, vocab.SCHOLARLY_ARTICLE, DefaultGraph())
            )
            quads.append(Quad(who, vocab.RDF_TYPE, vocab.PERSON, DefaultGraph()))
    quads.extend(Quad(NamedNode(person(name)), vocab.RDF_TYPE, vocab.PERSON) for name in lonely)
    return quads


def build(quads: Store | Iterable[Quad]) -> Coauthors:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "coauthors.bin"
        count = write_coauthors(path, signatures(cards_of(quads)))
        index = Coauthors.load(path)
    assert len(index) == count
    return index


def every_path(works: list[set[int]], start: int, end: int) -> list[list[int]]:
    """All shortest paths, level by level, the slow and obvious way."""
    paths = [[start]]
    seen = {start}
    while paths:
        if found := [path for path in paths if path[-1] == end]:
            return found
        longer = [[*path, b] for path in paths for b in {b for team in works if path[-1] in team for b in team} - seen]
        seen.update(path[-1] for path in longer)
        paths = longer
    return []


@given(
    st.lists(st.sets(st.integers(0, 11), min_size=1, max_size=4), max_size=14),
    st.integers(0, 11),
    st.integers(0, 11),
)
def test_path_is_the_first_of_the_shortest(works: list[set[int]], start: int, end: int) -> None:
    # Two digits each, so that the order of the IRIs is that of the numbers.
    index = build(quads_of([f"{n:02}" for n in team] for team in works))
    known = set().union(*works) if works else set()
    paths = every_path(works, start, end) if {start, end} <= known else []
    expected = [person(f"{n:02}") for n in min(paths)] if paths else None
    assert index.shortest_path(person(f"{start:02}"), person(f"{end:02}")) == expected


@given(st.lists(st.sets(st.integers(0, 9), min_size=1, max_size=4), max_size=10), st.randoms())
def test_bytes_ignore_the_order_of_quads(works: list[set[int]], random: object) -> None:
    quads = quads_of(works)
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder) / "one", Path(folder) / "two"
        write_coauthors(one, signatures(cards_of(quads)))
        write_coauthors(two, signatures(cards_of([*reversed(quads), *quads])))
        assert one.read_bytes() == two.read_bytes()


def test_toy_world() -> None:
    store = Store()
    store.load(path=str(Path(__file__).parent / "toy" / "world.trig"), format=RdfFormat.TRIG)
    index = build(store)
    assert len(index) == 6
    assert index.shortest_path(person("ben"), person("fay")) == [person("ben"), person("chi"), person("fay")]
    # Through Ada or through Chi: Ada comes first.
    assert index.shortest_path(person("ben"), person("dov")) == [person("ben"), person("ada"), person("dov")]
    assert index.shortest_path(person("dov"), person("ben")) == [person("dov"), person("ada"), person("ben")]
    assert index.shortest_path(person("eva"), person("ada")) is None, "the Delta Team joins no people"
    assert index.shortest_path(f"{BASE}group/delta", person("ada")) is None
    assert index.shortest_path(person("ada"), person("nobody")) is None
    assert index.shortest_path(person("eva"), person("eva")) == [person("eva")]


def test_pairs_among_some_people() -> None:
    index = build(quads_of([["a", "b", "c"], ["c", "d"], ["e"]]))
    some = [person(name) for name in "dcbx"]
    assert index.joined(some) == [(person("b"), person("c")), (person("c"), person("d"))]
    assert index.joined([person("a")]) == index.joined([]) == []


@given(st.lists(st.sets(st.integers(0, 7), min_size=1, max_size=4), max_size=8), st.sets(st.integers(0, 7)))
def test_pairs_are_those_who_share_a_work(works: list[set[int]], some: set[int]) -> None:
    index = build(quads_of(works))
    expected = {(a, b) for team in works for a in team & some for b in team & some if a < b}
    assert index.joined(map(person, some)) == sorted((person(a), person(b)) for a, b in expected)


def test_other_graphs_do_not_count() -> None:
    quads = [Quad(q.subject, q.predicate, q.object, NamedNode(f"{BASE}graph/source/x")) for q in quads_of([["a", "b"]])]
    assert build([*quads, *quads_of([], lonely="ab")]).shortest_path(person("a"), person("b")) is None


def test_a_work_of_thousands_joins_all_of_them_and_stays_small(tmp_path: Path) -> None:
    names = [f"{n:05}" for n in range(3000)]
    path = tmp_path / "coauthors.bin"
    assert write_coauthors(path, signatures(cards_of(quads_of([names])))) == 3000
    assert path.stat().st_size < 300_000
    index = Coauthors.load(path)
    assert index.shortest_path(person("00000"), person("02999")) == [person("00000"), person("02999")]


def test_a_long_chain() -> None:
    index = build(quads_of(pairwise(f"{n:04}" for n in range(2000))))
    path = index.shortest_path(person("0000"), person("1999"))
    assert path == [person(f"{n:04}") for n in range(2000)]


def test_empty() -> None:
    assert build([]).shortest_path(person("a"), person("a")) is None


@pytest.mark.parametrize("cut", [0, 5, 20, 60, -1])
def test_damaged_file(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "coauthors.bin"
    write_coauthors(path, signatures(cards_of(quads_of([["a", "b"]]))))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(ReleaseError, match=r"coauthors\.bin: the co-author index cannot be read .*; build the release"):
        Coauthors.load(path)


def test_other_version_and_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "coauthors.bin"
    write_coauthors(path, signatures(cards_of(quads_of([["a", "b"]]))))
    path.write_bytes(path.read_bytes().replace(b"\x00\x01", b"\x00\x02", 1))
    with pytest.raises(ReleaseError, match="another format or version"):
        Coauthors.load(path)
    with pytest.raises(ReleaseError, match="build the release again"):
        Coauthors.load(tmp_path / "none")
