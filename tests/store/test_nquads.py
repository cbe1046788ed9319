"""The artefact is a set of statements written in one way only, whatever the order and however little memory."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.errors import ReleaseError
from kg.store.nquads import diff, read_artefact, write_artefact

_names = st.sampled_from([NamedNode(f"http://toy.example/{n}") for n in ("a", "b", "c", "a b".replace(" ", "%20"))])
_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_terms = st.one_of(_names, _texts.map(Literal), st.sampled_from(["en", "ar"]).map(lambda t: Literal("x", language=t)))
_graphs = st.one_of(st.just(DefaultGraph()), _names)
_quads = st.builds(Quad, st.one_of(_names, st.just(BlankNode("n"))), _names, _terms, _graphs)


def _quad(number: int) -> Quad:
    return Quad(
        NamedNode(f"http://toy.example/{number}"), NamedNode("http://toy.example/p"), Literal(f"line\r\n{number}")
    )


@settings(max_examples=60, deadline=None)
@given(quads=st.lists(_quads, max_size=30), size=st.integers(1, 9), seed=st.randoms(use_true_random=False))
def test_the_bytes_depend_on_the_set_of_quads_alone(
    tmp_path_factory: pytest.TempPathFactory, quads: list[Quad], size: int, seed: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("artefact")
    one = write_artefact(folder / "one.nq", quads)
    shuffled = [*quads, *quads[:3]]
    seed.shuffle(shuffled)
    two = write_artefact(folder / "two.nq", shuffled, run_size=size)
    assert one.path.read_bytes() == two.path.read_bytes()
    assert (one.quads, one.sha256) == (two.quads, two.sha256) and one.quads == len(set(quads))
    assert set(read_artefact(one.path)) == set(quads)
    lines = one.path.read_bytes().split(b"\n")
    assert lines[:-1] == sorted(set(lines[:-1])) and lines[-1] == b""


def test_more_runs_than_files_may_be_open_and_nothing_is_left_beside_the_artefact(tmp_path: Path) -> None:
    written = write_artefact(tmp_path / "graph.nq", (_quad(n % 500) for n in range(1000)), run_size=2)
    assert written.quads == 500
    assert [p.name for p in tmp_path.iterdir()] == ["graph.nq"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    before = write_artefact(tmp_path / "graph.nq", [_quad(1)])

    def failing() -> object:
        yield _quad(2)
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError):
        write_artefact(before.path, failing(), run_size=1)  # type: ignore[arg-type]
    assert list(read_artefact(before.path)) == [_quad(1)]
    assert [p.name for p in tmp_path.iterdir()] == ["graph.nq"]


def test_diff_names_what_went_and_what_came(tmp_path: Path) -> None:
    a = write_artefact(tmp_path / "a.nq", [_quad(1), _quad(2), _quad(3)]).path
    b = write_artefact(tmp_path / "b.nq", [_quad(2), _quad(4), _quad(5)]).path
    changes = list(diff(a, b))
    assert [(sign, line.split(">")[0][-1]) for sign, line in changes] == [
        ("-", "1"),
        ("-", "3"),
        ("+", "4"),
        ("+", "5"),
    ]
    assert list(diff(a, a)) == []
    empty = write_artefact(tmp_path / "empty.nq", []).path
    assert [sign for sign, _ in diff(empty, b)] == ["+"] * 3
    assert [sign for sign, _ in diff(b, empty)] == ["-"] * 3


def test_a_file_that_is_no_artefact_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.nq").write_text("not a quad\n")
    with pytest.raises(ReleaseError, match=r"bad\.nq"):
        list(read_artefact(tmp_path / "bad.nq"))
    with pytest.raises(ReleaseError, match=r"absent\.nq"):
        list(diff(tmp_path / "bad.nq", tmp_path / "absent.nq"))
